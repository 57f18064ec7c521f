"""Rows of a PDF's table without lines: the second line of a cell joins its row. Pure."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from app.reading.divided_words import LONG_CODE
from app.reading.pdf_layout import Word

Cells = Sequence[Sequence[Word]]

# Lines of one cell are nearer to each other than rows are, by this factor or less.
_NEAR = 0.85
_SPACE = 0.25
_GOES_ON_AFTER = ("-", ",", "/", "\u2010")


def join_wrapped(lines: Sequence[Cells]) -> list[list[list[Word]]]:
    """Return the rows whose cells go on over lines; `lines` are the cells of each line of the page."""
    usual = _usual_pitch(lines)
    edges = [_edges(lines, column) for column in range(len(lines[0]))]
    rows: list[list[list[Word]]] = []
    for number, line in enumerate(lines):
        goes_on = number > 0 and (
            _goes_on(rows[-1], lines[number - 1], line, edges=edges, usual=usual)
            or (number == 1 and _is_upper_header(rows[0], line, usual))
        )
        if goes_on and not _begins_row(lines, number):
            for cell, more in zip(rows[-1], line, strict=True):
                cell.extend(more)
        else:
            rows.append([list(cell) for cell in line])
    return rows


def _edges(lines: Sequence[Cells], column: int) -> tuple[float, float]:
    """Return where the longest line of a column ends, and the middle between that and the next column."""
    end = max((line[column][-1].right for line in lines if line[column]), default=0)
    next_cells = (
        [line[column + 1] for line in lines if line[column + 1]] if column + 1 < len(lines[0]) else []
    )
    next_start = min((cell[0].left for cell in next_cells), default=end)
    return end, (end + next_start) / 2


def _usual_pitch(lines: Sequence[Cells]) -> float:
    """Return how far apart rows are, where lines within them are nearer to each other, else 0."""
    pitches = [_pitch(above, line) for above, line in pairwise(lines)]
    return median([pitch for pitch in pitches if pitch * _NEAR >= min(pitches)] or [0])


def _goes_on(
    row: Cells, above: Cells, line: Cells, *, edges: Sequence[tuple[float, float]], usual: float
) -> bool:
    """Whether a line goes on with the row above.

    What both fill holds words that had no place at the end of the line above. In a line that is nearer than rows are,
    cells may stand lower or higher than others of their row.
    """
    shared = [column for column, cell in enumerate(line) if cell and above[column]]
    if _stands_beside(above, line):
        return True
    had_no_place = bool(shared) and all(
        _had_no_place(above[column], line[column], edges[column]) for column in shared
    )
    if _pitch(above, line) <= _NEAR * usual:
        return (had_no_place and not _has_two_values(row, line)) or _is_lower_part(row, above, line)
    return had_no_place and _is_lower_part(row, above, line, may_begin=True)


def _begins_row(lines: Sequence[Cells], number: int) -> bool:
    """Whether a line belongs to the line below, which it overlaps or is nearer to than to the one above."""
    if number + 1 == len(lines) or _stands_beside(lines[number - 1], lines[number]):
        return False
    above, line, below = lines[number - 1 : number + 2]
    adds_cells = any(more and not cell for cell, more in zip(line, below, strict=True))
    return _stands_beside(line, below) or (adds_cells and _pitch(line, below) <= _NEAR * _pitch(above, line))


def _stands_beside(above: Cells, line: Cells) -> bool:
    """Whether a line belongs to the row of the one above: a cell of one line stands in the middle of those of two."""
    is_shared = any(cell and other for cell, other in zip(above, line, strict=True))
    return not is_shared and _pitch(above, line) < _height(line)


def _is_lower_part(row: Cells, above: Cells, line: Cells, *, may_begin: bool = False) -> bool:
    """Whether a line leaves out cells that its row has, the first among them unless `may_begin`, and adds none."""
    others = sum(bool(cell) for cell in row[1:])
    return (
        all(above[column] for column, cell in enumerate(line) if cell)
        and (may_begin or not line[0])
        and sum(bool(cell) for cell in line[1:]) < others
        and not _has_two_values(row, line)
    )


def _has_two_values(row: Cells, line: Cells) -> bool:
    """Whether a row would have two numbers, dates or times below each other in one of its cells."""
    return any(
        cell and more and _is_value(cell) and _is_value(more) for cell, more in zip(row, line, strict=True)
    )


def _is_value(cell: Sequence[Word]) -> bool:
    text = "".join(word.text for word in cell)
    return any(map(str.isdigit, text)) and not any(map(str.isalpha, text))


def _is_upper_header(first: Cells, second: Cells, usual: float) -> bool:
    """Whether the first line holds only upper parts of a header that ends on the second."""
    return not first[0] and all(second) and _pitch(first, second) <= _NEAR * usual


def _had_no_place(above: Sequence[Word], line: Sequence[Word], edges: tuple[float, float]) -> bool:
    """Whether the first word of a line would have passed the edge of its column at the end of the line above.

    A word with a capital may begin a title: it has to pass the middle of the space up to the next column.
    """
    if not above:
        return False
    first, last = line[0], above[-1]
    is_text = (
        len(above) > 1
        or first.text[0].islower()
        or last.text.endswith(_GOES_ON_AFTER)
        or (bool(LONG_CODE.fullmatch(last.text)) and any(map(str.isalpha, above[0].text)))
    )
    space = _SPACE * (last.bottom - last.top)
    return is_text and last.right + space + (first.right - first.left) > edges[not first.text[0].islower()]


def _pitch(above: Cells, line: Cells) -> float:
    return _middle(line) - _middle(above)


def _height(line: Cells) -> float:
    return max(word.bottom - word.top for cell in line for word in cell)


def _middle(line: Cells) -> float:
    return next(cell[0].middle[1] for cell in line if cell)
