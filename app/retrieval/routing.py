"""Which way a search goes: over every row exactly, over sign bits with re-ranking, or through IVFFlat. Pure."""

from app.core.types import SearchRoute

EXACT_BELOW = 200


def choose_route(*, chunk_count: int, filtered: bool, probes: int | None) -> SearchRoute:
    """Return the route for this many candidate chunks; `probes` is None without an index that serves.

    IVFFlat serves one whole store only: behind a filter it returns k rows but not the nearest.
    """
    if chunk_count == 0:
        return "empty"
    if probes is not None and not filtered:
        return "ivfflat"
    return "exact" if chunk_count <= EXACT_BELOW else "bits"
