"""Which chunks say what something is, where a question asks that: a document says it where it first speaks of it. Pure."""

from collections.abc import Iterable, Sequence

from app.core.asked import defines
from app.core.text import sentence_spans
from app.db.chunk_search import Candidate, ChunkKey, FoundChunk
from app.retrieval.ranking import Passage, Ranked

# How many chunks at the beginnings of how many files are looked at, and how many of them are taken.
_OPENING = 60
_MOST_FILES = 2
_MOST = 2


def openings(passages: Sequence[Passage]) -> list[ChunkKey]:
    """Return the keys of the first chunks of the files that were found first."""
    files = list(dict.fromkeys(passage.found.candidate.key[:2] for passage in passages))[:_MOST_FILES]
    return [(*file, ordinal) for file in files for ordinal in range(_OPENING)]


def says_what_it_is(subject: str, chunks: Iterable[FoundChunk]) -> bool:
    """Whether one of the chunks defines the subject."""
    return any(_defines(subject, chunk) for chunk in chunks)


def with_definitions(
    passages: Sequence[Passage], subject: str, opening: Iterable[FoundChunk], *, limit: int
) -> list[Passage]:
    """Return the passages, the last ones replaced by the first chunks that define the subject."""
    known = {chunk.key for passage in passages for chunk in passage.chunks}
    defining = [chunk for chunk in sorted(opening, key=lambda chunk: chunk.key) if _defines(subject, chunk)]
    new = [chunk for chunk in defining[:_MOST] if chunk.key not in known][: max(0, limit - 1)]
    kept = list(passages[: limit - len(new)])
    # No leg has found them, so they have no scores of their own.
    return [*kept, *(Passage(Ranked(Candidate(chunk.key), kept[-1].found.score), (chunk,)) for chunk in new)]


def _defines(subject: str, chunk: FoundChunk) -> bool:
    text = " ".join(chunk.content.split())
    return any(defines(subject, text[start:end]) for start, end in sentence_spans(text))
