"""The text of a document around a cited chunk."""

from pathlib import Path

import pytest

from app.core import ids
from app.core.errors import NotFound
from app.core.types import Caller
from app.db.database import Database
from app.db.vector_store_files import StoredSpan
from app.library.sources import SourceLibrary, join_spans
from tests.factories import make_store_with

TEXT = "".join(f"Section {number} tells about matter {number * 7}. " for number in range(4_000))


def spans_of(text: str, *borders: tuple[int, int]) -> list[StoredSpan]:
    return [
        StoredSpan(ordinal, text[start:end], start, end, page=None, heading=None)
        for ordinal, (start, end) in enumerate(borders)
    ]


def test_what_chunks_share_comes_once() -> None:
    """The cited chunk is whole; its neighbours give up what they share with it."""
    text = "one two three four five six"

    pieces = join_spans(spans_of(text, (0, 13), (8, 18), (14, 27)), cited=1)

    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.is_cited] == ["three four"]
    assert all(text.startswith(piece.text, piece.start) for piece in pieces)


def test_chunks_that_lie_apart_keep_a_space() -> None:
    """White space between chunks is not stored: one letter is a space, more are a blank line."""
    pieces = join_spans(spans_of("one two\n\n\nthree", (0, 3), (4, 7), (10, 15)), cited=None)

    assert "".join(piece.text for piece in pieces) == "one two\n\nthree"


async def test_a_long_document_is_shown_in_windows(db: Database, caller: Caller, tmp_path: Path) -> None:
    """Each holds the text around its chunk, and the windows one after the other hold all of the text."""
    _, (submitted,) = await make_store_with(db, [TEXT], folder=tmp_path)
    file_id = submitted.file.public_id
    sources = SourceLibrary(db)

    middle = await sources.read(caller, file_id, ids.chunk_id(file_id, 100))
    read, first = "", 0
    while True:
        window = await sources.read(caller, file_id, ids.chunk_id(file_id, 0), first=first)
        shown = "".join(piece.text for piece in window.pieces)
        assert len(shown) <= 62_000
        read += shown if not read else shown[_shared(read, shown) :]
        if window.later is None:
            break
        first = window.later

    assert middle.cited is not None
    assert middle.cited.text in TEXT
    assert middle.earlier is not None
    assert middle.later is not None
    assert read.replace("\n", " ").split() == TEXT.split()


async def test_a_chunk_that_is_gone_is_not_marked(db: Database, caller: Caller, tmp_path: Path) -> None:
    """The document opens at its beginning; a file of another project is not there at all."""
    _, (submitted,) = await make_store_with(db, ["One short text."], folder=tmp_path)
    file_id = submitted.file.public_id
    sources = SourceLibrary(db)

    for chunk_id in (ids.chunk_id(file_id, 7), "chunk_other_0", "", "chunk_x_٣", f"chunk_{'9' * 90}"):
        shown = await sources.read(caller, file_id, chunk_id)
        assert shown.cited is None
        assert [piece.text for piece in shown.pieces] == ["One short text."]
    with pytest.raises(NotFound):
        await sources.read(Caller("proj_other"), file_id, ids.chunk_id(file_id, 0))


def _shared(before: str, after: str) -> int:
    """Return how many letters of `after` are the end of `before`: windows begin with a whole chunk."""
    return next(length for length in range(min(len(after), 400), -1, -1) if before.endswith(after[:length]))
