"""The pages of a document as one text, and where each lies in it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.text import is_unspaced

PAGE_BREAK = "\n\n"
# Between two pages over which a sentence goes on.
GOES_ON = "\n"
_SENTENCE_END = re.compile(r"[.!?…:。！？।؟۔|][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class PageSpan:
    """Where a page's text lies in the document's text. Numbers count from 1."""

    number: int
    start: int
    end: int


def join_pages(pages: Sequence[str]) -> tuple[str, list[PageSpan]]:
    """Return the text of all pages, and where each lies in it."""
    parts: list[str] = []
    spans: list[PageSpan] = []
    position = 0
    for number, page in enumerate(pages, 1):
        if parts:
            between = GOES_ON if _goes_on(pages[number - 2], page) else PAGE_BREAK
            parts.append(between)
            position += len(between)
        parts.append(page)
        spans.append(PageSpan(number, position, position + len(page)))
        position += len(page)
    return "".join(parts), spans


def _goes_on(before: str, after: str) -> bool:
    """Whether the last sentence of a page ends on the next one: it has no end, and the next begins in small letters."""
    if not before or not after or _SENTENCE_END.search(before):
        return False
    return after[0].islower() or before[-1] in ",;" or (is_unspaced(before[-1]) and is_unspaced(after[0]))
