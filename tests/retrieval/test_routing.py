"""Which way a search goes, and how an index is sized and measured."""

import pytest

from app.core.types import SearchRoute
from app.db.index_samples import Answers
from app.retrieval.routing import choose_route, lies_inline
from app.upkeep.calibration import Calibration, calibrate, ladder, recall_of
from app.upkeep.index_care import IndexPolicy


@pytest.mark.parametrize(
    ("chunk_count", "filtered", "probes", "inline", "route"),
    [
        (0, False, None, False, "empty"),
        (200, False, None, False, "exact"),
        (201, False, None, False, "bits"),
        (201, False, None, True, "exact"),
        (90_000, False, 8, True, "ivfflat"),
        (90_000, True, 8, False, "bits"),
        (90, True, 8, False, "exact"),
    ],
)
def test_the_route_follows_size_filter_and_index(
    *, chunk_count: int, filtered: bool, probes: int | None, inline: bool, route: SearchRoute
) -> None:
    """Small stores are searched exactly, filtered ones never through IVFFlat."""
    chosen = choose_route(chunk_count=chunk_count, filtered=filtered, probes=probes, inline=inline)

    assert chosen == route


@pytest.mark.parametrize(
    ("dimensions", "text_bytes", "inline"),
    [(384, 300, True), (384, 800, True), (384, 1_300, False), (768, 60, False), (1_536, 0, False)],
)
def test_large_rows_have_their_embeddings_elsewhere(
    dimensions: int, text_bytes: int, *, inline: bool
) -> None:
    """By the mean size of a chunk's text."""
    assert lies_inline(dimensions, chunks=10, usage_bytes=10 * text_bytes) is inline


def test_lists_follow_the_rows_unless_pinned() -> None:
    """Auto is sqrt(n) lists; a number pins them."""
    assert IndexPolicy().lists_for(100_000) == 316
    assert IndexPolicy(lists=100).lists_for(100_000) == 100
    assert IndexPolicy().lists_for(0) == 1


def test_the_ladder_of_probes_ends_at_all_lists() -> None:
    """Every step is more than the one before, by a third at most where thirds are whole."""
    assert ladder(1) == [1]
    assert ladder(20) == [1, 2, 3, 4, 5, 7, 9, 12, 16, 20]


def answers(found: int, seconds: float, *, queries: int = 5) -> Answers:
    """Return answers that hold the first `found` of ten neighbours."""
    return Answers((frozenset((1, 1, n) for n in range(found)),) * queries, (seconds,) * queries)


async def test_the_fewest_probes_that_find_enough() -> None:
    """The climb ends at the target recall; the gain compares it with the scan."""
    asked: list[int] = []

    async def ask(probes: int) -> Answers:
        asked.append(probes)
        return answers(min(10, 6 + probes), 0.1)

    found = await calibrate(answers(10, 9.0), answers(9, 0.5), ask, lists=50, pinned=None)

    assert asked == [1, 2, 3, 4]
    assert found == Calibration(4, 1.0, 5.0)


async def test_pinned_probes_are_measured_as_they_are() -> None:
    """No climb: what is pinned is reported, good or bad, within the lists there are."""

    async def ask(probes: int) -> Answers:
        return answers(8, 1.0)

    found = await calibrate(answers(10, 9.0), answers(9, 0.5), ask, lists=5, pinned=9)

    assert found == Calibration(5, 0.8, 0.5)


def test_recall_counts_neighbours_not_queries() -> None:
    """Two of three are found, whichever query they belong to; without any there is nothing to lose."""
    truth = [frozenset({(1,), (2,)}), frozenset({(3,)})]

    assert recall_of([frozenset({(1,), (9,)}), frozenset({(3,)})], truth) == pytest.approx(2 / 3)
    assert recall_of([], []) == 1.0
