"""Workbooks in one file of XML (Excel 2003), which programs of firms still export: each sheet a table, as Excel shows it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from lxml import etree
from openpyxl.styles.numbers import is_timedelta_format
from openpyxl.utils.datetime import to_excel

from app.reading.cell_formats import cell_text
from app.reading.document import Document, Source, Unreadable
from app.reading.grids import Grid, Range
from app.reading.links import with_address

_S = "{urn:schemas-microsoft-com:office:spreadsheet}"
_X = "{urn:schemas-microsoft-com:office:excel}"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
_MOST_COLUMNS = 16_384
# Formats that have a name instead of a code.
_NAMED = {
    "General Number": "General",
    "General Date": "yyyy-mm-dd hh:mm",
    "Short Date": "yyyy-mm-dd",
    "Medium Date": "d-mmm-yy",
    "Long Date": "d mmmm yyyy",
    "Short Time": "h:mm",
    "Medium Time": "h:mm AM/PM",
    "Long Time": "h:mm:ss",
    "Currency": "#,##0.00",
    "Euro Currency": '#,##0.00 "€"',
    "Fixed": "0.00",
    "Standard": "#,##0.00",
    "Percent": "0.00%",
    "Scientific": "0.00E+00",
}
# Times of a day are those of the day before the first one that Excel counts.
_YEAR_OF_TIMES = 1899


def read_spreadsheet_xml(source: Source) -> Document:
    """Return the visible sheets one after another, each under its name."""
    try:
        root = etree.fromstring(source.data, _PARSER)
        formats = _formats(root)
        sheets = [_sheet(sheet, formats) for sheet in root.iter(_S + "Worksheet") if not _is_hidden(sheet)]
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("it is damaged, or not of the kind that its name says") from error
    return Document("\n\n".join(filter(None, sheets)))


def _formats(root: Any) -> Mapping[str, str]:
    """Return the codes of number formats by the names of styles, which take them over from their parents."""
    styles = {style.get(_S + "ID"): style for style in root.iter(_S + "Style")}
    return {name: _format_of(name, styles) for name in styles}


def _format_of(name: str, styles: Mapping[str, Any]) -> str:
    seen: set[str] = set()
    while name in styles and name not in seen:
        seen.add(name)
        found = styles[name].find(_S + "NumberFormat")
        if found is not None:
            return found.get(_S + "Format") or "General"
        name = styles[name].get(_S + "Parent") or "Default"
    return "General"


def _is_hidden(sheet: Any) -> bool:
    shown = sheet.findtext(f"{_X}WorksheetOptions/{_X}Visible")
    return shown in ("SheetHidden", "SheetVeryHidden")


def _sheet(sheet: Any, formats: Mapping[str, str]) -> str:
    cells: list[list[str]] = []
    merged: list[Range] = []
    hidden: set[int] = set()
    for row in sheet.iter(_S + "Row"):
        if _number(row, "Index") > len(cells) + 1:
            cells.append([])
        if _is_on(row, "Hidden"):
            hidden.add(len(cells))
        texts: list[str] = []
        for cell in row.iterchildren(_S + "Cell"):
            texts += [""] * (min(_number(cell, "Index"), _MOST_COLUMNS) - 1 - len(texts))
            across, down = min(_number(cell, "MergeAcross"), _MOST_COLUMNS), _number(cell, "MergeDown")
            if across or down:
                merged.append(Range(len(cells), len(texts), len(cells) + down, len(texts) + across))
            texts += [_shown(cell, formats, row), *[""] * across]
        cells.append(texts)
    text = Grid(cells, merged, hidden, set(_hidden_columns(sheet))).write()
    parts = [part for part in (text, *_comments(sheet)) if part]
    return "\n\n".join([f"## {sheet.get(_S + 'Name')}", *parts]) if parts else ""


def _hidden_columns(sheet: Any) -> Iterator[int]:
    place = 0
    for column in sheet.iter(_S + "Column"):
        place = _number(column, "Index") - 1 if column.get(_S + "Index") else place
        width = 1 + min(_number(column, "Span"), _MOST_COLUMNS)
        if _is_on(column, "Hidden"):
            yield from range(place, place + width)
        place += width


def _shown(cell: Any, formats: Mapping[str, str], row: Any) -> str:
    """Return what a cell shows, with the address to which it leads."""
    data = cell.find(_S + "Data")
    if data is None:
        return ""
    style = cell.get(_S + "StyleID") or row.get(_S + "StyleID") or "Default"
    code = formats.get(style, "General")
    text = "".join(data.itertext())
    value = _value(data.get(_S + "Type") or "String", text, code)
    return with_address(cell_text(value, _NAMED.get(code, code)), cell.get(_S + "HRef"))


def _value(kind: str, text: str, code: str) -> object:
    """Return the value of a cell; what is not of the kind that it is said to be stays a text."""
    try:
        if kind == "Number":
            return float(text) if "." in text or "E" in text.upper() else int(text)
        if kind == "DateTime":
            moment = datetime.fromisoformat(text.strip())
            if is_timedelta_format(code):
                return timedelta(days=to_excel(moment))
            return moment.time() if moment.year == _YEAR_OF_TIMES else moment
    except ValueError:
        return text
    return text.strip() == "1" if kind == "Boolean" else text


def _comments(sheet: Any) -> Iterator[str]:
    for comment in sheet.iter(_S + "Comment"):
        said = " ".join("".join(comment.itertext()).split())
        if said:
            yield f"Comment by {comment.get(_S + 'Author') or 'unknown'}: {said}"


def _number(element: Any, name: str) -> int:
    return int(element.get(_S + name) or 0)


def _is_on(element: Any, name: str) -> bool:
    return bool(element.get(_S + name) == "1")
