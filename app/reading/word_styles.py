"""The styles of a DOCX file: which of them are headings, and which hide their text."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.reading.word_runs import W

HEADING_LEVELS = 6
# Templates give numbered clauses an outline level, too. A paragraph that is longer than this is no heading.
_LONGEST_OUTLINED = 200


class Styles:
    """What a document's styles say of paragraphs, with what each takes over from the style that it is based on."""

    def __init__(self, styles: Iterable[Any]) -> None:
        self._by_id = {style.get(W + "styleId"): style for style in styles}
        self._hidden = {style_id for style_id in self._by_id if self._hides(style_id)}

    def heading_level(self, paragraph: Any, *, length: int) -> int:
        """Return 1 to 6 for a heading or title of this length, else 0."""
        style_id = _style_of(paragraph, "pPr", "pStyle")
        style = self._by_id.get(style_id)
        if style is not None and (level := _level_of_name(style)):
            return level
        outline = paragraph.find(f"{W}pPr/{W}outlineLvl")
        level = self._outline_of(style_id) if outline is None else _outline_level(outline)
        return level if length <= _LONGEST_OUTLINED else 0

    def hide(self, body: Any) -> None:
        """Mark the runs as hidden whose style hides them, unless they say themselves that they are shown."""
        if not self._hidden:
            return
        for paragraph in body.iter(W + "p"):
            is_hidden = _style_of(paragraph, "pPr", "pStyle") in self._hidden
            for run in paragraph.iter(W + "r"):
                if is_hidden or _style_of(run, "rPr", "rStyle") in self._hidden:
                    _hide(run)

    def _outline_of(self, style_id: str) -> int:
        for style in with_bases(style_id, self._by_id):
            outline = style.find(f"{W}pPr/{W}outlineLvl")
            if outline is not None:
                return _outline_level(outline)
            if level := _level_of_name(style):
                return level
        return 0

    def _hides(self, style_id: str) -> bool:
        found = (style.find(f"{W}rPr/{W}vanish") for style in with_bases(style_id, self._by_id))
        nearest = next((vanish for vanish in found if vanish is not None), None)
        return nearest is not None and nearest.get(W + "val") not in ("0", "false")


def with_bases(style_id: str, styles: Mapping[str, Any]) -> Iterator[Any]:
    """Yield a style and those that it is based on."""
    seen: set[str] = set()
    while style_id in styles and style_id not in seen:
        seen.add(style_id)
        yield styles[style_id]
        base = styles[style_id].find(W + "basedOn")
        style_id = base.get(W + "val") if base is not None else ""


def _style_of(element: Any, properties: str, name: str) -> str:
    found = element.find(f"{W}{properties}/{W}{name}")
    return "" if found is None else found.get(W + "val") or ""


def _level_of_name(style: Any) -> int:
    name = style.find(W + "name")
    words = (name.get(W + "val") or "").lower() if name is not None else ""
    if words == "title":
        return 1
    level = words.removeprefix("heading ")
    return min(int(level), HEADING_LEVELS) if words.startswith("heading ") and level.isdecimal() else 0


def _outline_level(outline: Any) -> int:
    level = int(outline.get(W + "val")) + 1
    return level if level <= HEADING_LEVELS else 0


def _hide(run: Any) -> None:
    properties = run.find(W + "rPr")
    if properties is None:
        properties = run.makeelement(W + "rPr")
        run.insert(0, properties)
    if properties.find(W + "vanish") is None:
        properties.append(properties.makeelement(W + "vanish"))
