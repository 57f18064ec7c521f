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


class _Legs(NamedTuple):
    """The candidates' keys, and what each leg says of them, 0 where it says nothing."""

    keys: Sequence[ChunkKey]
    cosines: _Scores
    lexicals: _Scores


def rank(
    candidates: Sequence[Candidate],
    *,
    mode: SearchMode,
    fusion: Fusion,
    idf_sum: float,
    most: int | None = None,
) -> list[Ranked]:
    """Return the candidates best first, all or as many as `most` says.

    The score of semantic search is the cosine similarity; of lexical search the part of the query's idf (`idf_sum`) that
    the chunk holds. Of both it is the fused score, scaled so that the best chunk has the mean of the two: whatever
    is searched for, a score near 1 is a match and one near 0 is none.
    """
    if not candidates:
        return []
    keys, cosines, lexicals = zip(*candidates, strict=True)
    legs = _Legs(keys, _numbers(cosines), _numbers(lexicals))
    # Scores next to nothing overflow when they are divided; what comes of it is cut at 1.
    with np.errstate(over="ignore"):
        scores = np.round(_scores(legs, mode=mode, fusion=fusion, idf_sum=idf_sum), SCORE_DIGITS)
    least = _least_of_best(scores, most)
    entries = zip(candidates, scores.tolist(), strict=True)
    return in_order(Ranked(candidate, score) for candidate, score in entries if score >= least)[:most]


def _numbers(scores: Iterable[float | None]) -> _Scores:
    return np.array([score or 0.0 for score in scores])


def _least_of_best(scores: _Scores, most: int | None) -> float:
    """Return a score that as many as `most` reach: the others need no place in the order."""
    if most is None or most >= len(scores):
        return float(scores.min())
    return float(np.partition(scores, -most)[-most])


def _scores(legs: _Legs, *, mode: SearchMode, fusion: Fusion, idf_sum: float) -> _Scores:
    match mode:
        case "semantic":
            return _semantic_scores(legs)
        case "lexical":
            return _lexical_scores(legs, idf_sum)
        case "hybrid":
            return _hybrid(legs, fusion, idf_sum)
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


def _semantic_scores(legs: _Legs) -> _Scores:
    return np.clip(legs.cosines, 0.0, 1.0)


def _lexical_scores(legs: _Legs, idf_sum: float) -> _Scores:
    most = idf_sum * _SAID_ONCE
    return np.minimum(legs.lexicals / most, 1.0) if most > 0 else np.zeros(len(legs.lexicals))


def _hybrid(legs: _Legs, fusion: Fusion, idf_sum: float) -> _Scores:
    normalise = _NORMALISERS[fusion.method]
    of_lexical, of_semantic = normalise(legs.lexicals, legs.keys), normalise(legs.cosines, legs.keys)
    weight = fusion.lexical_weight
    fused = weight * of_lexical + (1 - weight) * of_semantic
    shown = weight * _lexical_scores(legs, idf_sum) + (1 - weight) * _semantic_scores(legs)
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
