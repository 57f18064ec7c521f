"""The cells of a PDF's table: their words as text, in the order in which they are read. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from app.reading.divided_words import FULL_LINE_END
from app.reading.pdf_layout import Word, group_lines
from app.reading.right_to_left import is_right_to_left

Rows = list[list[str]]
# A letter may be wider than the letters of its word are on average.
_WIDE_LETTER = 1.3
_HYPHENS = "-\u00ad\u2010"
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Table:
    """A table, the words in it, and the box around them."""

    box: Box
    rows: Rows
    words: tuple[str, ...]


def box_around(words: Sequence[Word]) -> Box:
    """Return the box around words: rows may begin further right than others, or end further left."""
    return (
        min(word.left for word in words),
        min(word.top for word in words),
        max(word.right for word in words),
        max(word.bottom for word in words),
    )


def write_cells(rows: Sequence[Sequence[Sequence[Word]]]) -> Rows:
    """Return the texts of cells, whose lines keep their ends."""
    lines = [[group_lines(cell) for cell in row] for row in rows]
    widest = [
        max((_width(line) for line in chain(*column)), default=0) for column in zip(*lines, strict=True)
    ]
    return [[_text(cell, width) for cell, width in zip(row, widest, strict=True)] for row in lines]


def in_reading_order(rows: Rows) -> Rows:
    """Return the rows with the column first that is read first."""
    whole = " ".join(cell for row in rows for cell in row)
    return [row[::-1] for row in rows] if is_right_to_left(whole) else rows


def _text(lines: Sequence[Sequence[Word]], widest: float) -> str:
    """Return the words of a cell in the order in which they are read."""
    text = ""
    for number, line in enumerate(lines):
        is_reversed = is_right_to_left(" ".join(one.text for one in line))
        text += " ".join(word.text for word in (reversed(line) if is_reversed else line))
        if number < len(lines) - 1:
            text += FULL_LINE_END if _is_full(line, lines[number + 1], widest) and not is_reversed else "\n"
    return text


def _is_full(line: Sequence[Word], below: Sequence[Word], widest: float) -> bool:
    """Whether a line is one word that leaves no place for the first letter of the line below."""
    return (
        len(line) == 1
        and line[0].text[-1] not in _HYPHENS
        and _width(line) + _width(below[:1]) / len(below[0].text) * _WIDE_LETTER > widest
    )


def _width(line: Sequence[Word]) -> float:
    return line[-1].right - line[0].left
