"""The numbers that Word writes before paragraphs, as a DOCX file defines them."""

import re
from dataclasses import replace
from typing import Any

from docx.document import Document as WordDocument

from app.reading.list_numbers import Counts, Level, indented
from app.reading.word_runs import W
from app.reading.word_styles import with_bases

# Word's own styles for lists below each other, each a list of one level.
_STYLE_OF_DEPTH = re.compile(r"list (?:bullet|number) ([2-5])", re.IGNORECASE)


class ListNumbers:
    """Counts a document's numbered paragraphs in order."""

    def __init__(self, document: WordDocument) -> None:
        self._levels: dict[str, dict[int, Level]] = {}
        self._abstract_of: dict[str, str] = {}
        self._counts = Counts()
        self._by_style: dict[str, tuple[str, int]] = {}
        self._depths: dict[str, int] = {}
        self._read_definitions(document)
        self._read_styles(document)

    def next(self, paragraph: Any) -> str:
        """Return the number of a paragraph, or "" when it has none."""
        list_id, level = self._place(paragraph)
        name = self._abstract_of.get(list_id, list_id)
        number = self._counts.next(name, level, self._levels.get(list_id, {}))
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        depth = self._depths.get(style.get(W + "val"), 0) if style is not None and level == 0 else 0
        return indented(number, depth)

    def _place(self, paragraph: Any) -> tuple[str, int]:
        """Return the list that a paragraph belongs to, by itself or by its style, and its level there."""
        numbering = paragraph.find(f"{W}pPr/{W}numPr")
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        by_style = self._by_style.get(style.get(W + "val"), ("", 0)) if style is not None else ("", 0)
        if numbering is None:
            return by_style
        list_id = numbering.find(W + "numId")
        level = numbering.find(W + "ilvl")
        return (
            list_id.get(W + "val") if list_id is not None else by_style[0],
            int(level.get(W + "val")) if level is not None else by_style[1],
        )

    def _read_definitions(self, document: WordDocument) -> None:
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        abstract = {
            one.get(W + "abstractNumId"): {
                int(level.get(W + "ilvl")): _level(level) for level in one.iter(W + "lvl")
            }
            for one in root.iter(W + "abstractNum")
        }
        for one in root.iter(W + "num"):
            number, target = one.get(W + "numId"), one.find(W + "abstractNumId")
            abstract_id = target.get(W + "val") if target is not None else ""
            self._levels[number] = dict(abstract.get(abstract_id, {}))
            self._abstract_of[number] = abstract_id
            for override in one.iter(W + "lvlOverride"):
                self._override(number, override)

    def _override(self, number: str, override: Any) -> None:
        """A list that starts again counts for itself."""
        self._abstract_of[number] = f"own {number}"
        level = int(override.get(W + "ilvl"))
        start = override.find(W + "startOverride")
        if start is not None and level in self._levels[number]:
            first = int(start.get(W + "val"))
            self._levels[number][level] = replace(self._levels[number][level], start=first)

    def _read_styles(self, document: WordDocument) -> None:
        styles = {style.get(W + "styleId"): style for style in document.styles.element.iter(W + "style")}
        for style_id in styles:
            for style in with_bases(style_id, styles):
                name = style.find(W + "name")
                if found := _STYLE_OF_DEPTH.fullmatch(name.get(W + "val") if name is not None else ""):
                    self._depths.setdefault(style_id, int(found[1]) - 1)
                numbering = style.find(f"{W}pPr/{W}numPr")
                list_id = numbering.find(W + "numId") if numbering is not None else None
                if numbering is not None and list_id is not None:
                    level = numbering.find(W + "ilvl")
                    depth = int(level.get(W + "val")) if level is not None else 0
                    self._by_style.setdefault(style_id, (list_id.get(W + "val"), depth))


def _level(element: Any) -> Level:
    def value(tag: str, default: str) -> str:
        found = element.find(W + tag)
        return (found.get(W + "val") or default) if found is not None else default

    return Level(
        kind=value("numFmt", "decimal"),
        pattern=value("lvlText", ""),
        start=int(value("start", "1")),
        is_legal=element.find(W + "isLgl") is not None,
    )
