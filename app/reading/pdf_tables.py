"""Tables of a PDF page, found by where words and ruled lines lie, so that empty cells stay empty. Pure.

A table is either drawn, as a grid of lines or with lines between its rows, or its columns are seen from the white space
that runs through its rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from app.reading.pdf_cells import Box, Rows, Table, in_reading_order, write_cells
from app.reading.pdf_layout import Layout, Rule, Word, group_lines
from app.reading.pdf_ruled import find_ruled
from app.reading.pdf_spaced import find_spaced
from app.reading.tables import join_group_headers

# Lines that are this near to each other, in points, are the two borders of neighbouring cells.
_NEAR = 4.5
_MOST_CELLS = 20_000
# Most lines of a table run through at least this share of it, across or down. Those of a diagram end at its boxes.
_RUNS_THROUGH = 0.8


def find_tables(layout: Layout) -> list[Table]:
    """Return the tables of a page from top to bottom, each cell as a text; a merged cell counts for all that it spans."""
    found = list(_grids(layout))
    found += find_ruled([word for word in layout.words if not is_in_tables(word, found)], layout.across)
    left = [word for word in layout.words if not is_in_tables(word, found)]
    return sorted([*found, *find_spaced(group_lines(left))], key=lambda table: table.box[1])


def beside_each_other(tables: Sequence[Table]) -> list[list[Table]]:
    """Return tables, from top to bottom, in groups: what stands side by side has lines of text in common."""
    groups: list[list[Table]] = []
    for table in tables:
        if groups and any(table.box[1] < other.box[3] - _NEAR for other in groups[-1]):
            groups[-1].append(table)
        else:
            groups.append([table])
    return [sorted(group, key=lambda table: table.box[0]) for group in groups]


def is_in_tables(word: Word, tables: Iterable[Table]) -> bool:
    """Whether a word stands in one of the tables."""
    return any(_is_within(word, table.box) for table in tables)


def _grids(layout: Layout) -> Iterator[Table]:
    """Yield the tables that are drawn."""
    for across, down in _connected(layout):
        rows, columns = _clusters(rule.place for rule in across), _clusters(rule.place for rule in down)
        if len(rows) < 3 or len(columns) < 3 or len(rows) * len(columns) > _MOST_CELLS:
            continue
        if not (_run_through(across, rows, columns) or _run_through(down, columns, rows)):
            continue
        box = (columns[0] - _NEAR, rows[0] - _NEAR, columns[-1] + _NEAR, rows[-1] + _NEAR)
        words = [word for word in layout.words if _is_within(word, box)]
        cells = _in_grid(words, rows, columns)
        grouped = _fill_merged(cells, (rows, across), (columns, down))
        filled = [list(row) for row in join_group_headers(enumerate(cells), grouped_rows=grouped) if any(row)]
        if len(filled) >= 2 and sum(bool(cell) for row in filled for cell in row) >= 3:
            yield Table(box, in_reading_order(filled), tuple(word.text for word in words))


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


def _run_through(rules: Sequence[Rule], places: Sequence[float], others: Sequence[float]) -> bool:
    """Whether the lines at most of these places run from the first of the other places to the last one."""
    needed = _RUNS_THROUGH * (others[-1] - others[0])
    return 2 * sum(_drawn_length(rules, place) >= needed for place in places) >= len(places)


def _drawn_length(rules: Sequence[Rule], place: float) -> float:
    """Return how much is drawn at a place; lines may lie upon each other."""
    length, reached = 0.0, float("-inf")
    for start, end in sorted((rule.start, rule.end) for rule in rules if abs(rule.place - place) <= _NEAR):
        length += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return length


def _in_grid(words: Sequence[Word], rows: Sequence[float], columns: Sequence[float]) -> Rows:
    held: list[list[list[Word]]] = [[[] for _ in columns[1:]] for _ in rows[1:]]
    for word in words:
        x, y = word.middle
        row = sum(border < y for border in rows[1:-1])
        column = sum(border < x for border in columns[1:-1])
        held[row][column].append(word)
    return write_cells(held)


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
