"""OpenDocument texts, sheets and presentations: the parser is given tables whose cells say what the program shows."""

import io
import zipfile
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, Self

from lxml import etree

from app.reading.document import Document, Source
from app.reading.opendocument_lists import join_items, write_lists
from app.reading.opendocument_notes import label_slide_notes, read_rims, take_notes
from app.reading.opendocument_sheets import MOST_REPEATED, read_sheets, with_iso
from app.reading.opendocument_shown import raise_numbers, show_text
from app.reading.opendocument_slides import read_slides
from app.reading.packages import rewritten
from app.reading.parser import parse, unescaped

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CELL, _COVERED = _TABLE + "table-cell", _TABLE + "covered-table-cell"
_CONTENT = "content.xml"
_SPANS = ("number-columns-spanned", "number-rows-spanned")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def read_open_document(source: Source) -> Document:
    """Return the text. Merged cells count for all that they span, blank rows are left out, cells' comments come last."""
    with zipfile.ZipFile(io.BytesIO(source.data)) as package:
        root = _root(package, _CONTENT)
        if root is None:
            return Document(unescaped(parse(source).content))
        styles = _root(package, "styles.xml")
        raise_numbers(root, styles)
        comments = [
            _comment(note) for note in root.iter(_OFFICE + "annotation") if note.getparent().tag == _CELL
        ]
        sheets = root.find(f"{_OFFICE}body/{_OFFICE}spreadsheet")
        if sheets is not None:
            return Document("\n\n".join(read_sheets(root, sheets)))
        if root.find(f"{_OFFICE}body/{_OFFICE}text") is not None:
            show_text(root, styles)
            write_lists(root, styles)
        notes = take_notes(root)
        for table in root.iter(_TABLE + "table"):
            _make_plain(table)
        if label_slide_notes(root):
            return Document("\n\n".join((*read_slides(root), *filter(None, ("\n".join(notes), *comments)))))
        plain = replace(source, data=rewritten(package, {_CONTENT: etree.tostring(root)}))
        headers, footers = (
            read_rims(package) if root.find(f"{_OFFICE}body/{_OFFICE}text") is not None else ([], [])
        )
    text = join_items(unescaped(parse(plain).content).strip("\n"))
    title, _, rest = text.partition("\n") if text.startswith("# ") else ("", "", text)
    parts = (title, *headers, rest.strip("\n"), *footers, "\n".join(notes), *comments)
    return Document("\n\n".join(filter(None, parts)))


def _root(package: zipfile.ZipFile, name: str) -> Any:
    """Return the root of a part of the document, None when there is none to be read."""
    try:
        return etree.fromstring(package.read(name), _PARSER)
    except (KeyError, etree.XMLSyntaxError):
        return None


def _comment(note: Any) -> str:
    return "Comment: " + " ".join("".join(text.itertext()) for text in note.iter(_TEXT + "p"))


def _make_plain(table: Any) -> None:
    """Give every cell of a table a text of its own, as the program shows it, and take out blank rows."""
    from_above: dict[int, _Span] = {}
    kept: list[Any] = []
    is_grouped = False
    for row in [row for row in table.iter(_TABLE + "table-row") if _table_of(row) is table]:
        times = _repeated(row, "number-rows-repeated")
        is_grouped |= not kept and any(_Span.of(cell).columns > 1 for cell in row if cell.tag == _CELL)
        row[:] = _plain_cells(row, from_above)
        if not any(map(_has_text, row)):
            row.getparent().remove(row)
            continue
        kept.append(row)
        for _ in range(times - 1):
            row.addnext(deepcopy(row))
    if is_grouped and len(kept) > 1 and len({_text(cell) for cell in kept[0]}) > 1:
        _join_header(*kept[:2])


def _join_header(upper: Any, lower: Any) -> None:
    """Join a row that names groups of columns with the row below it: ``2025 Q1``."""
    for above, below in zip(upper, lower, strict=False):
        if (group := _text(above)) and group != _text(below):
            paragraph = etree.Element(_TEXT + "p")
            paragraph.text = f"{group} {_text(below)}".strip()
            below[:] = [paragraph]
    upper.getparent().remove(upper)


def _text(cell: Any) -> str:
    return " ".join("".join(cell.itertext()).split())


def _table_of(row: Any) -> Any:
    return next(row.iterancestors(_TABLE + "table"))


def _plain_cells(row: Any, from_above: "dict[int, _Span]") -> list[Any]:
    """Return the cells of a row, one a column; `from_above` has the cells of rows before that span this one, by column."""
    plain: list[Any] = []
    left: _Span | None = None
    begun: dict[int, _Span] = {}
    for cell in _without_end(row):
        for _ in range(_repeated(cell, "number-columns-repeated")):
            column = len(plain)
            if cell.tag == _CELL:
                left = _Span.of(cell)
                from_above |= {
                    column + offset: replace(left) for offset in range(left.columns) if left.rows > 1
                }
                shown = cell
            else:
                shown = _covering(column, from_above, left)
            plain.append(_plain(shown))
    from_above |= {column: span for column, span in begun.items() if span.rows > 1}
    return plain


def _without_end(row: Any) -> list[Any]:
    """Return the cells up to the last that has a text or is covered: the rest fills the sheet."""
    cells = [cell for cell in row if cell.tag in (_CELL, _COVERED)]
    used = [place for place, cell in enumerate(cells) if cell.tag == _COVERED or _has_text(cell)]
    return cells[: used[-1] + 1] if used else []


@dataclass(slots=True)
class _Span:
    """A cell, how many columns it spans, and how many rows it spans from here on."""

    cell: Any
    columns: int
    rows: int

    @classmethod
    def of(cls, cell: Any) -> Self:
        columns, rows = (min(int(cell.get(_TABLE + name, 1)), MOST_REPEATED) for name in _SPANS)
        return cls(cell, columns, rows)


def _covering(column: int, from_above: dict[int, _Span], left: _Span | None) -> Any:
    """Return the cell that covers a place: one of a row before, else the one to the left."""
    above = from_above.get(column)
    if above is None or above.rows <= 1:
        return left.cell if left else None
    above.rows -= 1
    return above.cell


def _plain(cell: Any) -> Any:
    """Return a cell that holds a text only."""
    plain = etree.Element(_CELL)
    if cell is not None:
        plain.set(_OFFICE + "value-type", "string")
        plain.extend(deepcopy(part) for part in cell if part.tag != _OFFICE + "annotation")
        _add_iso(plain, cell.get(_OFFICE + "date-value", ""))
    return plain


def _add_iso(cell: Any, value: str) -> None:
    """Write a date in ISO 8601 behind the text that shows it, if that writes it otherwise."""
    shown = "".join(cell.itertext())
    if iso := with_iso(shown, value).removeprefix(shown).strip():
        etree.SubElement(cell, _TEXT + "p").text = iso


def _has_text(cell: Any) -> bool:
    return any(text.strip() for text in cell.itertext())


def _repeated(element: Any, name: str) -> int:
    return min(int(element.attrib.pop(_TABLE + name, 1)), MOST_REPEATED)
