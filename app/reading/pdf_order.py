"""Lines of a PDF page without columns, from top to bottom. Pure.

The parser looks for columns on every page. Where few lines stand on one, as on letters, slides and title pages, it takes
short lines on the left and on the right for columns, and tears the sentences between them apart.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from app.core.text import clean_text
from app.reading.pdf_cells import Box, Table, box_around
from app.reading.pdf_headings import key
from app.reading.pdf_layout import Layout, Word, group_lines
from app.reading.pdf_tables import is_in_tables

# Two lines stand beside each other if they share this part of their height.
_SHARED_HEIGHT = 0.1
# A page has columns if its lines stand left and right by turns this many times in a row.
_LONGEST_ZIGZAG = 4
# As parts of the height of a line: how far the next line of the same paragraph may begin below it.
_PARAGRAPH_LEADING = 1.6
_MOST_LINES = 300


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is read in one: a piece of a line, or a table, with the numbers of its lines in the text."""

    box: Box
    numbers: list[int]


def order_lines(text: str, layout: Layout, tables: Sequence[Table]) -> str:
    """Return a page's text with its lines from top to bottom, if it has no columns; as it is where not all lines are known."""
    lines = [line for line in text.split("\n") if line.strip()]
    rows = group_lines([word for word in layout.words if not is_in_tables(word, tables)])
    if not 1 < len(lines) <= _MOST_LINES or _has_columns(rows):
        return text
    units = _units(lines, rows, tables)
    if units is None or not _is_wrong(units):
        return text
    return _written(text, sorted(units, key=lambda unit: unit.box[1]))


def _has_columns(rows: Sequence[Sequence[Word]]) -> bool:
    """Whether lines stand beside each other, or on the left and on the right by turns."""
    turns = 0
    for above, below in pairwise(map(box_around, rows)):
        is_beside = above[2] <= below[0] or below[2] <= above[0]
        turns = turns + 1 if is_beside else 0
        shared = min(above[3], below[3]) - below[1]
        if is_beside and (turns >= _LONGEST_ZIGZAG or shared > _SHARED_HEIGHT * (below[3] - below[1])):
            return True
    return False


def _units(
    lines: Sequence[str], rows: Iterable[Sequence[Word]], tables: Sequence[Table]
) -> list[_Unit] | None:
    """Return what the lines of a text are on the page; None where they are not the same, or rows of several pieces follow."""
    left: dict[str, deque[int]] = defaultdict(deque)
    for number, line in enumerate(lines):
        left[key(line)].append(number)
    units: list[_Unit] = []
    was_parted = False
    for row in rows:
        pieces = list(_pieces(row, left))
        is_parted = len(pieces) > 1
        if sum(len(words) for words, _ in pieces) < len(row) or (is_parted and was_parted):
            return None
        units += [_Unit(box_around(words), [number]) for words, number in pieces]
        was_parted = is_parted
    rest = sorted(number for numbers in left.values() for number in numbers)
    in_tables = [_Unit(table.box, list(_lines_of(table, lines, rest))) for table in tables]
    return None if rest else [*units, *(unit for unit in in_tables if unit.numbers)]


def _pieces(row: Sequence[Word], left: dict[str, deque[int]]) -> Iterator[tuple[Sequence[Word], int]]:
    """Yield the pieces in which the text has the words of a row, as long as it has them."""
    start = 0
    while start < len(row):
        ends = range(len(row), start, -1)
        keys = ((end, key(clean_text("".join(word.text for word in row[start:end])))) for end in ends)
        found = next(((end, words) for end, words in keys if left.get(words)), None)
        if found is None:
            return
        yield row[start : found[0]], left[found[1]].popleft()
        start = found[0]


def _lines_of(table: Table, lines: Sequence[str], rest: list[int]) -> Iterator[int]:
    """Yield those of the remaining lines that are made of a table's words, and take them out."""
    words = Counter(part for word in table.words for part in clean_text(word).split())
    for number in list(rest):
        wanted = Counter(lines[number].split())
        if not wanted - words:
            words -= wanted
            rest.remove(number)
            yield number


def _is_wrong(units: Sequence[_Unit]) -> bool:
    """Whether the text has a line before one that stands above it."""
    in_text = sorted(units, key=lambda unit: unit.numbers[0])
    lowest = accumulate((unit.box[1] for unit in in_text), max)
    return any(unit.box[3] <= top for unit, top in zip(in_text, lowest, strict=True))


def _written(text: str, units: Sequence[_Unit]) -> str:
    """Return the lines of a text in the order of these units, with its blank lines where it has two after each other."""
    lines: list[str] = []
    parted: set[int] = set()
    for line in text.split("\n"):
        if line.strip():
            lines.append(line)
        else:
            parted.add(len(lines))
    written = ""
    before: tuple[int, Box] | None = None
    for unit in units:
        for number in unit.numbers:
            if before is not None:
                is_next = number == before[0] + 1
                is_apart = number in parted if is_next else not _is_near(before[1], unit.box)
                written += "\n\n" if is_apart else "\n"
            written += lines[number]
            before = number, unit.box
    return written


def _is_near(above: Box, below: Box) -> bool:
    return below[1] - above[1] <= _PARAGRAPH_LEADING * (above[3] - above[1])
