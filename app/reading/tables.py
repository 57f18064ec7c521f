"""Tables in text: Markdown rows, one line a row, as the chunker knows them. Pure."""

import re
from collections import deque
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import islice, zip_longest

_SPACES = re.compile(r"\s+")


def write_row(cells: Sequence[str]) -> str:
    """Return a row as one line."""
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def write_divider(columns: int) -> str:
    """Return the line between a table's header row and its other rows."""
    return "|" + " --- |" * columns


def write_table(rows: Iterable[Sequence[str]]) -> str:
    """Return a table: its first row is the header. Blank rows and blank columns are left out."""
    kept = [row for row in rows if _is_filled(row)]
    width = max(map(len, kept), default=0)
    padded = [[*row, *[""] * (width - len(row))] for row in kept]
    columns = [column for column in range(width) if any(row[column].strip() for row in padded)]
    return "\n".join(stream_rows([row[column] for column in columns] for row in padded))


def stream_rows(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield a table line by line; blank rows are left out.

    Its header is the first row of more than one filled cell. Rows of one cell above it are a title and come as text.
    """
    width = 0
    has_title = False
    for row in filter(_is_filled, rows):
        if not width and sum(bool(cell.strip()) for cell in row) == 1:
            has_title = True
            yield _SPACES.sub(" ", " ".join(row)).strip()
            continue
        cells = [*row, *[""] * (width - len(row))]
        if width:
            yield write_row(cells)
            continue
        width = len(cells)
        if has_title:
            yield ""
        yield write_row(cells)
        yield write_divider(width)


def split_tables(rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[Iterator[tuple[int, Sequence[str]]]]:
    """Yield the tables of a sheet, each to be read before the next. One begins below a blank row with a header of its own.

    A header is a row of names alone, with at most a title above it, and values below.
    """
    waiting: deque[tuple[int, Sequence[str]]] = deque()
    source = iter(rows)

    def look(count: int) -> list[Sequence[str]]:
        while len(waiting) < count and (row := next(source, None)) is not None:
            waiting.append(row)
        return [row for _, row in islice(waiting, count)]

    def one_table() -> Iterator[tuple[int, Sequence[str]]]:
        was_blank, seen = False, 0
        while look(1):
            if was_blank and seen > 1 and _begins_table(look(3)):
                return
            number, row = waiting.popleft()
            was_blank = not _is_filled(row)
            seen += not was_blank
            yield number, row

    while look(1):
        yield one_table()


def _begins_table(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows are a header of several names and values below it; or these under a title."""
    has_title = bool(rows) and sum(bool(cell.strip()) for cell in rows[0]) == 1
    below = rows[1:] if has_title else rows
    if len(below) < 2:
        return False
    names = [cell for cell in below[0] if cell.strip()]
    has_values = any(any(map(str.isdigit, cell)) for cell in below[1])
    return len(names) > 1 and has_values and not any(map(str.isdigit, "".join(names)))


def join_group_headers(
    rows: Iterable[tuple[int, Sequence[str]]], *, grouped_rows: Container[int]
) -> Iterator[Sequence[str]]:
    """Yield the rows of a numbered table. A header row of groups is joined with the row below it: ``2025 Q1``.

    `grouped_rows` are the rows that have a cell over several columns.
    """
    above: Sequence[str] | None = None
    is_done = False
    for number, row in rows:
        if is_done or sum(map(bool, row)) < 2:
            yield row
        elif above is None and number in grouped_rows:
            above = row
        else:
            yield row if above is None else _joined(above, row)
            above, is_done = None, True
    if above is not None:
        yield above


def _joined(above: Sequence[str], row: Sequence[str]) -> list[str]:
    return [
        cell if cell == group else f"{group} {cell}".strip()
        for group, cell in zip_longest(above, row, fillvalue="")
    ]


def _is_filled(row: Sequence[str]) -> bool:
    return any(cell.strip() for cell in row)


def _cell(text: str) -> str:
    return _SPACES.sub(" ", text.replace("|", "\\|")).strip()
