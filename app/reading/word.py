"""DOCX: everything that a user of Word sees, once: text, tables, numbers, notes, comments, headers, footers, charts."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from lxml import etree

from app.reading.charts import read_charts
from app.reading.document import Document, Parts, Source, Unreadable
from app.reading.links import says_more
from app.reading.tables import join_group_headers, stream_rows
from app.reading.word_numbers import ListNumbers
from app.reading.word_runs import W, drop_instructions, paragraph_text
from app.reading.word_styles import Styles

_NOTE_KINDS = ("footnote", "endnote")
_BROKEN = (
    PackageNotFoundError,
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    etree.XMLSyntaxError,
    AttributeError,
)
_WRAPPERS = frozenset({W + "sdt", W + "sdtContent", W + "ins", W + "moveTo", W + "customXml"})
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def read_word(source: Source) -> Document:
    """Return the document as Markdown: headings, tables, notes as ``[^1]`` with their texts at the end."""
    try:
        document = docx.Document(io.BytesIO(source.data))
        inserted = _read_inserted(document, source)
        embedded = _read_embedded(document, source)
        text = "\n\n".join(part for part in _parts(document) if part)
    except _BROKEN as error:
        raise Unreadable("it is damaged, or not of the kind that its name says") from error
    charts = read_charts(source)
    texts = (text, charts, *embedded.texts)
    return Document("\n\n".join(filter(None, texts)), warnings=(*inserted.warnings, *embedded.warnings))


def _read_inserted(document: WordDocument, source: Source) -> Parts:
    """Read the files that programs insert as a whole into a document, mostly web pages, each in its place."""
    parts = Parts()
    for place in document.element.body.iter(W + "altChunk"):
        relation = document.part.rels.get(place.get(_R + "id") or "")
        if relation is None or relation.is_external or source.level >= source.budget.depth:
            continue
        name = str(relation.target_part.partname).rpartition("/")[2]
        source.budget.spend(len(relation.target_part.blob))
        place.text = parts.read(source.inside(name, relation.target_part.blob))
    return parts


def _read_embedded(document: WordDocument, source: Source) -> Parts:
    """Read the office files that are embedded in a document, such as workbooks, each under its name."""
    parts = Parts()
    for package in _related(document, "/package"):
        if source.level < source.budget.depth:
            source.budget.spend(len(package.blob))
            parts.add(source.inside(str(package.partname).rpartition("/")[2], package.blob))
    return parts


def _parts(document: WordDocument) -> Iterator[str]:
    numbers = ListNumbers(document)
    styles = Styles(document.styles.element.iter(W + "style"))
    _join_paragraphs(document.element.body)
    drop_instructions(document.element.body)
    styles.hide(document.element.body)
    _write_links(document)
    body = list(_blocks(document.element.body, numbers, styles))
    headers, footers = _rims(document)
    if body and body[0].startswith("# "):
        yield body.pop(0)
    yield from headers
    yield _joined(body)
    yield from footers
    yield "\n".join(_notes(document))
    yield "\n".join(_comments(document))


def _join_paragraphs(body: Any) -> None:
    """Join paragraphs whose end was deleted with the next."""
    for mark in list(body.iterfind(f".//{W}p/{W}pPr/{W}rPr/{W}del")):
        paragraph = mark.getparent().getparent().getparent()
        following = paragraph.getnext()
        if following is not None and following.tag == W + "p":
            place = 1 if following.find(W + "pPr") is not None else 0
            following[place:place] = [child for child in paragraph if child.tag != W + "pPr"]
            paragraph.getparent().remove(paragraph)


def _write_links(document: WordDocument) -> None:
    """Write links to other places as Markdown has them, where the text is not the address itself."""
    for link in document.element.body.iter(W + "hyperlink"):
        relation = document.part.rels.get(link.get(_R + "id") or "")
        if relation is None or not relation.is_external:
            continue
        if says_more(relation.target_ref, paragraph_text(link)):
            link.insert(0, _run("["))
            link.append(_run(f"]({relation.target_ref})"))


def _run(text: str) -> Any:
    run = etree.Element(W + "r")
    etree.SubElement(run, W + "t").text = text
    return run


def _joined(blocks: list[str]) -> str:
    """Put blocks together: items of a list stand on lines one below another, other blocks apart."""
    text = ""
    was_item = False
    for block in blocks:
        is_item = block.startswith(_ITEM_MARK)
        text += ("\n" if was_item and is_item else "\n\n") if text else ""
        text += block.removeprefix(_ITEM_MARK)
        was_item = is_item
    return text


_ITEM_MARK = "\x00"


def _blocks(container: Any, numbers: ListNumbers, styles: Styles) -> Iterator[str]:
    """Yield the paragraphs and tables of a body, a cell or a content control in order."""
    for element in container:
        if element.tag == W + "p":
            if text := _paragraph(element, numbers, styles):
                yield text
        elif element.tag == W + "tbl":
            yield from _table(element, numbers, styles)
        elif element.tag == W + "altChunk" and element.text:
            yield element.text
        elif element.tag in _WRAPPERS:
            yield from _blocks(element, numbers, styles)


def _paragraph(element: Any, numbers: ListNumbers, styles: Styles) -> str:
    text = paragraph_text(element).strip()
    number = numbers.next(element) if text else ""
    if not text:
        return ""
    if level := styles.heading_level(element, length=len(text)):
        return "#" * level + " " + " ".join(f"{number} {text}".split())
    return f"{_ITEM_MARK}{number} {text}" if number else text


def _table(table: Any, numbers: ListNumbers, styles: Styles) -> Iterator[str]:
    """Yield a table whose merged cells count for every row and column that they span.

    A table of one column is a frame around paragraphs.
    """
    lines = [(row, list(_inside(row, W + "tc"))) for row in _inside(table, W + "tr")]
    if all(len(cells) <= 1 for _, cells in lines):
        for cell in (cell for _, cells in lines for cell in cells):
            yield from _blocks(cell, numbers, styles)
        return
    rows, grouped = _rows(table, numbers, styles)
    yield "\n".join(stream_rows(join_group_headers(enumerate(rows), grouped_rows=grouped)))


def _rows(table: Any, numbers: ListNumbers, styles: Styles) -> tuple[list[list[str]], set[int]]:
    """Return the cells of a table, and which rows have one over several columns."""
    rows: list[list[str]] = []
    grouped: set[int] = set()
    for row in _inside(table, W + "tr"):
        if row.find(f"{W}trPr/{W}del") is not None:
            continue
        cells = [""] * _number(row.find(f"{W}trPr/{W}gridBefore"), 0)
        own = list(_inside(row, W + "tc"))
        for cell in own:
            width = _number(cell.find(f"{W}tcPr/{W}gridSpan"), 1)
            text = _cell_text(cell, numbers, styles)
            if _goes_on_from_above(cell) and rows and len(cells) < len(rows[-1]):
                text = rows[-1][len(cells)]
            if width > 1:
                grouped.add(len(rows))
            cells += [text] * width
        if len(own) == 1:
            cells[1:] = [""] * (len(cells) - 1)
        rows.append(cells)
    return rows, grouped


def _cell_text(cell: Any, numbers: ListNumbers, styles: Styles) -> str:
    """Return the text of a cell. A table in it is written with commas between its cells and semicolons between its rows."""
    texts = []
    for child in cell:
        if child.tag == W + "tbl":
            rows = [", ".join(filter(None, row)) for row in _rows(child, numbers, styles)[0]]
            texts.append("; ".join(filter(None, rows)))
        else:
            texts += [block.removeprefix(_ITEM_MARK) for block in _blocks([child], numbers, styles)]
    return " ".join(filter(None, texts))


def _inside(element: Any, tag: str) -> Iterator[Any]:
    """Yield the rows of a table, or the cells of a row, also those in content controls and in custom elements."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _inside(child, tag)


def _number(element: Any, default: int) -> int:
    return int(element.get(W + "val")) if element is not None else default


def _goes_on_from_above(cell: Any) -> bool:
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(W + "val") != "restart"


def _rims(document: WordDocument) -> tuple[list[str], list[str]]:
    """Return the texts of all headers and of all footers, each once."""
    headers: dict[str, None] = {}
    footers: dict[str, None] = {}
    for section in document.sections:
        for kind, found in (("header", headers), ("footer", footers)):
            for which in ("", "first_page_", "even_page_"):
                rim = getattr(section, f"{which}{kind}")
                if not rim.is_linked_to_previous:
                    blocks = _blocks(rim._element, ListNumbers(document), Styles(()))  # noqa: SLF001 - the only way to its XML
                    found[_joined(list(blocks))] = None
    return list(filter(None, headers)), list(filter(None, footers))


def _notes(document: WordDocument) -> Iterator[str]:
    """Yield footnotes and endnotes as ``[^1]: text``, under the marks that stand in the text."""
    for kind in _NOTE_KINDS:
        for part in _related(document, f"/{kind}s"):
            for note in etree.fromstring(part.blob).iter(W + kind):
                if note.get(W + "type") is None:
                    text = " ".join(filter(None, (paragraph_text(one).strip() for one in note.iter(W + "p"))))
                    yield f"[^{_note_mark(kind, note.get(W + 'id'))}]: {text}"


def _note_mark(kind: str, note_id: str) -> str:
    return note_id if kind == "footnote" else f"e{note_id}"


def _comments(document: WordDocument) -> Iterator[str]:
    for part in _related(document, "/comments"):
        for comment in etree.fromstring(part.blob).iter(W + "comment"):
            text = " ".join(filter(None, (paragraph_text(one).strip() for one in comment.iter(W + "p"))))
            author = comment.get(W + "author") or "unknown"
            if text:
                yield f"[^c{comment.get(W + 'id')}]: Comment by {author}: {text}"


def _related(document: WordDocument, kind: str) -> Iterator[Any]:
    for relation in document.part.rels.values():
        if relation.reltype.endswith(kind) and not relation.is_external:
            yield relation.target_part
