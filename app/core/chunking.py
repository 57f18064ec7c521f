"""How a file is cut into chunks: by sentences up to a size in characters, or into windows of a number of tokens."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class SentenceRule:
    """Chunks of whole sentences: the largest size, and how much of one the next may repeat, both in characters."""

    size: int = 800
    overlap: int = 100


@dataclass(frozen=True, slots=True)
class TokenRule:
    """How many o200k tokens a chunk has, and how many of them the next repeats."""

    size: int = 800
    overlap: int = 400


ChunkingRule: TypeAlias = SentenceRule | TokenRule

# A chunk says under which headings it stands, the outermost first.
HEADING_SEPARATOR = " › "
