"""Plain text files to clean UTF-8, piece by piece, whatever their size."""

import codecs
import re
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import BinaryIO, TextIO

from app.core.text import clean_pieces
from app.ingest.inline_pictures import without_pictures
from app.reading.encodings import (
    GARBLED,
    byte_order_mark,
    escaped_encoding,
    guess_encoding,
    is_garbled,
    unmarked_wide_encoding,
)
from app.reading.kinds import find_kind

_PIECE_BYTES = 1024 * 1024
_HEAD_BYTES = 4096
# How much is read to find the encoding.
_SAMPLE_BYTES = 8 * 1024 * 1024
# A line of this many characters is a dump; no place in it could be shown to a reader.
_LONGEST_LINE = 10_000_000
_LINE_END = re.compile(r"[\r\n]")


class NotText(ValueError):
    """The file cannot be read as text; says why."""


def is_plain_text(path: Path) -> bool:
    """Whether a file is plain text. Its bytes count more than its name."""
    with path.open("rb") as file:
        return is_plain(path.suffix.lower(), file.read(_HEAD_BYTES))


def is_plain(suffix: str, data: bytes) -> bool:
    """Whether the bytes of a file, or the first of them, are plain text."""
    return find_kind(suffix, data[:_HEAD_BYTES]) == "text"


def plain_text(data: bytes) -> str:
    """Return what `write_plain_text` writes, of a small file's bytes."""
    target = StringIO(newline="")
    _write(BytesIO(data), target)
    return target.getvalue()


def write_plain_text(source: Path, target: Path) -> None:
    """Write the text of `source`, cleaned, to `target` in UTF-8; NotText says why it is none.

    It is decoded by its byte order mark, else as UTF-8, else by a guess from its bytes.
    """
    with source.open("rb") as file, target.open("w", encoding="utf-8", newline="") as out:
        _write(file, out)


def _write(file: BinaryIO, out: TextIO) -> None:
    sample = file.read(_SAMPLE_BYTES)
    encoding = (
        byte_order_mark(sample) or unmarked_wide_encoding(sample) or escaped_encoding(sample) or "utf-8"
    )
    try:
        _decode(file, out, encoding)
    except UnicodeDecodeError as error:
        if _is_surrogate(error):
            raise NotText("it holds lone surrogates, halves of characters: save it again as UTF-8") from error
        if encoding != "utf-8":
            raise NotText(f"it looks like {encoding.upper()}, and its bytes are not") from error
        _decode(file, out, *guess_encoding(sample))


def _decode(file: BinaryIO, out: TextIO, encoding: str, errors: str = "strict") -> None:
    file.seek(0)
    out.seek(0)
    out.truncate()
    is_first = True
    for piece in clean_pieces(_checked(without_pictures(_decoded(file, encoding, errors)))):
        if is_first and is_garbled(piece):
            raise NotText(GARBLED)
        is_first = False
        out.write(piece)


def _decoded(file: BinaryIO, encoding: str, errors: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    while data := file.read(_PIECE_BYTES):
        yield decoder.decode(data)
    yield decoder.decode(b"", final=True)


def _checked(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the pieces of a text; NotText when they are none that a person wrote."""
    line = 0
    for piece in pieces:
        if "\0" in piece:
            raise NotText("it holds NUL bytes, which no text does")
        first, *others = _LINE_END.split(piece)
        line += len(first)
        if max(line, *map(len, others), 0) > _LONGEST_LINE:
            raise NotText(f"it has a line of more than {_LONGEST_LINE:,} characters")
        line = len(others[-1]) if others else line
        yield piece


def _is_surrogate(error: UnicodeDecodeError) -> bool:
    """Whether what could not be decoded is half of a character that takes two in UTF-16."""
    wrong = error.object[error.start : error.start + 3]
    if error.encoding == "utf-8":
        return len(wrong) == 3 and wrong[0] == 0xED and 0xA0 <= wrong[1] <= 0xBF and 0x80 <= wrong[2] <= 0xBF
    return "surrogate" in error.reason
