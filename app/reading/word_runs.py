"""The text of a paragraph of a DOCX file: what is shown of its runs, with the marks of notes and comments."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from app.reading.pictures import described
from app.reading.raised import raised
from app.reading.symbols import has_symbols, symbols_as_text
from app.reading.word_math import equation_text

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_EQUATION = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

# By how much text stands higher than its line, in half points or with a unit.
_IS_UP = re.compile(r"\+?0*[1-9][\d.]*(?:pt|mm|cm|in|pc|pi)?")
# Text that was deleted or moved away, how letters are spoken, or an alternative form of other content.
_NOT_SHOWN = frozenset(
    {
        W + "del",
        W + "moveFrom",
        W + "pPr",
        W + "rPr",
        W + "instrText",
        W + "delText",
        W + "rt",
        _MC + "Fallback",
    }
)
_SIGNS = {
    W + "tab": "\t",
    W + "ptab": "\t",
    W + "br": "\n",
    W + "cr": "\n",
    W + "noBreakHyphen": "-",
    W + "softHyphen": "",
}
_MARKS = {W + "footnoteReference": "", W + "endnoteReference": "e", W + "commentReference": "c"}


def paragraph_text(paragraph: Any) -> str:
    """Return what a reader sees of a paragraph, text boxes included. Notes are marked ``[^2]``."""
    return "".join(_texts(paragraph))


def drop_instructions(element: Any) -> None:
    """Empty the texts that belong to the instruction of a field, as the result of a field within another's instruction does."""
    for paragraph in element.iter(W + "p"):
        in_result: list[bool] = []
        for part in paragraph.iter(W + "fldChar", W + "t"):
            if part.tag == W + "t":
                is_asked = in_result and in_result[-1] and not all(in_result)
                part.text = "" if is_asked else part.text
                continue
            kind = part.get(W + "fldCharType")
            if kind == "begin":
                in_result.append(False)
            elif in_result and kind == "separate":
                in_result[-1] = True
            elif in_result:
                in_result.pop()


def _texts(element: Any) -> list[str]:
    texts: list[str] = []
    for child in element:
        tag = child.tag
        if tag in _NOT_SHOWN or not isinstance(tag, str):
            continue
        if tag in _SHOWN:
            texts.append(_SHOWN[tag](child))
        elif tag in _SIGNS:
            texts.append(_SIGNS[tag])
        elif tag in _MARKS:
            texts.append(f"[^{_MARKS[tag]}{child.get(W + 'id')}]")
        elif not _is_hidden(child):
            inner = _texts(child)
            texts += map(raised, inner) if _is_raised(child) else inner
    return texts


def _box(element: Any) -> str:
    boxed = [paragraph_text(one).strip() for one in element.iter(W + "p")]
    return "\n" + "\n".join(filter(None, boxed)) + "\n"


def _tick(box: Any) -> str:
    """Return a box of a form as it is ticked: by a person, else from the start."""
    found = box.find(W + "checked")
    if found is None:
        found = box.find(W + "default")
    return "☒" if found is not None and found.get(W + "val") not in ("0", "false") else "☐"


def _chosen(field: Any) -> str:
    """Return the entry of a form's list that is chosen: by a person, else from the start, else the first."""
    entries = [entry.get(W + "val") or "" for entry in field.iter(W + "listEntry")]
    found = field.find(W + "result")
    if found is None:
        found = field.find(W + "default")
    place = int(found.get(W + "val") or 0) if found is not None else 0
    return entries[place] if 0 <= place < len(entries) else ""


def _is_hidden(run: Any) -> bool:
    hidden = run.find(f"{W}rPr/{W}vanish") if run.tag == W + "r" else None
    return hidden is not None and hidden.get(W + "val") not in ("0", "false")


def _is_raised(run: Any) -> bool:
    form = run.find(W + "rPr") if run.tag == W + "r" else None
    if form is None:
        return False
    align, position = form.find(W + "vertAlign"), form.find(W + "position")
    is_higher = position is not None and _IS_UP.fullmatch(position.get(W + "val") or "") is not None
    return is_higher or (align is not None and align.get(W + "val") == "superscript")


def _described(element: Any) -> str:
    return described(element.get("descr") or "")


def _text(element: Any) -> str:
    text = element.text or ""
    font = element.getparent().find(f"{W}rPr/{W}rFonts") if has_symbols(text) else None
    return text if font is None else symbols_as_text(text, font.get(W + "ascii") or "")


def _symbol(element: Any) -> str:
    code = int(element.get(W + "char") or "0", 16)
    return symbols_as_text(chr(code), element.get(W + "font") or "") if code else ""


_SHOWN: Mapping[str, Callable[[Any], str]] = {
    W + "t": _text,
    _EQUATION: equation_text,
    W + "checkBox": _tick,
    W + "ddList": _chosen,
    W + "sym": _symbol,
    W + "txbxContent": _box,
    _DRAWING + "docPr": _described,
}
