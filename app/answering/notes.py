"""The `footnote` objects of answers, for every renderer: what was retrieved, and what was cited of it."""

from typing import Any

from app.answering.answer import Answer
from app.answering.events import Cited
from app.core.source_links import SourceLinks
from app.wire.footnote import grounding_body, retrieval_body


def retrieved_notes(answer: Answer, links: SourceLinks) -> dict[str, Any] | None:
    """Return the top-level `footnote` of an answer, None when nothing was searched."""
    found = answer.retrieval
    if found is None:
        return None
    body = retrieval_body(
        found.retrieval_id,
        mode=found.mode,
        snippets=found.snippets,
        files_searched=found.files_searched,
        listing=found.listing,
        links=links,
    )
    return body | {"search_ms": round(1_000 * found.seconds, 1)}


def cited_notes(answer: Answer, cited: Cited, links: SourceLinks) -> dict[str, Any]:
    """Return the `footnote` of one choice."""
    assert answer.retrieval is not None, "only grounded answers are cited"
    return grounding_body(
        answer.retrieval.retrieval_id,
        grounded=bool(answer.snippets),
        citations=cited.citations,
        removed_markers=cited.removed_markers,
        links=links,
    )
