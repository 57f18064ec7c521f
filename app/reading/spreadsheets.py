"""XLSX workbooks: each sheet a table, as the program shows it. Other spreadsheets are left to the parser."""

import io
import zipfile
from collections.abc import Iterator
from itertools import product
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from app.reading.cell_formats import cell_text
from app.reading.charts import read_charts
from app.reading.document import Document, Source, Unreadable
from app.reading.tables import join_group_headers, stream_rows

# A larger workbook is read row by row. openpyxl then gives no merged cells and comments.
_LARGEST_KEPT_BYTES = 30 * 1024**2
_BROKEN = (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, OSError)


def read_workbook(source: Source) -> Document:
    """Return the visible sheets one after another, each under its name."""
    inflated = sum(entry.file_size for entry in zipfile.ZipFile(io.BytesIO(source.data)).infolist())
    is_large = inflated > _LARGEST_KEPT_BYTES
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(source.data), data_only=True, read_only=is_large, keep_links=False
        )
        sheets = [_read_sheet(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"]
    except _BROKEN as error:
        raise Unreadable("it is damaged") from error
    return Document("\n\n".join(part for part in (*sheets, read_charts(source)) if part))


def _read_sheet(sheet: Any) -> str:
    merged = _Merged(sheet)
    comments: list[str] = []
    rows = join_group_headers(_rows(sheet, merged, comments), grouped_rows=merged.group_rows)
    table = "\n".join(stream_rows(rows))
    parts = [f"## {sheet.title}", table, "\n".join(comments)]
    return "\n\n".join(part for part in parts if part) if table or comments else ""


def _rows(sheet: Any, merged: "_Merged", comments: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each row and what its cells show."""
    for row in sheet.iter_rows(min_col=max(1, sheet.min_column or 1)):
        cells = []
        for cell in row:
            shown = merged.value_of(cell)
            cells.append("" if shown is None else cell_text(shown.value, shown.number_format))
            if comment := getattr(cell, "comment", None):
                comments.append(f"Comment on {cell.coordinate} by {comment.author}: {comment.text}")
        if row:
            yield getattr(row[0], "row", 0), cells


class _Merged:
    """The merged ranges of a sheet: their value counts for every cell that they span.

    A range over the whole width is a title, whose value is wanted once.
    """

    def __init__(self, sheet: Any) -> None:
        self.group_rows: set[int] = set()
        self._shown: dict[tuple[int, int], Any] = {}
        for merged in getattr(getattr(sheet, "merged_cells", None), "ranges", ()):
            top = sheet.cell(merged.min_row, merged.min_col)
            is_title = (
                merged.min_col <= sheet.min_column and merged.max_col >= sheet.max_column > merged.min_col
            )
            if merged.max_col > merged.min_col and not is_title:
                self.group_rows.add(merged.min_row)
            for row, column in product(
                range(merged.min_row, merged.max_row + 1), range(merged.min_col, merged.max_col + 1)
            ):
                self._shown[row, column] = None if is_title and column > merged.min_col else top

    def value_of(self, cell: Any) -> Any:
        """Return the cell whose value a cell shows; None where a title's range leaves it empty."""
        return self._shown.get((cell.row, cell.column), cell) if self._shown else cell
