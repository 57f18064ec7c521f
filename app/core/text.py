"""Cleans text on its way in, so that PostgreSQL, JSON and XML accept it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath, PureWindowsPath

# Colours and places of the cursor in what a terminal shows.
_TERMINAL = re.compile(r"\x1b\[[0-9;?]{0,32}[A-Za-z]")
_TERMINAL_BEGUN = re.compile(r"\x1b(?:\[[0-9;?]{0,32})?\Z")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
# No writing system puts this many marks on one letter. Text that does may be cut anywhere.
_MOST_HELD = 10_000


def clean_text(text: str) -> str:
    """Return `text` in NFC with line feeds only, without control characters and terminals' colours, lone surrogates as U+FFFD."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _SURROGATES.sub("\ufffd", _CONTROLS.sub("", _TERMINAL.sub("", unix))))


def clean_pieces(pieces: Iterable[str]) -> Iterator[str]:
    """Clean a long text piece by piece. The pieces joined are what `clean_text` returns for the whole."""
    held = ""
    for piece in pieces:
        text = held + piece
        border = _safe_border(text)
        held = text[border:]
        if border:
            yield clean_text(text[:border])
    if held:
        yield clean_text(held)


def shown_text(table_header: str | None, text: str) -> str:
    """Return a chunk's text as people and models see it: rows of a table under the header of their table."""
    return f"{table_header}\n{text}" if table_header else text


def space_between(gap: int, *, in_table: bool) -> str:
    """Return the white space between two chunks that lie `gap` letters apart. A table's rows have their own lines."""
    if gap <= 0:
        return ""
    return "\n\n" if gap > 1 else "\n" if in_table else " "


def plain_name(name: str) -> str:
    """Return the last part of a file name, without folders of either kind of system and without controls."""
    last = PureWindowsPath(PurePosixPath(clean_text(name)).name).name
    printable = "".join(letter for letter in last if letter.isprintable())[-255:]
    return printable if printable.strip(". ") else "file"


def _safe_border(text: str) -> int:
    """Return where the text can be cut: before its last letter, so that marks to come find it, and CR its LF."""
    if begun := _TERMINAL_BEGUN.search(text):
        return _safe_border(text[: begun.start()])
    for border in range(len(text) - 1, max(0, len(text) - _MOST_HELD), -1):
        letter = text[border]
        if not (letter == "\n" or unicodedata.combining(letter) or _CONTROLS.match(letter)):
            return border
    return len(text) if len(text) > _MOST_HELD else 0
