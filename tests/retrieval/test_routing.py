"""Which way a search goes."""

import pytest

from app.core.types import SearchRoute
from app.retrieval.index_care import IndexPolicy
from app.retrieval.routing import choose_route


@pytest.mark.parametrize(
    ("chunk_count", "dimensions", "filtered", "indexed", "route"),
    [
        (0, 1536, False, False, "empty"),
        (200, 1536, False, False, "exact"),
        (201, 1536, False, False, "bits"),
        (201, 384, False, False, "exact"),
        (90_000, 1536, False, True, "ivfflat"),
        (90_000, 1536, True, True, "bits"),
        (90_000, 384, True, True, "exact"),
    ],
)
def test_the_route_follows_size_filter_and_index(
    *, chunk_count: int, dimensions: int, filtered: bool, indexed: bool, route: SearchRoute
) -> None:
    """Small stores are searched exactly, filtered ones never through IVFFlat."""
    chosen = choose_route(chunk_count=chunk_count, dimensions=dimensions, filtered=filtered, indexed=indexed)

    assert chosen == route


def test_lists_and_probes_follow_the_rows_unless_pinned() -> None:
    """Auto is sqrt(n) lists and 15 % of them probed; a number pins either, within the lists there are."""
    assert IndexPolicy().lists_for(100_000) == 316
    assert IndexPolicy().probes_for(316) == 48
    assert IndexPolicy(lists=100, probes=8).lists_for(100_000) == 100
    assert IndexPolicy(lists=100, probes=8).probes_for(100) == 8
    assert IndexPolicy(probes=500).probes_for(100) == 100
    assert IndexPolicy().lists_for(0) == 1
