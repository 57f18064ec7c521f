"""Sheets of OpenDocument files as tables, each cell as the program shows it."""

import re
from collections.abc import Iterator
from typing import Any

from app.reading.grids import Grid, Range
from app.reading.links import with_address

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_CELL, _COVERED = _TABLE + "table-cell", _TABLE + "covered-table-cell"
_DAY = re.compile(r"(\d{4})-\d\d-(\d\d)")
_DIGITS = re.compile(r"[0-9]+")
# A program repeats blank cells to the end of the sheet. Cells with a text are seldom repeated more often than this.
MOST_REPEATED = 1_000


def read_sheets(root: Any, spreadsheet: Any) -> Iterator[str]:
    """Yield the visible sheets one after another, each under its name."""
    hidden = {
        style.get(_STYLE + "name")
        for style in root.iter(_STYLE + "style")
        if any(one.get(_TABLE + "display") == "false" for one in style.iter(_STYLE + "table-properties"))
    }
    for sheet in spreadsheet.iterchildren(_TABLE + "table"):
        if sheet.get(_TABLE + "style-name") not in hidden:
            boxes = (_box(shape) for shape in sheet.iter(_DRAW + "text-box", _DRAW + "custom-shape"))
            comments = (_comment(note) for note in sheet.iter(_OFFICE + "annotation"))
            parts = [part for part in (_grid(sheet).write(), *boxes, *comments) if part]
            if parts:
                yield "\n\n".join([f"## {sheet.get(_TABLE + 'name')}", *parts])


def with_iso(shown: str, value: str) -> str:
    """Return what a cell shows; a date that it writes otherwise is followed by itself in ISO 8601."""
    found = _DAY.match(value)
    if found is None or found[0] in shown:
        return shown
    numbers = {int(number) for number in _DIGITS.findall(shown)}
    year, day = int(found[1]), int(found[2])
    return f"{shown} ({found[0]})" if day in numbers and numbers & {year, year % 100} else shown


def repeated(element: Any, name: str) -> int:
    """Return how often an element stands for itself."""
    return min(int(element.get(_TABLE + name, 1)), MOST_REPEATED)


def _box(shape: Any) -> str:
    """Return the text of a box that lies upon a sheet."""
    lines = ("".join(line.itertext()) for line in shape.iter(_TEXT + "p"))
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())


def _comment(note: Any) -> str:
    return "Comment: " + " ".join("".join(text.itertext()) for text in note.iter(_TEXT + "p"))


def _grid(sheet: Any) -> Grid:
    cells: list[list[str]] = []
    merged: list[Range] = []
    hidden: set[int] = set()
    for row in sheet.iter(_TABLE + "table-row"):
        texts, spans = _row(row)
        for _ in range(repeated(row, "number-rows-repeated") if texts else 1):
            if row.get(_TABLE + "visibility") == "collapse":
                hidden.add(len(cells))
            merged += [
                Range(len(cells), left, len(cells) + height - 1, left + width - 1)
                for left, width, height in spans
            ]
            cells.append(list(texts))
    return Grid(cells, merged, hidden, _hidden_columns(sheet))


def _row(row: Any) -> tuple[list[str], list[tuple[int, int, int]]]:
    """Return the texts of a row's cells up to the last that says anything, and those that span others."""
    texts: list[str] = []
    spans: list[tuple[int, int, int]] = []
    used = 0
    for cell in row.iterchildren(_CELL, _COVERED):
        shown = _shown(cell) if cell.tag == _CELL else ""
        width, height = repeated(cell, "number-columns-spanned"), repeated(cell, "number-rows-spanned")
        if width * height > 1:
            spans.append((len(texts), width, height))
        texts += [shown] * repeated(cell, "number-columns-repeated")
        if shown or cell.tag == _COVERED:
            used = len(texts)
    return texts[:used], spans


def _shown(cell: Any) -> str:
    """Return what a cell shows. A link has its address."""
    for link in cell.iter(_TEXT + "a"):
        said = "".join(link.itertext())
        for child in list(link):
            link.remove(child)
        link.text = with_address(said, link.get(_XLINK + "href"))
    text = " ".join("".join(one.itertext()) for one in cell.iterchildren(_TEXT + "p", _TEXT + "h"))
    return with_iso(" ".join(text.split()), cell.get(_OFFICE + "date-value", ""))


def _hidden_columns(sheet: Any) -> set[int]:
    hidden: set[int] = set()
    place = 0
    for column in sheet.iter(_TABLE + "table-column"):
        count = int(column.get(_TABLE + "number-columns-repeated", 1))
        if column.get(_TABLE + "visibility") == "collapse":
            hidden |= set(range(place, place + min(count, MOST_REPEATED)))
        place += count
    return hidden
