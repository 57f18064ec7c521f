"""The text of a paragraph of a DOCX file: what is shown of its runs, with the marks of notes and comments."""

from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

# Text that was deleted or moved away, or an alternative form of other content.
_NOT_SHOWN = frozenset(
    {W + "del", W + "moveFrom", W + "pPr", W + "rPr", W + "instrText", W + "delText", _MC + "Fallback"}
)
_SIGNS = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-", W + "softHyphen": ""}
_MARKS = {W + "footnoteReference": "", W + "endnoteReference": "e", W + "commentReference": "c"}


def paragraph_text(paragraph: Any) -> str:
    """Return what a reader sees of a paragraph, text boxes included. Notes are marked ``[^2]``."""
    return "".join(_texts(paragraph))


def _texts(element: Any) -> list[str]:
    texts: list[str] = []
    for child in element:
        tag = child.tag
        if tag in _NOT_SHOWN or not isinstance(tag, str):
            continue
        if tag in (W + "t", _M + "t"):
            texts.append(child.text or "")
        elif tag in _SIGNS:
            texts.append(_SIGNS[tag])
        elif tag in _MARKS:
            texts.append(f"[^{_MARKS[tag]}{child.get(W + 'id')}]")
        elif tag == W + "sym":
            texts.append(_symbol(child))
        elif tag == W + "txbxContent":
            boxed = [paragraph_text(one).strip() for one in child.iter(W + "p")]
            texts.append("\n" + "\n".join(filter(None, boxed)) + "\n")
        elif not _is_hidden(child):
            texts += _texts(child)
    return texts


def _is_hidden(run: Any) -> bool:
    hidden = run.find(f"{W}rPr/{W}vanish") if run.tag == W + "r" else None
    return hidden is not None and hidden.get(W + "val") not in ("0", "false")


def _symbol(element: Any) -> str:
    """Return a character of a symbol font where Unicode has it; private codes say nothing without their font."""
    code = int(element.get(W + "char") or "0", 16)
    return chr(code) if code and not 0xE000 <= code <= 0xF8FF else ""
