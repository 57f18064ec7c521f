"""Two legs in one order: scores fall, stay within 0..1, and mean the same whatever is searched for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.fusion import Fusion, FusionMethod
from app.core.types import SearchMode
from app.db.chunk_search import Candidate
from app.retrieval.ranking import Ranked, best_of, rank

_CANDIDATES = st.lists(
    st.tuples(st.one_of(st.none(), st.floats(-1, 1)), st.one_of(st.none(), st.floats(0, 40))), max_size=12
).map(lambda pairs: [Candidate((1, n, 0), cosine, lexical) for n, (cosine, lexical) in enumerate(pairs)])


@given(
    _CANDIDATES,
    st.sampled_from(["hybrid", "semantic", "lexical"]),
    st.sampled_from(["minmax", "zscore", "rrf"]),
    st.floats(0, 1),
    st.floats(0, 50),
)
def test_scores_fall_within_bounds(
    candidates: list[Candidate], mode: SearchMode, method: FusionMethod, weight: float, idf_sum: float
) -> None:
    """For any candidates, any fusion, any weight: each candidate once, scores falling, 0..1."""
    ranked = rank(candidates, mode=mode, fusion=Fusion(method, weight), idf_sum=idf_sum)

    scores = [entry.score for entry in ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert {entry.candidate for entry in ranked} == set(candidates)


@given(_CANDIDATES, st.sampled_from(["hybrid", "semantic", "lexical"]), st.integers(1, 12))
def test_the_best_are_the_beginning_of_all(candidates: list[Candidate], mode: SearchMode, most: int) -> None:
    """However many are asked for, they come with the same scores in the same order."""
    fusion = Fusion("minmax", 0.5)

    best = rank(candidates, mode=mode, fusion=fusion, idf_sum=9, most=most)

    assert best == rank(candidates, mode=mode, fusion=fusion, idf_sum=9)[:most]


@pytest.mark.parametrize("method", ["minmax", "zscore"])
def test_what_both_legs_find_comes_first(method: FusionMethod) -> None:
    """A chunk that is second in both beats those that are first in one and nothing in the other."""
    near = Candidate((1, 1, 0), 0.80, 0.0)
    said = Candidate((1, 2, 0), 0.10, 9.0)
    both = Candidate((1, 3, 0), 0.79, 8.9)
    rest = [Candidate((1, 10 + n, 0), 0.05, 0.0) for n in range(5)]

    ranked = rank([near, said, both, *rest], mode="hybrid", fusion=Fusion(method, 0.5), idf_sum=20)

    assert ranked[0].candidate == both


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "lexical"])
def test_of_equal_scores_the_newer_file_comes_first(mode: SearchMode) -> None:
    """Each file's chunks as they stand in it; a difference too small to be shown is none."""
    keys = [(1, 4, 0), (1, 4, 1), (1, 9, 0)]
    candidates = [Candidate(key, 0.5 + n * 1e-9, 3.0) for n, key in enumerate(keys)]

    ranked = (
        rank(candidates, mode=mode, fusion=Fusion("minmax"), idf_sum=9)
        if mode != "hybrid"
        else best_of([[Ranked(candidate, 0.5) for candidate in candidates]])
    )

    assert [entry.candidate.key for entry in ranked] == [(1, 9, 0), (1, 4, 0), (1, 4, 1)]


def test_a_useless_leg_changes_no_order() -> None:
    """When no word is found anywhere the order is that of the cosines."""
    candidates = [Candidate((1, n, 0), cosine, 0.0) for n, cosine in enumerate((0.2, 0.9, 0.5))]

    ranked = rank(candidates, mode="hybrid", fusion=Fusion("zscore", 0.5), idf_sum=12)

    assert [entry.candidate.cosine for entry in ranked] == [0.9, 0.5, 0.2]


def test_noise_scores_low() -> None:
    """The best of bad candidates is no match: a threshold can tell."""
    noise = [Candidate((1, n, 0), 0.02 * n, 0.1) for n in range(5)]
    match = [Candidate((1, 9, 0), 0.7, 8.0), *noise]
    fusion = Fusion("minmax", 0.6)

    assert rank(noise, mode="hybrid", fusion=fusion, idf_sum=20)[0].score < 0.1
    assert rank(match, mode="hybrid", fusion=fusion, idf_sum=20)[0].score > 0.6


def test_several_queries_count_by_the_best() -> None:
    """A chunk that two queries find is there once, with its better score."""
    fusion = Fusion("minmax", 0.5)
    first = rank([Candidate((1, 1, 0), 0.9), Candidate((1, 2, 0), 0.3)], mode="semantic", fusion=fusion, idf_sum=0)  # fmt: skip
    second = rank([Candidate((1, 2, 0), 0.8)], mode="semantic", fusion=fusion, idf_sum=0)

    for lists in ([first, second], [second, first]):
        merged = best_of(lists)
        assert [(entry.candidate.key[1], entry.score) for entry in merged] == [(1, 0.9), (2, 0.8)]


def test_reciprocal_ranks_count_places_alone() -> None:
    """A leg adds by the place that it gives a chunk, however far ahead the first is; not found adds nothing."""
    first = Candidate((1, 1, 0), 0.99, 0.0)
    second = Candidate((1, 2, 0), 0.20, 0.1)
    third = Candidate((1, 3, 0), 0.19, None)

    ranked = rank([first, second, third], mode="hybrid", fusion=Fusion("rrf", 0.5), idf_sum=20)

    assert [entry.candidate for entry in ranked] == [second, first, third]


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "lexical"])
def test_nothing_found_is_an_empty_list(mode: SearchMode) -> None:
    """In each mode."""
    assert rank([], mode=mode, fusion=Fusion("minmax"), idf_sum=9) == []
