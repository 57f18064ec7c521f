"""Plain text files to clean UTF-8, piece by piece, whatever their size."""

import codecs
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from app.core.text import clean_pieces

_PIECE_BYTES = 1024 * 1024
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What calls itself text and is none is refused as such, not left to the parser.
_TEXT_SUFFIXES = frozenset(
    {"", ".txt", ".md", ".markdown", ".rst", ".csv", ".tsv", ".json", ".jsonl", ".log", ".yaml", ".yml"}
)
# A line of so many characters is a dump, of which no place can be shown to a reader.
_LONGEST_LINE = 10_000_000
_LINE_END = re.compile(r"[\r\n]")
# Text with a structure that is worth reading: left to the parser.
_MARKUP_SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".xml", ".eml", ".mbox", ".rtf", ".ipynb", ".svg"})
_BINARY_SIGNATURES = (
    b"%PDF",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"{\\rtf",
    b"\x1f\x8b",
    b"\x89PNG",
    b"\xff\xd8\xff",
)


class NotText(ValueError):
    """The file cannot be read as text; says why."""


def is_plain_text(path: Path) -> bool:
    """Whether a file is text to be decoded as it is. Its bytes count more than its name."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(_BINARY_SIGNATURES):
        return False
    if head.startswith(tuple(mark for mark, _ in _BYTE_ORDER_MARKS)):
        return path.suffix.lower() not in _MARKUP_SUFFIXES
    suffix = path.suffix.lower()
    return suffix in _TEXT_SUFFIXES or (b"\x00" not in head and suffix not in _MARKUP_SUFFIXES)


def write_plain_text(source: Path, target: Path) -> None:
    """Write the text of `source`, cleaned, to `target` in UTF-8; NotText says why it is none.

    It is decoded by its byte order mark, else as UTF-8, else as Windows-1252.
    """
    with source.open("rb") as file:
        head = file.read(4)
    marked = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if head.startswith(mark)), None)
    try:
        _decode(source, target, marked or "utf-8")
    except UnicodeDecodeError as error:
        if _is_surrogate(error):
            raise NotText("it holds lone surrogates, halves of characters: save it anew as UTF-8") from error
        if marked:
            raise NotText(f"its byte order mark says {marked.upper()}, and its bytes are not") from error
        _decode(source, target, "cp1252", errors="replace")


def _decode(source: Path, target: Path, encoding: str, *, errors: str = "strict") -> None:
    with source.open("rb") as file, target.open("w", encoding="utf-8", newline="") as out:
        for piece in clean_pieces(_checked(_decoded(file, encoding, errors))):
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
