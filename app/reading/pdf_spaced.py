"""Tables of a PDF page that are not drawn: their columns are seen from the white space that runs through the rows. Pure."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import inf
from statistics import median

from app.reading.pdf_cells import Rows, Table, box_around, in_reading_order, write_cells
from app.reading.pdf_headers import name_columns, name_groups
from app.reading.pdf_layout import Word
from app.reading.pdf_wrapped import join_wrapped
from app.reading.tables import join_group_headers

_FEWEST_ROWS = 3
# A table has this many columns at least: two are a list with its numbers, or a form.
_FEWEST_COLUMNS = 3
_LONGEST_CELL_WORDS = 3.0
# White space between columns, and between lines of one table, as parts of the height of a line.
_NARROWEST_GAP, _WIDE_GAP = 0.1, 0.5
# Words of prose stand nearer than this, also in letters of one width.
_COLUMN_GAP = 1.0
_WIDEST_LEADING = 1.6
_SAME_CELL_LEADING = 1.55
_MOST_HEADER_LINES = 2
_MOST_LINES_ABOVE = 3
# Lines of one cell are nearer to each other than rows are, by this factor or less.
_SAME_ROW = 0.85


def find_spaced(lines: Sequence[list[Word]]) -> Iterator[Table]:
    """Yield tables whose columns are seen from white space."""
    start = free = 0
    while start < len(lines):
        if _widest_gap(lines[start]) < _WIDE_GAP * _height(lines[start]):
            start += 1
            continue
        stop = _end_of_run(lines, start)
        if stop - start < _FEWEST_ROWS - 1:
            start += 1
            continue
        run, gaps = _without_titles(lines[start:stop])
        run = _from_header(run, gaps)
        first = next(number for number in range(start, stop) if lines[number] is run[0])
        table = _table(run, lines[free:first])
        if above := _wide_header(run, gaps):
            body = run[above:]
            narrower = _table(body, lines[free : first + above])
            has_header = narrower is not None and narrower.box[1] < body[0][0].top
            is_prose = all(_widest_gap(line) < _COLUMN_GAP * _height(line) for line in run[:above])
            has_names = narrower is not None and not _begins_with_values(narrower.rows)
            table = narrower if has_header or (has_names and table and is_prose) else table
        if table is None:
            start += 1
            continue
        yield table
        start = free = stop


def _from_header(run: Sequence[list[Word]], gaps: Sequence[float]) -> Sequence[list[Word]]:
    """Return the lines of a table without those above its header that fill only some of its columns: ``Customer … Holm``."""
    cells = [_split(line, gaps) for line in run[: _MOST_LINES_ABOVE + 2]]
    for number in range(1, len(cells) - 1):
        if not cells[number - 1][0] or all(cells[number - 1]):
            return run
        if all(cells[number]) and not _count_values(cells[number]) and _count_values(cells[number + 1]):
            return run[number:]
    return run


def _count_values(cells: Sequence[Sequence[Word]]) -> int:
    return sum(any(map(str.isdigit, word.text)) for cell in cells for word in cell)


def _wide_header(run: Sequence[list[Word]], gaps: Sequence[float]) -> int:
    """Return how many lines at the start of a table have names over several columns, or wider than these: they hide gaps."""
    for above in range(1, min(_MOST_HEADER_LINES, len(run) - _FEWEST_ROWS + 1) + 1):
        body = run[above:]
        more = _gaps_of(body)
        if len(more) > len(gaps) and len(_between_columns(body, more)) > len(_between_columns(run, gaps)):
            return above
    return 0


def _table(run: Sequence[list[Word]], above: Sequence[list[Word]]) -> Table | None:
    """Return the table of some lines, if they are one, with a header from the lines above where it has none."""
    gaps = _between_columns(run, _gaps_of(run))
    if len(gaps) < _FEWEST_COLUMNS - 1 or not _is_apart(run, gaps):
        return None
    cells = [_split(line, gaps) for line in run]
    if not _has_short_cells(cells):
        return None
    rows, header = _with_header(cells, write_cells(join_wrapped(cells)), above)
    if len(rows) < _FEWEST_ROWS or not _is_table(rows):
        return None
    words = [word for line in (*header, *run) for word in line]
    return Table(box_around(words), in_reading_order(rows), tuple(word.text for word in words))


def _with_header(
    cells: Sequence[Sequence[list[Word]]], rows: Rows, above: Sequence[list[Word]]
) -> tuple[Rows, Sequence[list[Word]]]:
    """Return a table's rows with the header that stands above them, and its lines.

    It is taken where the table begins with values, or with names below names of groups.
    """
    first = next(cell[0] for cell in cells[0] if cell)
    if not above or first.top - above[-1][0].bottom > _WIDEST_LEADING * _height(above[-1]):
        return rows, ()
    columns = [
        (min(cell[0].left for cell in column if cell), max(cell[-1].right for cell in column if cell))
        for column in zip(*cells, strict=True)
    ]
    header: Sequence[list[Word]] = ()
    if _begins_with_values(rows):
        names = name_columns(above[-1], columns)
        if names is None:
            return rows, ()
        rows, header, above = [names, *rows], above[-1:], above[:-1]
    if above and (groups := name_groups(above[-1], columns)):
        joined = join_group_headers(enumerate([groups, *rows]), grouped_rows={0})
        rows, header = [list(row) for row in joined], [above[-1], *header]
    return rows, header


def _begins_with_values(rows: Rows) -> bool:
    return 2 * sum(any(map(str.isdigit, cell)) for cell in rows[0]) >= sum(map(bool, rows[0]))


def _gaps_of(run: Sequence[list[Word]]) -> list[float]:
    covered: list[tuple[float, float]] = []
    for line in run:
        covered = _covered(line, covered)
    return _gaps(covered, max(map(_height, run)))


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
        gaps = _gaps_of(run)
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
    return len({bisect_left(gaps, word.middle[0]) for word in line})


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
        cells[bisect_left(gaps, word.middle[0])].append(word)
    return cells


def _between_columns(run: Sequence[Sequence[Word]], gaps: Sequence[float]) -> list[float]:
    """Return the gaps without those that lie between the words of one cell: what follows them never stands alone."""
    left = list(gaps)
    middles = [[word.middle[0] for word in line] for line in run]
    place = 0
    while place < len(left):
        limit = left[place + 1] if place + 1 < len(left) else inf
        if all(
            _follows_closely(line, places, left[place], limit)
            for line, places in zip(run, middles, strict=True)
        ):
            del left[place]
            place = 0
        else:
            place += 1
    return left


def _follows_closely(line: Sequence[Word], middles: Sequence[float], gap: float, limit: float) -> bool:
    """Whether the first word between a gap and the next one, if there is any, stands close to the word before."""
    number = next((number for number, middle in enumerate(middles) if middle > gap), None)
    if number is None or middles[number] >= limit:
        return True
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
