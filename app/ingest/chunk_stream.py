"""A text on disk to chunks, one after another. Only a window of the text is in memory at a time."""

from bisect import bisect_right
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TextIO, assert_never

from app.core.chunking import ChunkingRule, SentenceRule, TokenRule
from app.ingest.chunking import ChunkSpan, Headings, chunk_text
from app.ingest.extract import ExtractedText
from app.ingest.token_chunking import chunk_by_tokens
from app.reading.pages import GOES_ON, PageSpan

_WINDOW_CHARACTERS = 1_000_000
# Where to cut a window, the best place first: the end of a paragraph, a line, a sentence, a word.
_BORDERS = ("\n\n", "\n", ". ", "。", " ")


@dataclass(frozen=True, slots=True)
class _Window:
    """A piece of the text: `start` is where it lies in the whole."""

    text: str
    start: int


def stream_chunks(
    extracted: ExtractedText, rule: ChunkingRule, *, window: int = _WINDOW_CHARACTERS
) -> Generator[ChunkSpan, None, None]:
    """Yield the text's chunks in order, by sentences or by tokens as the rule says."""
    with extracted.open() as text:
        match rule:
            case TokenRule():
                yield from _by_tokens(text, extracted.pages, rule, window)
            case SentenceRule():
                yield from _by_sentences(text, extracted, rule, window)
            case _:
                assert_never(rule)


def _by_sentences(
    text: TextIO, extracted: ExtractedText, rule: SentenceRule, size: int
) -> Iterator[ChunkSpan]:
    pages = extracted.pages
    headings: Headings | None = None
    for window in _pages(text, pages, size) if pages else _windows(text, size):
        if headings is None and extracted.header_line is not None:
            headings = Headings(lines_above_rows=extracted.header_line, header_height=extracted.header_height)
        headings = headings or Headings.of(window.text, is_markdown=extracted.is_markdown)
        for chunk in chunk_text(window.text, rule, above=headings):
            yield _on_pages(_placed(chunk, window.start), pages)


def _by_tokens(text: TextIO, pages: Sequence[PageSpan], rule: TokenRule, size: int) -> Iterator[ChunkSpan]:
    """Windows overlap by their last chunk, which the next one begins with: chunks are as of the whole text."""
    held, start = "", 0
    while piece := text.read(size):
        held += piece
        chunks = chunk_by_tokens(held, rule)
        for chunk in chunks[:-1]:
            yield _on_pages(_placed(chunk, start), pages)
        resume = chunks[-1].start if chunks else len(held)
        held, start = held[resume:], start + resume
    for chunk in chunk_by_tokens(held, rule):
        yield _on_pages(_placed(chunk, start), pages)


def _pages(text: TextIO, pages: Sequence[PageSpan], size: int) -> Iterator[_Window]:
    """Yield pages one by one. Pages are joined where a sentence continues over the border."""
    position, held, start = 0, "", 0
    for page in pages:
        between = text.read(page.start - position)
        own = text.read(page.end - page.start)
        goes_on = between == GOES_ON and held and len(held) < size
        if held and not goes_on:
            yield _Window(held, start)
        held, start = (held + between + own, start) if goes_on else (own, page.start)
        position = page.end
    if held:
        yield _Window(held, start)


def _windows(text: TextIO, size: int) -> Iterator[_Window]:
    held, start = "", 0
    while piece := text.read(size):
        held += piece
        if len(piece) < size:
            break
        border = _border(held)
        yield _Window(held[:border], start)
        held, start = held[border:], start + border
    if held:
        yield _Window(held, start)


def _border(text: str) -> int:
    """Return where to cut a window, in its later half if anything ends there."""
    for mark in _BORDERS:
        found = text.rfind(mark, len(text) // 2)
        if found >= 0:
            return found + len(mark)
    return len(text)


def _placed(chunk: ChunkSpan, offset: int) -> ChunkSpan:
    return replace(chunk, start=chunk.start + offset, end=chunk.end + offset)


def _on_pages(chunk: ChunkSpan, pages: Sequence[PageSpan]) -> ChunkSpan:
    """Return a chunk with the page that it begins on, and the one that it ends on where that is another."""
    if not pages:
        return chunk
    page, last = _page_at(pages, chunk.start), _page_at(pages, max(chunk.start, chunk.end - 1))
    return replace(chunk, page=page, page_end=None if last == page else last)


def _page_at(pages: Sequence[PageSpan], position: int) -> int | None:
    after = bisect_right(pages, position, key=lambda page: page.start)
    return pages[after - 1].number if after else None
