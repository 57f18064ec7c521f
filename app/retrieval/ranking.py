"""The candidates of both legs in one order, with scores from 0 to 1. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray

from app.core.fusion import Fusion, FusionMethod
from app.core.types import SearchMode
from app.db.chunk_search import Candidate, ChunkKey

_Scores: TypeAlias = NDArray[np.float64]

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
    if not candidates:
        return []
    # Scores next to nothing overflow when they are divided; what comes of it is cut at 1.
    with np.errstate(over="ignore"):
        scores = _scores(candidates, mode=mode, fusion=fusion, idf_sum=idf_sum)
    rounded = np.round(scores, SCORE_DIGITS).tolist()
    return in_order(map(Ranked, candidates, rounded))


def _scores(candidates: Sequence[Candidate], *, mode: SearchMode, fusion: Fusion, idf_sum: float) -> _Scores:
    match mode:
        case "semantic":
            return _semantic_scores(candidates)
        case "lexical":
            return _lexical_scores(candidates, idf_sum)
        case "hybrid":
            return _hybrid(candidates, fusion, idf_sum)
        case _:
            assert_never(mode)


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


def _semantic_scores(candidates: Sequence[Candidate]) -> _Scores:
    return np.clip([found.cosine or 0.0 for found in candidates], 0.0, 1.0)


def _lexical_scores(candidates: Sequence[Candidate], idf_sum: float) -> _Scores:
    most = idf_sum * _SAID_ONCE
    bm25 = np.array([found.lexical or 0.0 for found in candidates])
    return np.minimum(bm25 / most, 1.0) if most > 0 else np.zeros(len(candidates))


def _hybrid(candidates: Sequence[Candidate], fusion: Fusion, idf_sum: float) -> _Scores:
    normalise = _NORMALISERS[fusion.method]
    keys = [found.key for found in candidates]
    of_lexical = normalise(np.array([found.lexical or 0.0 for found in candidates]), keys)
    of_semantic = normalise(np.array([found.cosine or 0.0 for found in candidates]), keys)
    weight = fusion.lexical_weight
    fused = weight * of_lexical + (1 - weight) * of_semantic
    shown = weight * _lexical_scores(candidates, idf_sum) + (1 - weight) * _semantic_scores(candidates)
    return float(shown.max()) * _min_max(fused, floor=min(0.0, float(fused.min())))


def _min_max(scores: _Scores, _keys: Sequence[ChunkKey] = (), *, floor: float | None = None) -> _Scores:
    low = float(scores.min()) if floor is None else floor
    spread = float(scores.max()) - low
    return (scores - low) / spread if spread > 0 else np.ones(len(scores))


def _z_score(scores: _Scores, _keys: Sequence[ChunkKey]) -> _Scores:
    deviation = float(scores.std())
    return (
        (scores - float(scores.mean())) / deviation
        if _differ(scores) and deviation > 0
        else np.zeros(len(scores))
    )


def _differ(scores: _Scores) -> bool:
    # The deviation of equal scores is not quite nothing.
    return bool(scores.min() < scores.max())


def _reciprocal_rank(scores: _Scores, keys: Sequence[ChunkKey]) -> _Scores:
    listed = scores.tolist()
    places = [place for place, score in enumerate(listed) if score > 0]
    places.sort(key=lambda place: (-listed[place], keys[place]))
    ranks = np.zeros(len(scores))
    ranks[places] = 1 / (_RRF_K + np.arange(1, len(places) + 1))
    return ranks


_NORMALISERS: Mapping[FusionMethod, Callable[[_Scores, Sequence[ChunkKey]], _Scores]] = {
    "minmax": _min_max,
    "zscore": _z_score,
    "rrf": _reciprocal_rank,
}
