"""XLS workbooks: each sheet a table, as the program shows it."""

import struct
from collections.abc import Iterator
from typing import Any

import xlrd
from openpyxl.styles.numbers import is_timedelta_format
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel
from xlrd.compdoc import CompDocError

from app.reading.cell_formats import cell_text
from app.reading.document import Document, Source
from app.reading.grids import Grid, Range
from app.reading.parser import read_by_parser

_BROKEN = (
    xlrd.XLRDError,
    CompDocError,
    struct.error,
    ValueError,
    IndexError,
    KeyError,
    AssertionError,
    TypeError,
)


def read_old_workbook(source: Source) -> Document:
    """Return the visible sheets one after another, each under its name."""
    try:
        book = xlrd.open_workbook(file_contents=source.data, formatting_info=True)
        sheets = [_read_sheet(book, sheet) for sheet in book.sheets() if not sheet.visibility]
    except _BROKEN:
        # Encrypted ones, and those of the time before formats: the parser says what they are.
        return read_by_parser(source)
    return Document("\n\n".join(filter(None, sheets)))


def _read_sheet(book: Any, sheet: Any) -> str:
    cells = [
        [_text(book, sheet.cell(row, column)) for column in range(sheet.row_len(row))]
        for row in range(sheet.nrows)
    ]
    merged = [Range(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells]
    table = Grid(
        cells,
        merged,
        hidden_rows={
            row for row, info in sheet.rowinfo_map.items() if info.hidden and not info.outline_level
        },
        hidden_columns={
            column for column, info in sheet.colinfo_map.items() if info.hidden and not info.outline_level
        },
    ).write()
    comments = "\n".join(_comments(sheet))
    return "\n\n".join(filter(None, (f"## {sheet.name}", table, comments))) if table or comments else ""


def _text(book: Any, cell: Any) -> str:
    code = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
    if cell.ctype == xlrd.XL_CELL_DATE:
        epoch = CALENDAR_MAC_1904 if book.datemode else CALENDAR_WINDOWS_1900
        return cell_text(from_excel(cell.value, epoch, timedelta=is_timedelta_format(code)), code)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        # All numbers are stored as fractions.
        return cell_text(int(cell.value) if cell.value.is_integer() else cell.value, code)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return cell_text(bool(cell.value), code)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#N/A"))
    return cell_text(str(cell.value), code)


def _comments(sheet: Any) -> Iterator[str]:
    for (row, column), note in sorted(sheet.cell_note_map.items()):
        by = f" by {note.author}" if note.author.strip() else ""
        yield f"Comment on {get_column_letter(column + 1)}{row + 1}{by}: {note.text}"
