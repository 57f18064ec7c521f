"""Which way a search goes: over every row exactly, over sign bits with re-ranking, or through IVFFlat. Pure."""

from app.core.types import SearchRoute

EXACT_BELOW = 200

# Sign bits of fewer dimensions lose too much: .955 of the exact top ten at 384, against .998 at 1,536.
MIN_BITS_DIMENSIONS = 768


def choose_route(*, chunk_count: int, dimensions: int, filtered: bool, indexed: bool) -> SearchRoute:
    """Return the route for this many candidate chunks.

    IVFFlat serves one whole store only: behind a filter it returns k rows but not the nearest.
    """
    if chunk_count == 0:
        return "empty"
    if indexed and not filtered:
        return "ivfflat"
    if chunk_count <= EXACT_BELOW or dimensions < MIN_BITS_DIMENSIONS:
        return "exact"
    return "bits"
