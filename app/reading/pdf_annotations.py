"""What lies upon the pages of a PDF, as PDFium gives it."""

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation. It can be used until the next one is asked for."""

    raw: Any

    @property
    def is_hidden(self) -> bool:
        """Whether nobody sees it who reads the document."""
        return bool(pdfium.FPDFAnnot_GetFlags(self.raw) & pdfium.FPDF_ANNOT_FLAG_HIDDEN)

    @property
    def text(self) -> str:
        """Its words, on one line."""
        return self.entry(b"Contents")

    def entry(self, key: bytes) -> str:
        """Return the text of an entry of its dictionary on one line."""
        return " ".join(wide_text(pdfium.FPDFAnnot_GetStringValue, self.raw, key).split())


def annotations_of(document: pypdfium2.PdfDocument, *kinds: int) -> Iterator[tuple[int, Annotation]]:
    """Yield the annotations of these kinds, each with the number of its page."""
    for number in range(len(document)):
        page = document[number]
        for place in range(pdfium.FPDFPage_GetAnnotCount(page)):
            raw = pdfium.FPDFPage_GetAnnot(page, place)
            if pdfium.FPDFAnnot_GetSubtype(raw) in kinds:
                yield number + 1, Annotation(raw)
            pdfium.FPDFPage_CloseAnnot(raw)


def wide_text(function: Callable[..., int], *arguments: Any) -> str:
    """Return the text that one of PDFium's functions writes in UTF-16."""
    size = function(*arguments, None, 0)
    held = ctypes.create_string_buffer(size)
    function(*arguments, ctypes.cast(held, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return held.raw.decode("utf-16-le", "replace").rstrip("\0")
