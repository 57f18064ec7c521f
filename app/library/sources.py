"""The text of a document around a cited chunk, as a person reads it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core import ids
from app.core.text import space_between
from app.core.types import Caller
from app.db.database import Database
from app.db.vector_store_files import StoredSpan
from app.models import File, VectorStoreFile

# A page of text: as many chunks as are fetched at once, and as many letters as a browser shows without delay.
_MOST_SPANS = 120
_SPANS_BEFORE = 40
_MOST_LETTERS = 60_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a document's text, with its page and where it begins; `is_cited` marks the cited one."""

    text: str
    page: int | None
    heading: str | None
    is_cited: bool = False
    start: int = 0


@dataclass(frozen=True, slots=True)
class SourceText:
    """A window on a document's text. `earlier` and `later` are the chunks that other windows would begin with."""

    file: File
    pieces: tuple[Piece, ...]
    earlier: int | None = None
    later: int | None = None

    @property
    def cited(self) -> Piece | None:
        """The cited piece, None when this window does not hold it."""
        return next((piece for piece in self.pieces if piece.is_cited), None)


class SourceLibrary:
    """Shows where citations come from. The text is put together from a file's chunks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(
        self, caller: Caller, file_id: str, chunk_id: str, *, first: int | None = None
    ) -> SourceText:
        """Return the text around a chunk, or from the chunk number `first` on; raise NotFound for a file that is gone.

        If the file no longer has the chunk, nothing is marked and the window is at the start of the text.
        """
        ordinal = ids.chunk_ordinal(file_id, chunk_id)
        async with self._database.of(caller).read() as snapshot:
            file = await snapshot.files.get(file_id)
            membership = _holder(await snapshot.vector_store_files.list_readable(file.id), ordinal)
            if membership is None:
                return SourceText(file, ())
            cited = ordinal if ordinal is not None and ordinal < membership.chunk_count else None
            start = max(0, (cited or 0) - _SPANS_BEFORE) if first is None else first
            spans = await snapshot.vector_store_files.list_spans(membership, first=start, most=_MOST_SPANS)

        anchor = cited if first is None and cited is not None else start
        shown = _within(spans, anchor)
        if not shown:
            return SourceText(file, ())
        begin, end = shown[0].ordinal, shown[-1].ordinal + 1
        return SourceText(
            file,
            join_spans(shown, cited=cited),
            earlier=max(0, begin - len(shown)) if begin > 0 else None,
            later=end if end < membership.chunk_count else None,
        )


def join_spans(spans: Sequence[StoredSpan], *, cited: int | None) -> tuple[Piece, ...]:
    """Return consecutive chunks as text. What two of them share comes once, and the cited one is whole."""
    mark = next((span for span in spans if span.ordinal == cited), None)
    pieces: list[Piece] = []
    position = spans[0].char_start
    for span in spans:
        is_cited = span is mark
        start = span.char_start if is_cited else max(span.char_start, position)
        is_before = mark is not None and span.ordinal < mark.ordinal
        end = min(span.char_end, mark.char_start) if is_before and mark else span.char_end
        if end > start:
            space = space_between(start - position, in_table=span.in_table)
            text = span.content[start - span.char_start : end - span.char_start]
            pieces += [Piece(space, None, None)] if space and pieces else []
            pieces.append(Piece(text, span.page, span.heading, is_cited, start))
        position = max(position, end)
    return tuple(pieces)


def _holder(memberships: Sequence[VectorStoreFile], ordinal: int | None) -> VectorStoreFile | None:
    """Return the membership that holds the chunk, else one that holds any text."""
    holding = [each for each in memberships if ordinal is not None and ordinal < each.chunk_count]
    return next(iter([*holding, *memberships]), None)


def _within(spans: Sequence[StoredSpan], anchor: int) -> Sequence[StoredSpan]:
    """Return as many of the chunks around the anchor as a page holds, the anchor among them."""
    if not spans:
        return ()
    at = min(max(0, anchor - spans[0].ordinal), len(spans) - 1)
    begin, end, left = at, at + 1, _MOST_LETTERS - len(spans[at].content)
    while True:
        can_begin = begin > 0 and len(spans[begin - 1].content) <= left
        if can_begin:
            begin -= 1
            left -= len(spans[begin].content)
        can_end = end < len(spans) and len(spans[end].content) <= left
        if can_end:
            end += 1
            left -= len(spans[end - 1].content)
        if not can_begin and not can_end:
            return spans[begin:end]
