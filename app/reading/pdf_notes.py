"""What lies upon the pages of a PDF or beside them: forms, comments, text that was typed over a page, attached files."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

from app.reading.document import Parts, Source
from app.reading.pdf_annotations import annotations_of
from app.reading.pdf_forms import PageForm, forms_by_page

_COMMENTS = (
    pdfium.FPDF_ANNOT_TEXT,
    pdfium.FPDF_ANNOT_LINE,
    pdfium.FPDF_ANNOT_SQUARE,
    pdfium.FPDF_ANNOT_CIRCLE,
    pdfium.FPDF_ANNOT_POLYGON,
    pdfium.FPDF_ANNOT_POLYLINE,
    pdfium.FPDF_ANNOT_HIGHLIGHT,
    pdfium.FPDF_ANNOT_UNDERLINE,
    pdfium.FPDF_ANNOT_SQUIGGLY,
    pdfium.FPDF_ANNOT_STRIKEOUT,
    pdfium.FPDF_ANNOT_STAMP,
    pdfium.FPDF_ANNOT_CARET,
    pdfium.FPDF_ANNOT_INK,
)
# Electronic invoices (EN 16931) carry the invoice that their pages show once more, for programs.
_INVOICES = frozenset({"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml"})


@dataclass(frozen=True, slots=True)
class Added:
    """What was added to pages: forms, comments of reviewers, and text that was typed over a page, by numbers of pages."""

    forms: dict[int, PageForm] = field(default_factory=dict)
    comments: dict[int, list[str]] = field(default_factory=dict)
    typed: dict[int, list[str]] = field(default_factory=dict)

    def on(self, number: int) -> list[list[str]]:
        """Return the texts of each kind on one page."""
        filled = self.forms[number].filled if number in self.forms else []
        return [filled, self.comments.get(number, []), self.typed.get(number, [])]


def read_added(data: bytes) -> Added:
    """Return what was added to the pages of a PDF. The parser misreads it or leaves it out."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return Added()
    with closing(document):
        with suppress(pypdfium2.PdfiumError):
            document.init_forms()
        return Added(forms_by_page(document), _comments(document), _typed(document))


def _comments(document: pypdfium2.PdfDocument) -> dict[int, list[str]]:
    """Return the comments, but not what became of one ("Accepted")."""
    comments = defaultdict(list)
    for number, annotation in annotations_of(document, *_COMMENTS):
        if not annotation.is_hidden and annotation.text and not annotation.entry(b"StateModel"):
            author = annotation.entry(b"T")
            comments[number].append(f"Comment{f' by {author}' if author else ''}: {annotation.text}")
    return comments


def _typed(document: pypdfium2.PdfDocument) -> dict[int, list[str]]:
    typed = defaultdict(list)
    for number, annotation in annotations_of(document, pdfium.FPDF_ANNOT_FREETEXT):
        if not annotation.is_hidden and annotation.text:
            typed[number].append(annotation.text)
    return typed


def read_attached(source: Source) -> Parts:
    """Return the texts of the files that are attached to a PDF file, but not of one that lies too deep."""
    attached = Parts()
    if source.level < source.budget.depth:
        for name, data in _files(source.data):
            source.budget.spend(len(data))
            attached.add(source.inside(name, data))
    return attached


def _files(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return
    with closing(document):
        for number in range(document.count_attachments()):
            attachment = document.get_attachment(number)
            name = attachment.get_name() or "attachment"
            if name.lower() in _INVOICES:
                continue
            try:
                yield name, bytes(attachment.get_data())
            except pypdfium2.PdfiumError:
                continue
