"""The candidates of both legs in one order, with scores from 0 to 1. Pure."""

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from app.core.fusion import Fusion, FusionMethod
from app.core.types import SearchMode
from app.db.chunk_search import Candidate, ChunkKey, newest_first

_Scores: TypeAlias = Mapping[ChunkKey, float]

# As many digits as are shown, so that scores that look equal are equal.
SCORE_DIGITS = 6
# Reciprocal rank fusion's constant: Cormack, Clarke and Büttcher, Reciprocal Rank Fusion (SIGIR 2009).
_RRF_K = 60
# The weight of a lexeme that occurs once in a chunk of average length: BM25's 1 / (1 + k1) at k1 = 1.2.
_SAID_ONCE = 1 / 2.2


@dataclass(frozen=True, slots=True)
class Ranked:
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
    lexical = {found.key: _lexical_score(found.lexical or 0.0, idf_sum) for found in candidates}
    semantic = {found.key: min(1.0, max(0.0, found.cosine or 0.0)) for found in candidates}
    match mode:
        case "semantic":
            scores: _Scores = semantic
        case "lexical":
            scores = lexical
        case "hybrid":
            scores = _hybrid(candidates, fusion, lexical, semantic)
        case _:
            assert_never(mode)
    return in_order(Ranked(found, round(scores[found.key], SCORE_DIGITS)) for found in candidates)


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
    return sorted(
        entries,
        key=lambda entry: (-entry.score, newest_first(entry.candidate.key)),
    )


def _lexical_score(bm25: float, idf_sum: float) -> float:
    most = idf_sum * _SAID_ONCE
    return min(1.0, bm25 / most) if most > 0 else 0.0


def _hybrid(
    candidates: Sequence[Candidate], fusion: Fusion, lexical: _Scores, semantic: _Scores
) -> dict[ChunkKey, float]:
    if not candidates:
        return {}
    normalise = _NORMALISERS[fusion.method]
    of_lexical = normalise({found.key: found.lexical or 0.0 for found in candidates})
    of_semantic = normalise({found.key: found.cosine or 0.0 for found in candidates})
    weight = fusion.lexical_weight
    fused = {key: weight * of_lexical[key] + (1 - weight) * of_semantic[key] for key in of_lexical}
    best = max(weight * lexical[key] + (1 - weight) * semantic[key] for key in fused)
    return {key: best * share for key, share in _min_max(fused, floor=min(0.0, *fused.values())).items()}


def _min_max(scores: _Scores, *, floor: float | None = None) -> dict[ChunkKey, float]:
    low = min(scores.values()) if floor is None else floor
    spread = max(scores.values()) - low
    return {key: (score - low) / spread if spread > 0 else 1.0 for key, score in scores.items()}


def _z_score(scores: _Scores) -> dict[ChunkKey, float]:
    mean = statistics.fmean(scores.values())
    deviation = statistics.pstdev(scores.values())
    return {key: (score - mean) / deviation if deviation > 0 else 0.0 for key, score in scores.items()}


def _reciprocal_rank(scores: _Scores) -> dict[ChunkKey, float]:
    found = sorted((key for key, score in scores.items() if score > 0), key=lambda key: (-scores[key], key))
    ranks = {key: 1 / (_RRF_K + place) for place, key in enumerate(found, 1)}
    return {key: ranks.get(key, 0.0) for key in scores}


_NORMALISERS: Mapping[FusionMethod, Callable[[_Scores], dict[ChunkKey, float]]] = {
    "minmax": _min_max,
    "zscore": _z_score,
    "rrf": _reciprocal_rank,
}
