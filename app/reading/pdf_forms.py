"""What was filled into the form of a PDF, by page."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from app.reading.pdf_annotations import annotations_of, wide_text

# ISO 32000-1, table 228.
_IS_PASSWORD = 1 << 13
_TICKED = frozenset({"", "yes", "on", "true", "1"})
# The parser takes the bytes of values for UTF-8; these are in UTF-16.
_MISREAD = ("\x00", "\ufffd\ufffd")
_UNTICKED = "Off"


@dataclass(frozen=True, slots=True)
class PageForm:
    """The fields of one page: each filled one as ``name: value``, and the lines of all values, also of hidden fields."""

    filled: list[str] = field(default_factory=list)
    bare: set[str] = field(default_factory=lambda: {_UNTICKED})

    def without_bare(self, text: str) -> str:
        """Return the page's text without the values that the parser puts at its end, without names and partly misread."""
        lines = text.rstrip().split("\n")
        while lines and (lines[-1].strip() in self.bare or any(mark in lines[-1] for mark in _MISREAD)):
            lines.pop()
        return "\n".join(lines)


def forms_by_page(document: pypdfium2.PdfDocument) -> dict[int, PageForm]:
    """Return the forms of the pages that have one. The document's forms must be initialised."""
    forms: dict[int, PageForm] = defaultdict(PageForm)
    for number, annotation in annotations_of(document, pdfium.FPDF_ANNOT_WIDGET):
        if document.formenv is None:
            break
        page, entry = forms[number], (document.formenv, annotation.raw)
        for line in wide_text(pdfium.FPDFAnnot_GetFormFieldValue, *entry).splitlines():
            page.bare.update(
                {line.strip(), line.encode("latin-1", "replace").decode("utf-8", "replace").strip()}
            )
        if not annotation.is_hidden and (value := _value(*entry)):
            page.filled.append(f"{_name(*entry)}: {value}")
    return forms


def _name(form: Any, annotation: Any) -> str:
    shown = wide_text(pdfium.FPDFAnnot_GetFormFieldAlternateName, form, annotation)
    return shown or wide_text(pdfium.FPDFAnnot_GetFormFieldName, form, annotation) or "Field"


def _value(form: Any, annotation: Any) -> str:
    """Return what somebody filled in, as the page shows it; empty for a button and for a password."""
    match pdfium.FPDFAnnot_GetFormFieldType(form, annotation):
        case pdfium.FPDF_FORMFIELD_CHECKBOX | pdfium.FPDF_FORMFIELD_RADIOBUTTON:
            if not pdfium.FPDFAnnot_IsChecked(form, annotation):
                return ""
            stands_for = wide_text(pdfium.FPDFAnnot_GetFormFieldExportValue, form, annotation)
            return "yes" if stands_for.lower() in _TICKED else stands_for
        case pdfium.FPDF_FORMFIELD_LISTBOX:
            return ", ".join(_chosen(form, annotation))
        case pdfium.FPDF_FORMFIELD_COMBOBOX:
            return ", ".join(_chosen(form, annotation)) or _typed(form, annotation)
        case pdfium.FPDF_FORMFIELD_TEXTFIELD:
            is_password = pdfium.FPDFAnnot_GetFormFieldFlags(form, annotation) & _IS_PASSWORD
            return "" if is_password else _typed(form, annotation)
        case _:
            return ""


def _typed(form: Any, annotation: Any) -> str:
    return "\n".join(wide_text(pdfium.FPDFAnnot_GetFormFieldValue, form, annotation).strip().splitlines())


def _chosen(form: Any, annotation: Any) -> list[str]:
    count = pdfium.FPDFAnnot_GetOptionCount(form, annotation)
    return [
        wide_text(pdfium.FPDFAnnot_GetOptionLabel, form, annotation, place)
        for place in range(count)
        if pdfium.FPDFAnnot_IsOptionSelected(form, annotation, place)
    ]
