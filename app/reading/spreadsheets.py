"""XLSX workbooks: each sheet a table, as the program shows it. Other spreadsheets are left to the parser."""

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import product
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from app.reading.cell_formats import cell_text
from app.reading.charts import read_charts
from app.reading.document import Document, Source
from app.reading.links import with_address
from app.reading.parser import read_by_parser
from app.reading.tables import join_group_headers, split_tables, stream_rows

# A larger workbook is read row by row. openpyxl then gives no merged cells and comments.
_LARGEST_KEPT_BYTES = 30 * 1024**2
_MOST_COLUMNS = 16_384
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_NO_VALUE = re.compile(rb"(?:</f>|<f[^>]*/>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")
_CONVERSATION = "Comment:"
_BROKEN = (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, OSError)


def read_workbook(source: Source) -> Document:
    """Return the visible sheets one after another, each under its name."""
    inflated = sum(entry.file_size for entry in zipfile.ZipFile(io.BytesIO(source.data)).infolist())
    is_large = inflated > _LARGEST_KEPT_BYTES
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(source.data),
            data_only=True,
            read_only=is_large,
            keep_links=False,
            rich_text=not is_large,
        )
        sheets = [_read_sheet(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"]
    except _BROKEN:
        # Some workbooks that Excel opens are refused by openpyxl.
        return read_by_parser(source)
    text = "\n\n".join(part for part in (*sheets, read_charts(source)) if part)
    return Document(text, warnings=() if is_large else tuple(_without_values(source)))


def _without_values(source: Source) -> Iterator[str]:
    """Yield a warning when formulas have no values: the program that wrote the file has not calculated them."""
    with zipfile.ZipFile(io.BytesIO(source.data)) as package:
        sheets = [name for name in package.namelist() if _SHEET.fullmatch(name)]
        count = sum(len(_NO_VALUE.findall(package.read(name))) for name in sheets)
    if count:
        yield f"{count} formulas have no values: open and save the file in a spreadsheet program, and add it again"


def _read_sheet(sheet: Any) -> str:
    merged = _Merged(sheet)
    hidden = _Hidden(sheet)
    comments: list[str] = []
    rows = _rows(sheet, merged, hidden, comments)
    tables = (
        "\n".join(stream_rows(join_group_headers(table, grouped_rows=merged.group_rows)))
        for table in split_tables(rows)
    )
    text = "\n\n".join(filter(None, tables))
    parts = [f"## {sheet.title}", text, "\n".join(comments)]
    return "\n\n".join(part for part in parts if part) if text or comments else ""


def _rows(
    sheet: Any, merged: "_Merged", hidden: "_Hidden", comments: list[str]
) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each row that is shown and what its cells show."""
    for row in sheet.iter_rows(min_col=max(1, sheet.min_column or 1)):
        number = getattr(row[0], "row", 0) if row else 0
        if not row or number in hidden.rows:
            continue
        cells = []
        for cell in row:
            if getattr(cell, "column", 0) in hidden.columns:
                continue
            shown = merged.value_of(cell)
            cells.append("" if shown is None else _shown(shown))
            if comment := getattr(cell, "comment", None):
                comments.append(_comment(cell.coordinate, comment))
        yield number, cells


def _shown(cell: Any) -> str:
    """Return what a cell shows, with the address to which it leads."""
    link = getattr(cell, "hyperlink", None)
    return with_address(cell_text(cell.value, cell.number_format), link.target if link else None)


def _comment(place: str, comment: Any) -> str:
    """Return a comment. One of a conversation comes with a notice for old programs, and a number for its author."""
    _, notice, said = comment.text.partition(_CONVERSATION)
    if comment.text.startswith("[Threaded comment]") and notice:
        return f"Comment on {place}: {' '.join(said.split())}"
    return f"Comment on {place} by {comment.author}: {comment.text}"


class _Hidden:
    """The rows and columns of a sheet that are hidden. Those that are folded or filtered out are one click away."""

    def __init__(self, sheet: Any) -> None:
        filtered = _filtered_rows(getattr(getattr(sheet, "auto_filter", None), "ref", None))
        self.rows = {
            number
            for number, row in getattr(sheet, "row_dimensions", {}).items()
            if row.hidden and not row.outlineLevel and number not in filtered
        }
        self.columns = {
            number
            for column in getattr(sheet, "column_dimensions", {}).values()
            if column.hidden and not column.outlineLevel and column.min
            for number in range(column.min, min(column.max, _MOST_COLUMNS) + 1)
        }


def _filtered_rows(reference: str | None) -> range:
    if not reference:
        return range(0)
    _, first, _, last = range_boundaries(reference)
    return range(first or 0, (last or 0) + 1)


def _is_alone(sheet: Any, merged: Any) -> bool:
    """Whether the rows of a range hold nothing else, as those of a title do beside which a note stands further below."""
    rows = sheet.iter_rows(merged.min_row, merged.max_row, merged.max_col + 1, values_only=True)
    return all(value is None for row in rows for value in row)


class _Merged:
    """The merged ranges of a sheet: their value counts for every cell that they span.

    A range over the whole width is a title, whose value is wanted once.
    """

    def __init__(self, sheet: Any) -> None:
        self.group_rows: set[int] = set()
        self._shown: dict[tuple[int, int], Any] = {}
        for merged in getattr(getattr(sheet, "merged_cells", None), "ranges", ()):
            top = sheet.cell(merged.min_row, merged.min_col)
            is_title = merged.max_col > merged.min_col <= sheet.min_column and (
                merged.max_col >= sheet.max_column or _is_alone(sheet, merged)
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
