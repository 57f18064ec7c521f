"""What lies upon the pages of a PDF or beside them: comments, text that was typed over a page, attached files."""

import ctypes
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from app.reading.document import Parts, Source

_COMMENTS = frozenset(
    {
        "text",
        "note",
        "highlight",
        "underline",
        "squiggly",
        "strikeout",
        "strike_out",
        "stamp",
        "caret",
        "popup",
        "ink",
    }
)
# Electronic invoices (EN 16931) carry the invoice that their pages show once more, for programs.
_INVOICES = frozenset({"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml"})


def comments_by_page(annotations: Any) -> dict[int, list[str]]:
    """Return the comments among the parser's annotations, by the numbers of their pages."""
    comments = defaultdict(list)
    for annotation in annotations:
        kind = str(annotation.annotation_type).rpartition(".")[2].lower()
        if annotation.content and kind in _COMMENTS:
            author = f" by {annotation.author}" if annotation.author else ""
            comments[annotation.page_number].append(
                f"Comment{author}: {' '.join(annotation.content.split())}"
            )
    return comments


def typed_by_page(document: pypdfium2.PdfDocument) -> dict[int, list[str]]:
    """Return what was typed over pages, as people fill in a form without fields. The parser leaves it out."""
    typed = defaultdict(list)
    for number in range(len(document)):
        page = document[number]
        for place in range(pdfium.FPDFPage_GetAnnotCount(page)):
            annotation = pdfium.FPDFPage_GetAnnot(page, place)
            if pdfium.FPDFAnnot_GetSubtype(annotation) == pdfium.FPDF_ANNOT_FREETEXT and (
                said := _contents(annotation)
            ):
                typed[number + 1].append(said)
            pdfium.FPDFPage_CloseAnnot(annotation)
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


def _contents(annotation: Any) -> str:
    """Return the text of an annotation on one line."""
    key = b"Contents"
    size = pdfium.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    held = ctypes.create_string_buffer(size)
    place = ctypes.cast(held, ctypes.POINTER(pdfium.FPDF_WCHAR))
    pdfium.FPDFAnnot_GetStringValue(annotation, key, place, size)
    return " ".join(held.raw.decode("utf-16-le", "replace").rstrip("\0").split())
