"""Markers to citations: what the cited chunk says of the marker's statement, and whether that supports it. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.answering.markers import Marker
from app.answering.quotes import find_quote
from app.answering.statements import statement_at
from app.answering.support.judgement import check_support
from app.core.rows import with_cells_apart
from app.core.types import Citation, Snippet

# A table's first row names what stands in all of its rows.
_HEADER = re.compile(r"(?:^|(?:^|\n)[ \t]*\n|(?:^|\n)[^|\n][^\n]*\n)(\|[^\n]+)|(?:\A|\n\n)([^\n\t]*\t[^\n]*)")


def make_citations(
    text: str, markers: Sequence[Marker], snippets: Mapping[int, Snippet]
) -> tuple[Citation, ...]:
    """Return a citation for each marker of the delivered text, with its quote and whether the chunk supports it."""
    return tuple(
        _citation(statement_at(text, marker.start), marker, snippets[marker.chunk]) for marker in markers
    )


def _citation(statement: str, marker: Marker, snippet: Snippet) -> Citation:
    passage, headers = _headers_apart(with_cells_apart(snippet.text))
    above = "\n\n".join((snippet.heading or "", snippet.filename, *headers))
    judgement = check_support(statement, passage, context=above)
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


def _headers_apart(passage: str) -> tuple[str, list[str]]:
    """Return a passage with blanks for its tables' header rows, and these: the words of each row's columns are no row."""
    headers: list[str] = []

    def blank(found: re.Match[str]) -> str:
        header = found[1] or found[2]
        headers.append(header)
        return found[0].replace(header, " " * len(header))

    return _HEADER.sub(blank, passage), headers
