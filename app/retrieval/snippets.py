"""Passages to snippets, as answers, records and search results show them."""

from app.core.types import SameText, Snippet
from app.retrieval.passages import Passage
from app.retrieval.ranking import SCORE_DIGITS


def make_snippet(n: int, passage: Passage, text: str) -> Snippet:
    """Return the snippet of this number."""
    chunk = passage.best
    candidate = passage.found.candidate
    return Snippet(
        n=n,
        chunk_id=chunk.chunk_id,
        file_id=chunk.file_id,
        filename=chunk.filename,
        text=text,
        char_start=passage.start,
        char_end=min(passage.end, passage.start + len(text)),
        score=passage.found.score,
        cosine=shown_score(candidate.cosine),
        lexical=shown_score(candidate.lexical),
        page=passage.chunks[0].page,
        page_end=passage.chunks[-1].page_end,
        heading=chunk.heading,
        source=chunk.source,
        attributes=chunk.attributes,
        metadata=chunk.metadata,
        also_in=tuple(
            SameText(twin.file_id, twin.filename, twin.chunk_id, twin.page) for twin in passage.twins
        ),
    )


def shown_score(score: float | None) -> float | None:
    """Return a score rounded as it is shown."""
    return None if score is None else round(score, SCORE_DIGITS)
