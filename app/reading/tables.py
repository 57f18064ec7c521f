"""Tables in text: Markdown rows, one line a row, as the chunker knows them. Pure."""

import re
from collections import deque
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import islice

from app.core.table_headers import continues_header, join_header_rows

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
    """Yield the rows of a numbered table. Rows of its header below each other are joined to one: ``2025 Q1``.

    `grouped_rows` are the rows that have a cell over several columns.
    """
    source = iter(rows)
    header: Sequence[str] | None = None
    for number, row in source:
        if sum(map(bool, row)) < 2:
            yield row
            continue
        may_go_on = header is None or row[0] in ("", header[0])
        header = row if header is None else join_header_rows(header, row)
        if number not in grouped_rows or not may_go_on:
            break
    if header is not None:
        yield from _with_second_row(header, source)


def _with_second_row(
    header: Sequence[str], source: Iterator[tuple[int, Sequence[str]]]
) -> Iterator[Sequence[str]]:
    """Yield a header, joined with the row below it where that goes on with it, and all other rows."""
    rows = (row for _, row in source)
    next_rows = list(islice(rows, 2))
    if len(next_rows) > 1 and continues_header(header, *next_rows):
        header = join_header_rows(header, next_rows.pop(0))
    yield header
    yield from next_rows
    yield from rows


def _is_filled(row: Sequence[str]) -> bool:
    return any(cell.strip() for cell in row)


def _cell(text: str) -> str:
    return _SPACES.sub(" ", text.replace("|", "\\|")).strip()
