"""Lists of OpenDocument texts: each item is a paragraph that begins with its number or bullet, indented by its depth."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.reading.list_numbers import BULLET, LEVELS, Counts, Level

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_EXTENDED = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_LIST, _ITEM, _HEADER = _TEXT + "list", _TEXT + "list-item", _TEXT + "list-header"
_PARAGRAPH, _HEADING = _TEXT + "p", _TEXT + "h"
_OUTLINE = "outline"
_KINDS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "": "none",
}
# Stands before an item while the parser has the text, once for each level.
_MARK = "\ue0f1"
_MARKS = re.compile(f"{_MARK}+")

Levels = Mapping[int, Level]


def write_lists(root: Any, styles: Any) -> None:
    """Write what stands before the items of a text's lists and before its numbered headings into their paragraphs."""
    _Writer(_levels(root) | _levels(styles) if styles is not None else _levels(root)).write(root)


def join_items(text: str) -> str:
    """Return the parser's text with items of a list below one another, other blocks apart."""
    joined = ""
    was_item = False
    for block in text.split("\n\n"):
        is_item = block.startswith(_MARK)
        joined += ("\n" if was_item and is_item else "\n\n") if joined else ""
        joined += _MARKS.sub(lambda found: "  " * (len(found[0]) - 1), block, count=1) if is_item else block
        was_item = is_item
    return joined.replace(_MARK, "")


@dataclass(slots=True)
class _Writer:
    """Goes through a text's lists and headings in order and counts them."""

    _styles: Mapping[str, Levels]
    _counts: Counts = field(default_factory=Counts)
    _last: dict[str, str] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _lists: int = 0

    def write(self, root: Any) -> None:
        for element in list(root.iter(_LIST, _HEADING)):
            if next(element.iterancestors(_LIST), None) is not None:
                continue
            if element.tag == _LIST:
                self._write_list(element)
            elif element.get(_TEXT + "is-list-header") != "true":
                level = _number(element, "outline-level", 1) - 1
                _begin(element, self._counts.next(_OUTLINE, level, self._styles.get(_OUTLINE, {})).strip())

    def _write_list(self, element: Any) -> None:
        """Put the paragraphs of a list in its place."""
        style = element.get(_TEXT + "style-name") or ""
        name = self._name(element, style)
        paragraphs = list(self._paragraphs(element, name, style, level=0))
        if paragraphs:
            paragraphs[-1].tail = element.tail
        parent = element.getparent()
        place = parent.index(element)
        parent[place : place + 1] = paragraphs

    def _name(self, element: Any, style: str) -> str:
        """Return what a list counts with: a list may go on with one before it."""
        goes_on = self._names.get(element.get(_TEXT + "continue-list") or "")
        if element.get(_TEXT + "continue-numbering") == "true":
            goes_on = goes_on or self._last.get(style)
        self._lists += 1
        name = goes_on or f"list {self._lists}"
        self._last[style] = self._names[element.get(_XML_ID) or name] = name
        return name

    def _paragraphs(self, element: Any, name: str, style: str, *, level: int) -> Iterator[Any]:
        """Yield the paragraphs of a list, of the lists in it, too."""
        for item in element.iterchildren(_ITEM, _HEADER):
            is_first = item.tag == _ITEM
            for child in list(item):
                if child.tag == _LIST:
                    inner = child.get(_TEXT + "style-name") or style
                    yield from self._paragraphs(child, name, inner, level=min(level + 1, LEVELS - 1))
                    continue
                if is_first and child.tag in (_PARAGRAPH, _HEADING):
                    self._begin_item(child, name, style, level=level)
                    is_first = False
                yield child

    def _begin_item(self, paragraph: Any, name: str, style: str, *, level: int) -> None:
        levels = self._styles.get(style) or {level: Level(BULLET, "")}
        number = self._counts.next(name, level, levels)
        if paragraph.tag == _HEADING:
            _begin(paragraph, number.strip())
        elif number.strip():
            depth = 1 + (len(number) - len(number.lstrip())) // 2
            _begin(paragraph, _MARK * depth + number.strip())


def _begin(paragraph: Any, mark: str) -> None:
    if mark and "".join(paragraph.itertext()).strip():
        paragraph.text = f"{mark} {paragraph.text or ''}"


def _levels(root: Any) -> dict[str, Levels]:
    """Return the levels of each style of lists, and of the headings."""
    return {
        style.get(_STYLE + "name") if style.tag == _TEXT + "list-style" else _OUTLINE: {
            _number(level, "level", 1) - 1: _level(level) for level in style if level.get(_TEXT + "level")
        }
        for style in root.iter(_TEXT + "list-style", _TEXT + "outline-style")
    }


def _level(element: Any) -> Level:
    own = _number(element, "level", 1)
    if not element.tag.endswith(("-number", "outline-level-style")):
        return Level(BULLET, "")
    kind = _KINDS.get(element.get(_STYLE + "num-format") or "", "decimal")
    shown = min(_number(element, "display-levels", 1), own)
    numbers = ".".join(f"%{level}" for level in range(own - shown + 1, own + 1))
    prefix, suffix = (element.get(_STYLE + name) or "" for name in ("num-prefix", "num-suffix"))
    written = re.sub(r"%(\d+)%", r"%\1", element.get(_EXTENDED + "num-list-format") or "")
    pattern = "" if kind == "none" else written or f"{prefix}{numbers}{suffix}"
    return Level(kind, pattern, start=_number(element, "start-value", 1))


def _number(element: Any, name: str, default: int) -> int:
    value = element.get(_TEXT + name) or ""
    return int(value) if value.isdecimal() and len(value) < 6 else default
