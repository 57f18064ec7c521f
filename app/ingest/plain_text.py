"""Plain text files to clean UTF-8, piece by piece, whatever their size."""

import codecs
from collections.abc import Iterator
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


def is_plain_text(path: Path) -> bool:
    """Whether a file is text to be decoded as it is. Its bytes count more than its name."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(_BINARY_SIGNATURES):
        return False
    if head.startswith(tuple(mark for mark, _ in _BYTE_ORDER_MARKS)):
        return path.suffix.lower() not in _MARKUP_SUFFIXES
    return b"\x00" not in head and path.suffix.lower() not in _MARKUP_SUFFIXES


def write_plain_text(source: Path, target: Path) -> None:
    """Write the text of `source`, cleaned, to `target` in UTF-8.

    It is decoded by its byte order mark, else as UTF-8, else as Windows-1252.
    """
    with source.open("rb") as file:
        head = file.read(4)
    marked = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if head.startswith(mark)), None)
    try:
        _decode(source, target, marked or "utf-8", errors="replace" if marked else "strict")
    except UnicodeDecodeError:
        _decode(source, target, "cp1252", errors="replace")


def _decode(source: Path, target: Path, encoding: str, *, errors: str) -> None:
    with source.open("rb") as file, target.open("w", encoding="utf-8", newline="") as out:
        for piece in clean_pieces(_decoded(file, encoding, errors)):
            out.write(piece)


def _decoded(file: BinaryIO, encoding: str, errors: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    while data := file.read(_PIECE_BYTES):
        yield decoder.decode(data)
    yield decoder.decode(b"", final=True)
