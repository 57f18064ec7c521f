"""Presentations: slides in their order with speaker notes and charts. The parser is given simple tables, texts of links, and no charts."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

import xberg
from lxml import etree

from app.reading.charts import charts_of, read_charts
from app.reading.document import Document, Parts, Source
from app.reading.links import with_address
from app.reading.packages import rewritten
from app.reading.parser import parse, unescaped
from app.reading.slide_numbers import as_items, write_numbers
from app.reading.slide_parts import (
    SLIDE,
    links_of,
    master_texts,
    notes_of,
    numbered_slides,
    related_parts,
    shown_slides,
)
from app.reading.slide_texts import as_shown, hide_bars, join_runs
from app.reading.tables import join_group_headers
from app.reading.word_math import equation_text

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_AUTHORS = re.compile(r"ppt/(?:commentAuthors|authors)\.xml")
_COMMENTS = re.compile(r"ppt/comments/[^/]+\.xml")
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
# The parser draws a line below some slides that hold nothing but a table.
_LAST_LINE = re.compile(r"\n-{5}\s*\Z")
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_EQUATION = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


def read_slides(source: Source) -> Document:
    """Return the slides of a PPTX file in order as pages, each with its charts and its speaker notes."""
    parsed = parse(_simplified(source), pages=xberg.PageConfig(extract_pages=True))
    pages = [(as_shown(as_items(unescaped(page.content))), page.speaker_notes) for page in parsed.pages or ()]
    *slides, charts = _slides(source, pages)
    if not any(slides):
        return Document(as_shown(as_items(unescaped(parsed.content))))
    embedded = _read_embedded(source)
    below = (charts, *_masters(source), "\n".join(_comments(source)), *embedded.texts)
    slides[-1] = "\n\n".join(filter(None, (slides[-1], *below)))
    return Document(pages=tuple(slides), warnings=tuple(embedded.warnings))


def _read_embedded(source: Source) -> Parts:
    """Read the office files that are embedded in slides, such as workbooks, each under its name."""
    parts = Parts()
    with zipfile.ZipFile(io.BytesIO(source.data)) as package:
        slides = shown_slides(package)
        found = (name for slide in slides for name in related_parts(package, slide, kind="/package").values())
        for name in dict.fromkeys(found) if source.level < source.budget.depth else ():
            if name in package.namelist():
                data = package.read(name)
                source.budget.spend(len(data))
                parts.add(source.inside(name.rpartition("/")[2], data))
    return parts


def _slides(source: Source, pages: Sequence[tuple[str, str | None]]) -> Iterator[str]:
    """Yield the slides as they are shown, then the charts that are on none of them.

    The parser has slides by the numbers of their parts, and notes with the first ones.
    """
    with zipfile.ZipFile(io.BytesIO(source.data)) as package:
        numbered, shown = numbered_slides(package), shown_slides(package)
        if len(numbered) != len(pages) or not shown:
            yield from ("\n\n".join(filter(None, (text.strip(), _notes(notes)))) for text, notes in pages)
            yield read_charts(source)
            return
        texts = {name: text for name, (text, _) in zip(numbered, pages, strict=True)}
        placed: set[str] = set()
        for name in shown:
            related = set(related_parts(package, name).values())
            charts = charts_of(package, sorted(related - placed))
            parts = (_LAST_LINE.sub("", texts.get(name, "")).strip(), charts, _notes(notes_of(package, name)))
            yield "\n\n".join(filter(None, parts))
            placed |= related
        yield charts_of(package, sorted({*package.namelist()} - placed))


def _masters(source: Source) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(source.data)) as package:
        return master_texts(package, shown_slides(package))


def _comments(source: Source) -> Iterator[str]:
    """Yield the comments on slides, of old and new kind, with the names of their authors."""
    with zipfile.ZipFile(io.BytesIO(source.data)) as package:
        names = package.namelist()
        authors = {}
        for name in filter(_AUTHORS.fullmatch, names):
            for author in _elements(package.read(name)):
                authors[author.get("id")] = author.get("name")
        for name in sorted(filter(_COMMENTS.fullmatch, names)):
            for comment in _elements(package.read(name)):
                texts = (text.text or "" for text in comment.iter("{*}text", _A + "t"))
                said = " ".join(" ".join(texts).split())
                yield f"Comment by {authors.get(comment.get('authorId')) or 'unknown'}: {said}"


def _elements(xml: bytes) -> list[Any]:
    try:
        return list(etree.fromstring(xml, _PARSER))
    except etree.XMLSyntaxError:
        return []


def _notes(notes: str | None) -> str:
    return f"Notes: {notes.strip()}" if notes and notes.strip() else ""


def _simplified(source: Source) -> Source:
    """Return the presentation for the parser: whole words, no cells merged, no blank rows, and no charts, which are read apart."""
    changed: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(source.data)) as package:
        for name in filter(SLIDE.fullmatch, package.namelist()):
            changed[name] = _simplified_slide(package.read(name), links_of(package, name))
        return replace(source, data=rewritten(package, changed)) if changed else source


def _simplified_slide(slide: bytes, links: Mapping[str, str]) -> bytes:
    try:
        root = etree.fromstring(slide, _PARSER)
    except etree.XMLSyntaxError:
        return slide
    for frame in [
        frame for frame in root.iter(_P + "graphicFrame") if next(frame.iter(_C + "chart"), None) is not None
    ]:
        frame.getparent().remove(frame)
    _write_links(root, links)
    _write_equations(root)
    write_numbers(root)
    join_runs(root)
    for table in root.iter(_A + "tbl"):
        _fill_merged(table)
        for row in table.findall(_A + "tr"):
            if not any(text.strip() for text in row.itertext()):
                table.remove(row)
        _join_header(table)
        hide_bars(table)
    written: bytes = etree.tostring(root)
    return written


def _write_links(root: Any, links: Mapping[str, str]) -> None:
    """Write the addresses of links into their texts, as Markdown has them."""
    for link in root.iter(_A + "hlinkClick"):
        text = link.getparent().getparent().find(_A + "t")
        if text is not None and text.text:
            text.text = with_address(text.text, links.get(link.get(_R_ID) or ""))


def _write_equations(root: Any) -> None:
    """Write equations as text in their place: the parser puts them above their shape."""
    for choice in list(root.iter(_MC + "AlternateContent")):
        equations = [equation_text(one) for one in choice.iter(_EQUATION)]
        if equations and choice.getparent().tag == _A + "p":
            run = etree.Element(_A + "r")
            etree.SubElement(run, _A + "t").text = " ".join(equations)
            run.tail = choice.tail
            choice.getparent().replace(choice, run)


def _fill_merged(table: Any) -> None:
    above: list[Any] = []
    for row in table.findall(_A + "tr"):
        cells = row.findall(_A + "tc")
        for place, cell in enumerate(cells):
            if cell.get("vMerge") in ("1", "true") and place < len(above):
                _copy_text(above[place], cell)
            elif cell.get("hMerge") in ("1", "true") and place:
                _copy_text(cells[place - 1], cell)
        above = cells


def _join_header(table: Any) -> None:
    """Make one row of a header that has several, as tables of all kinds have it."""
    rows = [row.findall(_A + "tc") for row in table.findall(_A + "tr")]
    texts = [["".join(cell.itertext()).strip() for cell in row] for row in rows]
    grouped = {number for number, row in enumerate(rows) if any(cell.get("gridSpan") for cell in row)}
    joined = list(join_group_headers(enumerate(texts), grouped_rows=grouped))
    above = len(rows) - len(joined)
    if not above or joined[0] == texts[0]:
        return
    for cell, text in zip(rows[above], joined[0], strict=False):
        for number, piece in enumerate(cell.iter(_A + "t")):
            piece.text = "" if number else text
    for row in table.findall(_A + "tr")[:above]:
        table.remove(row)


def _copy_text(source: Any, target: Any) -> None:
    own, other = target.find(_A + "txBody"), source.find(_A + "txBody")
    if own is not None and other is not None:
        target.replace(own, deepcopy(other))
