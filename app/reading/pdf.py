"""PDF: pages in reading order with their tables, form values and comments; pages that are scans are named."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cache, partial
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw
import xberg

from app.core.text import clean_text
from app.reading.divided_words import Counts, mend_cell
from app.reading.document import Document, Source, Unreadable
from app.reading.ocr import OCR_HINT, can_recognise, recognise_pages
from app.reading.parser import parse
from app.reading.pdf_columns import order_columns
from app.reading.pdf_cropped import without_cropped
from app.reading.pdf_fields import find_fields
from app.reading.pdf_forms import PageForm
from app.reading.pdf_headings import Entry, find_headings, key, mark_headings
from app.reading.pdf_layout import Layout, Word, group_lines, read_layouts
from app.reading.pdf_leading import join_paragraphs
from app.reading.pdf_lines import count_words, join_tables, mend_lines, place_block, place_table, table_block
from app.reading.pdf_notes import read_added, read_attached
from app.reading.pdf_order import order_lines
from app.reading.pdf_raised import raise_numbers
from app.reading.pdf_right_to_left import right_to_left_lines, text_in_order
from app.reading.pdf_rims import take_rims
from app.reading.pdf_spaces import part_words
from app.reading.pdf_tables import beside_each_other, find_tables, is_in_tables
from app.reading.pdf_terms import find_terms
from app.reading.pdf_upright import stood_up, upright, upright_lines
from app.reading.right_to_left import (
    is_right_to_left,
    logical_order,
    mend_ligatures,
    straighten_lines,
    straighten_words,
)

# A page with fewer characters is a scan when a picture covers this share of it. Without any text, a small picture is enough.
_FEWEST_CHARACTERS = 50
# In WinAnsiEncoding, codes without a character of their own are bullets (ISO 32000-1, annex D.2).
_UNUSED_CODE = "\x7f"
_SPACE_AT_LINE_END = re.compile(r"[ \t\u00a0]+$", re.MULTILINE)
_PICTURE_SHARE = 0.5
_SMALLEST_PICTURE = 0.02


def read_pdf(source: Source) -> Document:
    """Return the pages of a PDF file. Running headers and footers stand once, at the end of the last page."""
    data = source.data[source.data.find(b"%PDF-") :]
    source = source.inside("file.pdf", data)
    lying = upright(data)
    found, layouts = _parsed(source, lying)
    at_rims = [upright_lines(layout) for layout in layouts]
    if (standing := stood_up(lying, layouts)) is not lying:
        lying = standing
        found, layouts = _parsed(source, lying)
    added = read_added(data)
    shown = [_shown(page.content, added.forms.get(number)) for number, page in enumerate(found, 1)]
    shown = [part_words(*page) for page in zip(shown, layouts, strict=True)]
    outline = _amend(lying, shown, layouts)
    plain = tuple(shown)

    @cache
    def words() -> Counts:
        return count_words(plain)

    shown = [
        _with_tables(text, page, layout, words)
        for text, page, layout in zip(shown, found, layouts, strict=False)
    ]
    pages, rims = take_rims([_with_added(page, [lines]) for page, lines in zip(shown, at_rims, strict=True)])
    scans = _find_scans(data, pages)
    headings = find_headings(layouts, outline)
    pages = [mark_headings(*page) for page in zip(pages, headings, strict=False)]
    pages = raise_numbers(lying, join_tables(mend_lines(pages)))
    pages = [_with_added(page, added.on(number)) for number, page in enumerate(pages, 1)]
    warnings = _read_scans(data, pages, scans)
    attached = read_attached(source)
    below = [*filter(None, ("\n".join(rims),)), *attached.texts]
    if pages and below:
        last = max((place for place, page in enumerate(pages) if page), default=0)
        pages[last] = "\n\n".join(filter(None, (pages[last], *below)))
    return Document(pages=tuple(pages), warnings=(*warnings, *attached.warnings))


def _parsed(source: Source, data: bytes) -> tuple[Sequence[Any], list[Layout]]:
    """Return the pages as the parser reads them, and where their words lie."""
    parsed = parse(
        replace(source, data=data),
        mime_type="application/pdf",
        output_format="plain",
        pages=xberg.PageConfig(extract_pages=True),
        pdf_options=xberg.PdfConfig(reading_order=True),
    )
    found = parsed.pages or []
    if len(found) > source.budget.max_pages:
        raise Unreadable(f"it has {len(found)} pages, more than {source.budget.max_pages}")
    return found, read_layouts(data, pages=len(found))


def _shown(content: str, form: PageForm | None) -> str:
    """Return the text of a page as the parser gives it, cleaned. Scanners leave spaces at the ends of lines."""
    text = clean_text((form.without_bare(content) if form else content).replace(_UNUSED_CODE, "•"))
    return _SPACE_AT_LINE_END.sub("", text)


def _with_tables(text: str, page: Any, layout: Layout, known: Callable[[], Counts]) -> str:
    """Return a page's text with its tables: those that its layout shows, else those that the parser finds."""
    tables = find_tables(layout)
    text = order_lines(order_columns(text, layout), layout, tables)
    text = join_paragraphs(text, layout.words)
    tops = _Tops(layout, text)
    for group in beside_each_other(tables):
        blocks = [
            table_block([[_straight(_mended(cell, known), text) for cell in row] for row in table.rows])
            for table in group
        ]
        if all(blocks):
            words = [_straight(word, text) for table in group for word in table.words]
            is_above = partial(tops.are_above, group[0].box[1])
            text = place_block(text, "\n\n".join(blocks), words, is_above=is_above)
    text = _with_fields(text, [word for word in layout.words if not is_in_tables(word, tables)], tops)
    for found in () if tables else page.tables or ():
        cells = [[clean_text(cell) for cell in row] for row in found.cells]
        text = place_table(text, cells, [cell for row in cells for cell in row], is_above=lambda _: None)
    return text


def _straight(cell: str, text: str) -> str:
    """Return a text with right-to-left words as the page has them."""
    return mend_ligatures(straighten_words(clean_text(cell), text), text)


def _mended(cell: str, known: Callable[[], Counts]) -> str:
    """Return a cell's text on one line; most cells have one."""
    return mend_cell(cell, known()) if len(cell.splitlines()) > 1 else cell


def _with_fields(text: str, words: Sequence[Word], tops: "_Tops") -> str:
    """Return a page's text with names and values, or terms and what they mean, together where it shows them apart."""
    blocks = [
        _Block(
            fields[0].name[0].top,
            [field.text for field in fields],
            [" ".join(field.words) for field in fields],
        )
        for fields in find_fields(words)
    ]
    known = {word for block in blocks for line in block.shown for word in line.split()}
    for entries in find_terms(words):
        lines = [line for entry in entries for line in entry.lines]
        if not known.issuperset(" ".join(lines).split()):
            blocks.append(_Block(entries[0].term[0].top, lines, lines))
    for block in sorted(blocks):
        shown = {key(line) for line in text.split("\n")}
        if not all(key(line) in shown for line in block.shown):
            together = "\n".join(map(clean_text, block.lines))
            is_above = partial(tops.are_above, block.top)
            text = place_block(text, together, map(clean_text, block.shown), is_above=is_above)
    return text


class _Tops:
    """Where the lines of a page begin, from its top. The same words may stand in several of them."""

    def __init__(self, layout: Layout, text: str) -> None:
        self._counts = Counter(key(line) for line in text.split("\n"))
        self._tops: dict[str, list[float]] = defaultdict(list)
        for line in group_lines(layout.words):
            self._tops[key(" ".join(word.text for word in line))].append(line[0].top)

    def are_above(self, place: float, line: str) -> bool | None:
        """Whether all lines of these words stand above a place; None where it is not known of this one."""
        tops = self._tops.get(key(line), [])
        found = {top < place for top in tops}
        return found.pop() if len(found) == 1 and len(tops) >= self._counts[key(line)] else None


class _Block(NamedTuple):
    """Lines that belong together, by where they begin: as they are to be read, and as the page shows them."""

    top: float
    lines: list[str]
    shown: list[str]


def _amend(data: bytes, pages: list[str], layouts: Sequence[Layout]) -> list[Entry]:
    """Mend what the parser makes of pages by PDFium; return the outline of the document.

    The parser leaves out text that stands sideways or reads it across, and reads columns of signs across. It sorts the letters of Arabic by their places, which is wrong where
    they overlap. PDFium keeps the order of the file, but takes some words for backwards. Both together tell.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return []
    with closing(document):
        for number, text in enumerate(pages):
            pages[number] = logical_order(text)
            if number < len(document):
                pages[number] = without_cropped(pages[number], document[number])
            layout = layouts[number]
            is_misread = not text.strip() or layout.is_vertical or layout.is_turned or is_right_to_left(text)
            has_lines = not is_misread and any(map(is_right_to_left, text.split("\n")))
            if number < len(document) and (is_misread or has_lines):
                raw = clean_text(text_in_order(document[number].get_textpage()))
                straight = logical_order(straighten_words(raw, pages[number]))
                shown = straighten_lines(pages[number], straight) if has_lines else straight
                lines = straighten_words(right_to_left_lines(layouts[number].words), straight)
                pages[number] = mend_ligatures(straighten_lines(shown, lines), raw)
        return [
            Entry(entry.get_title(), entry.level + 1, entry.get_dest().get_index() or 0)
            for entry in document.get_toc()
            if entry.get_dest() is not None
        ]


def _with_added(page: str, kinds: list[list[str]]) -> str:
    """Return a page with what was added to it at its end, but not what it shows already."""
    new = ["\n".join(line for line in lines if line not in page) for lines in kinds]
    return "\n\n".join(filter(None, (page, *new)))


def _find_scans(data: bytes, pages: list[str]) -> list[int]:
    """Return the numbers of pages that hold a picture and next to no text."""
    lengths = {number: len("".join(page.split())) for number, page in enumerate(pages, 1)}
    suspects = [number for number, length in lengths.items() if length < _FEWEST_CHARACTERS]
    if not suspects:
        return []
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        is_locked = error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise Unreadable("it is encrypted" if is_locked else "it is damaged") from error
    try:
        return [
            number
            for number in suspects
            if number <= len(document)
            and _picture_share(document[number - 1])
            > (_PICTURE_SHARE if lengths[number] else _SMALLEST_PICTURE)
        ]
    finally:
        document.close()


def _picture_share(page: Any) -> float:
    """Return how much of a page its pictures cover, 0..1 and above where they overlap."""
    width, height = page.get_size()
    covered = 0.0
    for picture in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        left, bottom, right, top = picture.get_bounds()
        covered += max(0, min(right, width) - max(left, 0)) * max(0, min(top, height) - max(bottom, 0))
    return covered / (width * height) if width and height else 0.0


def _read_scans(data: bytes, pages: list[str], scans: list[int]) -> list[str]:
    """Read scanned pages by OCR where it is installed; return what to warn of."""
    unread = scans
    if scans and can_recognise():
        texts = recognise_pages(data, scans)
        for number, text in texts.items():
            pages[number - 1] = "\n\n".join(filter(None, (text, pages[number - 1])))
        unread = [number for number in scans if number not in texts]
    if not unread:
        return []
    which = f"page {unread[0]}" if len(unread) == 1 else f"pages {_ranges(unread)}"
    return [
        f"no text on {which}: scanned without a text layer. {'' if can_recognise() else OCR_HINT}".strip()
    ]


def _ranges(numbers: list[int]) -> str:
    """Return page numbers as people write them: ``2-4, 9``."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)
