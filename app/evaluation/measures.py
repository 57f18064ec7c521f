"""How good a ranking is. Pure.

Normalised discounted cumulative gain as of Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques
(ACM TOIS 2002), with the grade itself as gain; recall and reciprocal rank as in trec_eval.
"""

import math
from collections.abc import Mapping, Sequence


def ndcg(ranking: Sequence[str], grades: Mapping[str, float], k: int) -> float:
    """Return nDCG@k of document ids, the best first: 0..1."""
    gained = _discounted([grades.get(document_id, 0.0) for document_id in ranking[:k]])
    ideal = _discounted(sorted(grades.values(), reverse=True)[:k])
    return gained / ideal if ideal else 0.0


def recall(ranking: Sequence[str], grades: Mapping[str, float], k: int) -> float:
    """Return how much of what is relevant stands among the first k."""
    return len(set(ranking[:k]) & set(grades)) / len(grades) if grades else 0.0


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, float], k: int) -> float:
    """Return 1 / the place of the first relevant document, 0 when it is beyond k."""
    places = (place for place, document_id in enumerate(ranking[:k], 1) if document_id in grades)
    return 1 / next(places, math.inf)


def covered_share(wanted: Sequence[tuple[int, int]], found: Sequence[tuple[int, int]]) -> float:
    """Return the share of the wanted ranges' characters that lie in found ranges."""
    inside = {position for start, end in found for position in range(start, end)}
    characters = [position for start, end in wanted for position in range(start, end)]
    return sum(position in inside for position in characters) / len(characters) if characters else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, 1))
