"""Markers to citations: what the cited chunk says of the marker's statement, and whether that supports it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.answering.markers import Marker
from app.answering.quotes import find_quote
from app.answering.statements import statement_at
from app.answering.support.judgement import check_support
from app.core.rows import with_cells_apart
from app.core.types import Citation, Snippet


def make_citations(
    text: str, markers: Sequence[Marker], snippets: Mapping[int, Snippet]
) -> tuple[Citation, ...]:
    """Return a citation for each marker of the delivered text, with its quote and whether the chunk supports it."""
    return tuple(
        _citation(statement_at(text, marker.start), marker, snippets[marker.chunk]) for marker in markers
    )


def _citation(statement: str, marker: Marker, snippet: Snippet) -> Citation:
    above = "\n\n".join((snippet.heading or "", snippet.filename))
    judgement = check_support(statement, with_cells_apart(snippet.text), context=above)
    quote = find_quote(statement, snippet.text, judgement.sentences)
    if judgement.verified and quote.is_whole:
        judgement = replace(judgement, reason="quoted")
    return Citation(
        n=marker.n,
        chunk=marker.chunk,
        start=marker.start,
        end=marker.end,
        chunk_id=snippet.chunk_id,
        file_id=snippet.file_id,
        quote=quote.text if judgement.support > 0 else "",
        verified=judgement.verified,
        support=judgement.support,
        reason=judgement.reason,
        page=snippet.page,
        also_in=snippet.also_in,
    )
