"""Tables of a PDF page, found by where words and ruled lines lie, so that empty cells stay empty. Pure.

A table is either drawn, as a grid of lines, or its columns are seen from the white space that runs through its rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from math import inf
from statistics import median

from app.reading.divided_words import FULL_LINE_END
from app.reading.pdf_layout import Layout, Rule, Word, group_lines
from app.reading.pdf_wrapped import join_wrapped
from app.reading.right_to_left import is_right_to_left
from app.reading.tables import join_group_headers

Rows = list[list[str]]

# Lines that are this near to each other, in points, are the two borders of neighbouring cells.
_NEAR = 4.5
_FEWEST_ROWS = 3
# Without lines, a table has this many columns at least: two are a list with its numbers, or a form.
_FEWEST_COLUMNS = 3
_LONGEST_CELL_WORDS = 3.0
# White space between columns, and between lines of one table, as parts of the height of a line.
_NARROWEST_GAP, _WIDE_GAP = 0.1, 0.5
_WIDEST_LEADING = 1.6
_SAME_CELL_LEADING = 1.55
_MOST_CELLS = 20_000
# Lines of one cell are nearer to each other than rows are, by this factor or less.
_SAME_ROW = 0.85
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


def find_tables(layout: Layout) -> list[Table]:
    """Return the tables of a page from top to bottom, each cell as a text; a merged cell counts for all that it spans."""
    drawn = list(_grids(layout))
    left = [word for word in layout.words if not is_in_tables(word, drawn)]
    return sorted([*drawn, *_spaced(group_lines(left))], key=lambda table: table.box[1])


def is_in_tables(word: Word, tables: Iterable[Table]) -> bool:
    """Whether a word stands in one of the tables."""
    return any(_is_within(word, table.box) for table in tables)


def _grids(layout: Layout) -> Iterator[Table]:
    """Yield the tables that are drawn."""
    for across, down in _connected(layout):
        rows, columns = _clusters(rule.place for rule in across), _clusters(rule.place for rule in down)
        if len(rows) < 3 or len(columns) < 3 or len(rows) * len(columns) > _MOST_CELLS:
            continue
        box = (columns[0] - _NEAR, rows[0] - _NEAR, columns[-1] + _NEAR, rows[-1] + _NEAR)
        words = [word for word in layout.words if _is_within(word, box)]
        cells = _in_grid(words, rows, columns)
        grouped = _fill_merged(cells, (rows, across), (columns, down))
        filled = [list(row) for row in join_group_headers(enumerate(cells), grouped_rows=grouped) if any(row)]
        if len(filled) >= 2 and sum(bool(cell) for row in filled for cell in row) >= 3:
            yield Table(box, _in_reading_order(filled), tuple(word.text for word in words))


def _connected(layout: Layout) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Yield groups of lines that touch: the lines of one table each."""
    groups: list[tuple[Box, list[Rule], list[Rule]]] = []
    boxes = [
        *(((rule.start, rule.place, rule.end, rule.place), rule, True) for rule in layout.across),
        *(((rule.place, rule.start, rule.place, rule.end), rule, False) for rule in layout.down),
    ]
    for box, rule, is_across in sorted(boxes, key=lambda found: (found[0][1], found[0][0])):
        touching = [group for group in groups if _touch(group[0], box)]
        joined_box, across, down = box, [rule] if is_across else [], [] if is_across else [rule]
        for group in touching:
            groups.remove(group)
            joined_box = _around(joined_box, group[0])
            across += group[1]
            down += group[2]
        groups.append((joined_box, across, down))
    return ((across, down) for _, across, down in groups)


def _touch(one: Box, other: Box) -> bool:
    return (
        one[0] <= other[2] + _NEAR
        and other[0] <= one[2] + _NEAR
        and one[1] <= other[3] + _NEAR
        and other[1] <= one[3] + _NEAR
    )


def _around(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _is_within(word: Word, box: Box) -> bool:
    x, y = word.middle
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _clusters(places: Iterable[float]) -> list[float]:
    """Return the middles of places that are near to each other."""
    clusters: list[list[float]] = []
    for place in sorted(places):
        if clusters and place - clusters[-1][-1] <= _NEAR:
            clusters[-1].append(place)
        else:
            clusters.append([place])
    return [sum(cluster) / len(cluster) for cluster in clusters]


def _in_grid(words: Sequence[Word], rows: Sequence[float], columns: Sequence[float]) -> Rows:
    held: list[list[list[Word]]] = [[[] for _ in columns[1:]] for _ in rows[1:]]
    for word in words:
        x, y = word.middle
        row = sum(border < y for border in rows[1:-1])
        column = sum(border < x for border in columns[1:-1])
        held[row][column].append(word)
    return _texts(held)


def _fill_merged(
    cells: Rows, across: tuple[Sequence[float], Sequence[Rule]], down: tuple[Sequence[float], Sequence[Rule]]
) -> set[int]:
    """Write the text of cells that no line divides into all of them; return the rows that have one over several columns."""
    (rows, rules_across), (columns, rules_down) = across, down
    grouped = set()
    for number, (top, bottom) in enumerate(pairwise(rows)):
        row = cells[number]
        borders = enumerate(columns[1:-1], 1)
        open_borders = [
            column for column, place in borders if not _has_line(rules_down, place, (top + bottom) / 2)
        ]
        if _merge(row, open_borders):
            grouped.add(number)
    for column, (left, right) in enumerate(pairwise(columns)):
        start = 0
        for number in range(1, len(cells) + 1):
            if number == len(cells) or _has_line(rules_across, rows[number], (left + right) / 2):
                _fill_down(cells[start:number], column)
                start = number
    return grouped


def _fill_down(rows: Rows, column: int) -> None:
    """Fill the empty cells of a column in rows that no line divides: from above, or from the only text, which may stand lower."""
    texts = [row[column] for row in rows if row[column]]
    above = texts[0] if len(texts) == 1 else ""
    for row in rows:
        row[column] = above = row[column] or above


def _merge(row: list[str], open_borders: Sequence[int]) -> bool:
    """Join the cells of a row over its borders without a line; return whether any were. One over the whole row is a title."""
    start, is_joined = 0, False
    for column in range(1, len(row) + 1):
        if column in open_borders:
            continue
        text = " ".join(filter(None, row[start:column]))
        is_title = start == 0 and column == len(row) and column > 1
        is_joined |= column - start > 1 and not is_title
        row[start:column] = [text, *([""] if is_title else [text]) * (column - start - 1)]
        start = column
    return is_joined


def _has_line(rules: Sequence[Rule], place: float, middle: float) -> bool:
    return any(abs(rule.place - place) <= _NEAR and rule.start <= middle <= rule.end for rule in rules)


def _spaced(lines: Sequence[list[Word]]) -> Iterator[Table]:
    """Yield tables whose columns are seen from white space."""
    start = 0
    while start < len(lines):
        if _widest_gap(lines[start]) < _WIDE_GAP * _height(lines[start]):
            start += 1
            continue
        stop = _end_of_run(lines, start)
        run, gaps = _without_titles(lines[start:stop])
        gaps = _between_columns(run, gaps)
        cells = [_split(line, gaps) for line in run]
        rows = _texts(join_wrapped(cells))
        if (
            len(rows) >= _FEWEST_ROWS
            and len(gaps) >= _FEWEST_COLUMNS - 1
            and _is_apart(run, gaps)
            and _has_short_cells(cells)
            and _is_table(rows)
        ):
            box = (run[0][0].left, run[0][0].top, run[-1][-1].right, run[-1][-1].bottom)
            yield Table(box, _in_reading_order(rows), tuple(word.text for line in run for word in line))
            start = stop
        else:
            start += 1


def _widest_gap(line: Sequence[Word]) -> float:
    return max((after.left - before.right for before, after in pairwise(line)), default=0)


def _end_of_run(lines: Sequence[list[Word]], start: int) -> int:
    """Return where the lines end that have enough gaps in common with the first."""
    covered = _covered(lines[start])
    for stop in range(start + 1, len(lines)):
        line = lines[stop]
        height = _height(line)
        covered = _covered(line, covered)
        is_apart = line[0].top - lines[stop - 1][0].bottom > _WIDEST_LEADING * height
        if is_apart or len(_gaps(covered, height)) < _FEWEST_COLUMNS - 1:
            return stop
    return len(lines)


def _without_titles(run: Sequence[list[Word]]) -> tuple[Sequence[list[Word]], list[float]]:
    """Return the lines of a table without those at its start and end that have one cell, and the gaps of the rest."""
    while True:
        covered: list[tuple[float, float]] = []
        for line in run:
            covered = _covered(line, covered)
        gaps = _gaps(covered, max(map(_height, run)))
        filled = [_count_cells(line, gaps) for line in run]
        kept = [number for number, count in enumerate(filled) if count > 1]
        if not kept or (kept[0] == 0 and kept[-1] == len(run) - 1) or len(kept) < _FEWEST_ROWS:
            return run, gaps
        # The last row of a table may well have one value only, if it has a place of its own.
        last = len(run) if kept[0] else _end_of_cells(run, kept[-1] + 1, gaps)
        if last - kept[0] == len(run):
            return run, gaps
        run = run[kept[0] : last]


def _end_of_cells(run: Sequence[Sequence[Word]], end: int, gaps: Sequence[float]) -> int:
    """Return where a table ends, with lines that go on with a cell of its last row.

    The first cell goes on only in a line that is nearer than rows are.
    """
    pitches = [_pitch(above, line) for above, line in pairwise(run[:end])]
    nearest = _SAME_ROW * median(pitches) if pitches else 0
    while end < len(run) and gaps and end > 0:
        pitch, height = _pitch(run[end - 1], run[end]), _height(run[end])
        is_first = run[end][0].left <= gaps[0]
        is_within = run[end][-1].right <= gaps[0] and pitch <= nearest
        if (pitch >= height and not is_within) if is_first else pitch > _SAME_CELL_LEADING * height:
            break
        end += 1
    return end


def _pitch(above: Sequence[Word], line: Sequence[Word]) -> float:
    return line[0].middle[1] - above[0].middle[1]


def _count_cells(line: Sequence[Word], gaps: Sequence[float]) -> int:
    """Return how many cells of a row a line fills; one of prose, whose words stand close together, is one cell."""
    if _widest_gap(line) < _WIDE_GAP * _height(line):
        return 1
    return len({sum(gap < word.middle[0] for gap in gaps) for word in line})


def _covered(line: Sequence[Word], before: Sequence[tuple[float, float]] = ()) -> list[tuple[float, float]]:
    """Return which parts of the width hold words."""
    merged: list[tuple[float, float]] = []
    for left, right in sorted([*before, *((word.left, word.right) for word in line)]):
        if merged and left <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(right, merged[-1][1]))
        else:
            merged.append((left, right))
    return merged


def _gaps(covered: Sequence[tuple[float, float]], height: float) -> list[float]:
    return [
        (before[1] + after[0]) / 2
        for before, after in pairwise(covered)
        if after[0] - before[1] >= _NARROWEST_GAP * height
    ]


def _height(line: Sequence[Word]) -> float:
    return max(word.bottom - word.top for word in line)


def _split(line: Sequence[Word], gaps: Sequence[float]) -> list[list[Word]]:
    cells: list[list[Word]] = [[] for _ in range(len(gaps) + 1)]
    for word in line:
        cells[sum(gap < word.middle[0] for gap in gaps)].append(word)
    return cells


def _texts(rows: Sequence[Sequence[Sequence[Word]]]) -> Rows:
    """Return the texts of cells, whose lines keep their ends."""
    lines = [[group_lines(cell) for cell in row] for row in rows]
    widest = [
        max((_width(line) for line in chain(*column)), default=0) for column in zip(*lines, strict=True)
    ]
    return [[_text(cell, width) for cell, width in zip(row, widest, strict=True)] for row in lines]


def _between_columns(run: Sequence[Sequence[Word]], gaps: Sequence[float]) -> list[float]:
    """Return the gaps without those that lie between the words of one cell: what follows them never stands alone."""
    for place, gap in enumerate(gaps):
        limit = gaps[place + 1] if place + 1 < len(gaps) else inf
        firsts = [
            next(((number, line) for number, word in enumerate(line) if gap < word.middle[0] < limit), None)
            for line in run
        ]
        if all(_follows_closely(*first) for first in firsts if first):
            return _between_columns(run, [other for other in gaps if other != gap])
    return list(gaps)


def _follows_closely(number: int, line: Sequence[Word]) -> bool:
    return number > 0 and line[number].left - line[number - 1].right < _WIDE_GAP * _height(line)


def _is_apart(run: Sequence[Sequence[Word]], gaps: Sequence[float]) -> bool:
    """Whether the columns stand further apart than words do."""
    distances = [
        (after.left - before.right) / _height(line)
        for line in run
        for before, after in pairwise(line)
        if any(before.right <= gap <= after.left for gap in gaps)
    ]
    return bool(distances) and median(distances) >= _WIDE_GAP


def _has_short_cells(lines: Sequence[Sequence[Sequence[Word]]]) -> bool:
    filled = [len(cell) for line in lines for cell in line if cell]
    return sum(filled) / len(filled) <= _LONGEST_CELL_WORDS


def _is_table(rows: Rows) -> bool:
    """Whether rows are those of a table and not lines of prose whose spaces happen to lie below one another."""
    filled = [cell for row in rows for cell in row if cell]
    rows_with_several = sum(sum(map(bool, row)) > 1 for row in rows)
    columns_with_several = all(sum(bool(row[column]) for row in rows) > 1 for column in range(len(rows[0])))
    has_values = sum(any(map(str.isdigit, cell)) for cell in filled) >= len(rows) / 2
    return rows_with_several > len(rows) / 2 and columns_with_several and has_values


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


def _in_reading_order(rows: Rows) -> Rows:
    """Return the rows with the column first that is read first."""
    whole = " ".join(cell for row in rows for cell in row)
    return [row[::-1] for row in rows] if is_right_to_left(whole) else rows
