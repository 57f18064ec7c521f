"""Text to chunks of a number of tokens, as a `static` strategy asks for, wherever they end. Pure."""

from itertools import accumulate

from app.core.chunking import TokenRule
from app.core.text import split_tokens
from app.ingest.chunking import ChunkSpan


def chunk_by_tokens(text: str, rule: TokenRule) -> list[ChunkSpan]:
    """Return windows of `rule.size` tokens, each `rule.size - rule.overlap` after the one before."""
    starts = [0, *accumulate(len(piece) for piece in split_tokens(text))]
    chunks: list[ChunkSpan] = []
    last = len(starts) - 1
    # A window that would begin in the overlap of the last one has nothing of its own.
    for first in range(0, max(1, last - rule.overlap), rule.size - rule.overlap):
        start, end = starts[first], starts[min(first + rule.size, last)]
        if text[start:end].strip():
            chunks.append(ChunkSpan(text[start:end], start, end))
    return chunks
