"""Which way a search goes: over every row exactly, over sign bits with re-ranking, or through IVFFlat. Pure."""

from app.core.types import SearchRoute

_EXACT_BELOW = 200
# PostgreSQL moves a row's embedding out to TOAST when the row would be larger (TOAST_TUPLE_THRESHOLD).
_LARGEST_INLINE_ROW = 2_032
# Keys, hash, offsets, heading and projected signs: the bytes of a chunk's row without its embedding, its bits and its text.
_ROW_BYTES = 370


def choose_route(*, chunk_count: int, filtered: bool, probes: int | None, inline: bool) -> SearchRoute:
    """Return the route for this many candidate chunks; `probes` is None without an index that serves.

    IVFFlat serves one whole store only: behind a filter it returns k rows but not the nearest. Where embeddings lie in
    the rows (`inline`), reading them costs less than reading sign bits and then the best embeddings: .7 of it at 384
    dimensions and texts of 800 characters, against 3.7 times as much where they lie in TOAST.
    """
    if chunk_count == 0:
        return "empty"
    if probes is not None and not filtered:
        return "ivfflat"
    return "exact" if chunk_count <= _EXACT_BELOW or inline else "bits"


def lies_inline(dimensions: int, *, chunks: int, usage_bytes: int) -> bool:
    """Whether chunks with these dimensions and texts of this many bytes mostly have their embeddings inline."""
    text_bytes = usage_bytes / chunks if chunks else 0
    return _ROW_BYTES + 2 * dimensions + dimensions / 8 + text_bytes <= _LARGEST_INLINE_ROW
