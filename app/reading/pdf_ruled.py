"""Tables of a PDF page whose rows are divided by lines and whose columns only by white space, as many pages and reports have them. Pure."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.reading.pdf_cells import Table, box_around, in_reading_order, write_cells
from app.reading.pdf_layout import Rule, Word, group_lines
from app.reading.tables import join_group_headers

# Lines at one place, and the ends of lines of one table, differ by less than this, in points.
_NEAR = 4.5
_FEWEST_ROWS, _FEWEST_RULES = 3, 3
# A page with more lines shows a drawing.
_MOST_RULES = 500
# White space between columns and between the cells of a line, as parts of the height of a line.
_COLUMN_GAP, _CELL_GAP = 0.7, 1.0
# A line above the first rule belongs to the table if it is as near as this.
_HEADER_NEAR = 1.2

Lines = list[list[Word]]


@dataclass(slots=True)
class _Band:
    """What stands between two lines, by the lines of the page."""

    lines: Lines = field(default_factory=list)

    @property
    def words(self) -> list[Word]:
        return [word for line in self.lines for word in line]

    @property
    def has_cells(self) -> bool:
        return any(
            after.left - before.right >= _CELL_GAP * _height(line)
            for line in self.lines
            for before, after in pairwise(line)
        )


def find_ruled(words: Sequence[Word], across: Sequence[Rule]) -> Iterator[Table]:
    """Yield the tables whose rows are divided by lines of the same length. Each has at least one cell of several lines."""
    whole = _whole(across)
    for rules in _of_one_length(whole) if len(whole) <= _MOST_RULES else ():
        if len(rules) < _FEWEST_RULES:
            continue
        for bands in _runs(_bands(words, rules)):
            if (table := _table(bands)) is not None:
                yield table


def _whole(rules: Sequence[Rule]) -> list[Rule]:
    """Return the lines from top to bottom; those that are drawn in pieces, cell by cell, as one."""
    whole: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: (round(rule.place), rule.start)):
        last = whole[-1] if whole else None
        if last and abs(rule.place - last.place) <= 1 and rule.start <= last.end + _NEAR:
            whole[-1] = Rule(last.place, min(rule.start, last.start), max(rule.end, last.end))
        else:
            whole.append(rule)
    return whole


def _of_one_length(rules: Sequence[Rule]) -> list[list[Rule]]:
    groups: list[list[Rule]] = []
    for rule in rules:
        for group in groups:
            if abs(group[0].start - rule.start) <= _NEAR and abs(group[0].end - rule.end) <= _NEAR:
                group.append(rule)
                break
        else:
            groups.append([rule])
    return groups


def _bands(words: Sequence[Word], rules: Sequence[Rule]) -> list[_Band]:
    """Return what stands between the lines, and what stands closely above the first of them."""
    places = [rule.place for rule in rules]
    within: list[list[Word]] = [[] for _ in range(len(places) + 1)]
    for word in words:
        x, y = word.middle
        if rules[0].start - _NEAR <= x <= rules[0].end + _NEAR and y < places[-1]:
            within[bisect_left(places, y)].append(word)
    above = group_lines(within[0])[-1:]
    is_near = above and places[0] - above[0][0].bottom <= _HEADER_NEAR * _height(above[0])
    bands = [_Band(above if is_near else []), *(_Band(group_lines(held)) for held in within[1:])]
    return [band for band in bands if band.lines]


def _runs(bands: Sequence[_Band]) -> Iterator[list[_Band]]:
    """Yield the bands that may be rows of one table: those with cells, and titles of one line between them."""
    run: list[_Band] = []
    for band in bands:
        if band.has_cells or (run and len(band.lines) == 1):
            run.append(band)
            continue
        yield run
        run = []
    yield run


def _table(bands: Sequence[_Band]) -> Table | None:
    """Return the table of some bands; None where several lines of one are rows, or where columns cannot be told apart."""
    body = [word for band in bands[1:] if band.has_cells for word in band.words]
    gaps = _gaps(body)
    if len(bands) < _FEWEST_ROWS or not gaps or _crosses(bands[0], gaps):
        return None
    rows = [_cells(band, gaps) for band in bands]
    heights = [[len(group_lines(cell)) for cell in row if cell] for row in rows]
    are_rows = all(min(height) == 1 for height in heights[1:])
    has_wrapped = any(max(height) > 1 for height in heights[1:])
    is_filled = all(sum(bool(row[column]) for row in rows) > 1 for column in range(len(gaps) + 1))
    if not (are_rows and has_wrapped and is_filled):
        return None
    words = [word for band in bands for word in band.words]
    written = join_group_headers(enumerate(write_cells(rows)), grouped_rows=())
    return Table(
        box_around(words),
        in_reading_order([list(row) for row in written]),
        tuple(word.text for word in words),
    )


def _gaps(words: Sequence[Word]) -> list[float]:
    """Return where white space runs between columns, from top to bottom."""
    gaps: list[float] = []
    reached = None
    for word in sorted(words, key=lambda word: word.left):
        if reached is not None and word.left - reached >= _COLUMN_GAP * (word.bottom - word.top):
            gaps.append((reached + word.left) / 2)
        reached = max(reached or word.right, word.right)
    return gaps


def _cells(band: _Band, gaps: Sequence[float]) -> list[list[Word]]:
    """Return the words of a row by its columns. A title that runs over several of them is the first cell."""
    cells: list[list[Word]] = [[] for _ in range(len(gaps) + 1)]
    for word in band.words:
        cells[0 if _crosses(band, gaps) else bisect_left(gaps, word.middle[0])].append(word)
    return cells


def _crosses(band: _Band, gaps: Sequence[float]) -> bool:
    return any(word.left < gap < word.right for word in band.words for gap in gaps)


def _height(line: Sequence[Word]) -> float:
    return max(word.bottom - word.top for word in line)
