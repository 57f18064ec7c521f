"""What a page of an OpenDocument text shows: fields and text boxes, but no deleted and no hidden text."""

import re
from collections.abc import Iterable
from typing import Any

from app.reading.opendocument_notes import put_text
from app.reading.raised import raised

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_PARAGRAPHS = (_TEXT + "p", _TEXT + "h")
_BOXES = tuple(_DRAW + name for name in ("text-box", "custom-shape", "rect", "ellipse"))
_FIELD_NAMES = """
    date time page-number page-count author-name author-initials initial-creator creator title subject keywords
    description file-name chapter sequence sequence-ref bookmark-ref reference-ref note-ref user-field-get
    user-field-input variable-get variable-set variable-input expression text-input database-display
    conditional-text placeholder creation-date creation-time modification-date print-date template-name drop-down
"""
_FIELDS = tuple(_TEXT + name for name in _FIELD_NAMES.split())


def show_text(root: Any, styles: Any) -> None:
    """Change a text's content so that it holds what its pages show, each thing as a text of its own."""
    _take_deleted(root)
    hidden = _hidden_styles(part for part in (root, styles) if part is not None)
    for element in list(root.iter(_TEXT + "span", *_PARAGRAPHS)):
        if element.get(_TEXT + "style-name") in hidden:
            put_text(element, "")
    for reading in list(root.iter(_TEXT + "ruby-text")):
        put_text(reading, "")
    for space in list(root.iter(_TEXT + "s")):
        put_text(space, " ")
    for element in list(root.iter(*_FIELDS)):
        put_text(element, "".join(element.itertext()))
    for box in list(root.iter(*_BOXES)):
        _take_out(box)


def raise_numbers(root: Any, styles: Any) -> None:
    """Write numbers that stand raised in the signs that Unicode has for them."""
    styled = {
        style.get(_STYLE + "name"): style
        for part in (styles, root)
        if part is not None
        for style in part.iter(_STYLE + "style")
    }
    for span in list(root.iter(_TEXT + "span")):
        if not len(span) and _is_raised(styled.get(span.get(_TEXT + "style-name"))):
            put_text(span, raised(span.text or ""))


def _is_raised(style: Any) -> bool:
    properties = style.find(_STYLE + "text-properties") if style is not None else None
    place = (properties.get(_STYLE + "text-position") or "") if properties is not None else ""
    return place.startswith("super") or re.match("[1-9]", place) is not None


def _take_deleted(root: Any) -> None:
    """Empty what tracked changes have deleted where it still stands in the text, as in flat files."""
    deleted = {
        region.get(_TEXT + "id")
        for region in root.iter(_TEXT + "changed-region")
        if region.find(_TEXT + "deletion") is not None
    }
    for start in list(root.iter(_TEXT + "change-start")):
        change = start.get(_TEXT + "change-id")
        if change in deleted:
            _empty(start, change)


def _empty(start: Any, change: str) -> None:
    """Take out what stands between the start and the end of a change, if both are in one paragraph."""
    between: list[Any] = []
    for element in start.itersiblings():
        if element.tag == _TEXT + "change-end" and element.get(_TEXT + "change-id") == change:
            start.tail = None
            for deleted in between:
                start.getparent().remove(deleted)
            return
        between.append(element)


def _hidden_styles(parts: Iterable[Any]) -> set[str]:
    return {
        style.get(_STYLE + "name")
        for part in parts
        for style in part.iter(_STYLE + "style")
        for properties in style.iterchildren(_STYLE + "text-properties")
        if properties.get(_TEXT + "display") == "none"
    }


def _take_out(box: Any) -> None:
    """Put the paragraphs of a text box behind the paragraph that it is anchored in."""
    anchor = next(box.iterancestors(*_PARAGRAPHS), None)
    inner = [child for child in box if child.tag in _PARAGRAPHS]
    if anchor is None or not inner:
        return
    place = anchor.getparent().index(anchor) + 1
    tail, anchor.tail = anchor.tail, None
    anchor.getparent()[place:place] = inner
    inner[-1].tail = tail
