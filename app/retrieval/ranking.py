"""The candidates of both legs in one order, with scores from 0 to 1. Pure."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias, assert_never

from app.core.fusion import Fusion, FusionMethod
from app.core.types import SearchMode
from app.db.chunk_search import Candidate, ChunkKey

_Scores: TypeAlias = Sequence[float]
_Keys: TypeAlias = Sequence[ChunkKey]

# As many digits as are shown, so that scores that look equal are equal.
SCORE_DIGITS = 6
# Reciprocal rank fusion's constant: Cormack, Clarke and Büttcher, Reciprocal Rank Fusion (SIGIR 2009).
_RRF_K = 60
# The weight of a lexeme that occurs once in a chunk of average length: BM25's 1 / (1 + k1) at k1 = 1.2.
_SAID_ONCE = 1 / 2.2


class Ranked(NamedTuple):
    """A candidate with its score: falling along the list, 0..1."""

    candidate: Candidate
    score: float


def rank(
    candidates: Sequence[Candidate], *, mode: SearchMode, fusion: Fusion, idf_sum: float
) -> list[Ranked]:
    """Return the candidates best first.

    The score of semantic search is the cosine similarity; of lexical search the part of the query's idf (`idf_sum`) that
    the chunk holds. Of both it is the fused score, scaled so that the best chunk has the mean of the two: whatever
    is searched for, a score near 1 is a match and one near 0 is none.
    """
    match mode:
        case "semantic":
            scores = [_semantic_score(found) for found in candidates]
        case "lexical":
            scores = [_lexical_score(found, idf_sum) for found in candidates]
        case "hybrid":
            scores = _hybrid(candidates, fusion, idf_sum)
        case _:
            assert_never(mode)
    return in_order(
        Ranked(found, round(score, SCORE_DIGITS)) for found, score in zip(candidates, scores, strict=True)
    )


def best_of(lists: Sequence[Sequence[Ranked]]) -> list[Ranked]:
    """Return the candidates of several queries as one list, each with its best score."""
    best: dict[ChunkKey, Ranked] = {}
    for ranked in (entry for entries in lists for entry in entries):
        known = best.get(ranked.candidate.key)
        if known is None or ranked.score > known.score:
            best[ranked.candidate.key] = ranked
    return in_order(best.values())


def in_order(entries: Iterable[Ranked]) -> list[Ranked]:
    """Return candidates by falling score; of equal scores the newer file's comes first."""
    return sorted(entries, key=_place)


def _place(entry: Ranked) -> tuple[float, int, int, int]:
    store, file, ordinal = entry.candidate.key
    return -entry.score, store, -file, ordinal


def _semantic_score(found: Candidate) -> float:
    return min(1.0, max(0.0, found.cosine or 0.0))


def _lexical_score(found: Candidate, idf_sum: float) -> float:
    most = idf_sum * _SAID_ONCE
    return min(1.0, (found.lexical or 0.0) / most) if most > 0 else 0.0


def _hybrid(candidates: Sequence[Candidate], fusion: Fusion, idf_sum: float) -> list[float]:
    if not candidates:
        return []
    normalise = _NORMALISERS[fusion.method]
    keys = [found.key for found in candidates]
    of_lexical = normalise([found.lexical or 0.0 for found in candidates], keys)
    of_semantic = normalise([found.cosine or 0.0 for found in candidates], keys)
    weight = fusion.lexical_weight
    fused = [weight * a + (1 - weight) * b for a, b in zip(of_lexical, of_semantic, strict=True)]
    best = max(
        weight * _lexical_score(found, idf_sum) + (1 - weight) * _semantic_score(found)
        for found in candidates
    )
    return [best * share for share in _min_max(fused, floor=min(0.0, *fused))]


def _min_max(scores: _Scores, _keys: _Keys = (), *, floor: float | None = None) -> list[float]:
    low = min(scores) if floor is None else floor
    spread = max(scores) - low
    return [(score - low) / spread for score in scores] if spread > 0 else [1.0] * len(scores)


def _z_score(scores: _Scores, _keys: _Keys) -> list[float]:
    if min(scores) == max(scores):
        return [0.0] * len(scores)
    # By hand: `statistics` computes with fractions, which takes as long as the search.
    mean = math.fsum(scores) / len(scores)
    deviation = math.sqrt(math.fsum((score - mean) ** 2 for score in scores) / len(scores))
    return [(score - mean) / deviation for score in scores]


def _reciprocal_rank(scores: _Scores, keys: _Keys) -> list[float]:
    found = [
        (-score, key, place) for place, (score, key) in enumerate(zip(scores, keys, strict=True)) if score > 0
    ]
    ranks = [0.0] * len(scores)
    for number, (_, _, place) in enumerate(sorted(found), 1):
        ranks[place] = 1 / (_RRF_K + number)
    return ranks


_NORMALISERS: Mapping[FusionMethod, Callable[[_Scores, _Keys], list[float]]] = {
    "minmax": _min_max,
    "zscore": _z_score,
    "rrf": _reciprocal_rank,
}
