"""The numbers that Word writes before paragraphs: ``3.``, ``3.2.1``, ``b)``. Bullets count as ``-``."""

from collections import defaultdict
from typing import Any

from docx.document import Document as WordDocument

from app.reading.word_runs import W

_ROMAN = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
)
_ROMAN_UNITS = ((9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_LEVELS = 9
_ALPHABETS = {
    "lowerLetter": "abcdefghijklmnopqrstuvwxyz",
    "upperLetter": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "russianLower": "абвгдежзиклмнопрстуфхцчшщыэюя",
    "russianUpper": "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ",
}
_DIGITS = "〇一二三四五六七八九"
_IDEOGRAPHIC = (
    "chineseCounting",
    "chineseCountingThousand",
    "japaneseCounting",
    "taiwaneseCounting",
    "ideographDigital",
)


class ListNumbers:
    """Counts a document's numbered paragraphs in order."""

    def __init__(self, document: WordDocument) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._abstract_of: dict[str, str] = {}
        self._counts: dict[str, list[int]] = defaultdict(lambda: [0] * _LEVELS)
        self._by_style: dict[str, tuple[str, int]] = {}
        self._read_definitions(document)
        self._read_styles(document)

    def next(self, paragraph: Any) -> str:
        """Return the number of a paragraph, or "" when it has none."""
        list_id, level = self._place(paragraph)
        definition = self._levels.get(list_id, {}).get(level)
        if definition is None:
            return ""
        if definition.kind == "bullet":
            return "  " * level + "-"
        counts = self._counts[self._abstract_of.get(list_id, list_id)]
        counts[level] = counts[level] + 1 if counts[level] else definition.start
        counts[level + 1 :] = [0] * (_LEVELS - level - 1)
        return definition.write(counts, self._levels[list_id])

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
                int(level.get(W + "ilvl")): _Level(level) for level in one.iter(W + "lvl")
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
            self._levels[number][level] = self._levels[number][level].starting(int(start.get(W + "val")))

    def _read_styles(self, document: WordDocument) -> None:
        for style in document.styles.element.iter(W + "style"):
            numbering = style.find(f"{W}pPr/{W}numPr")
            if numbering is None:
                continue
            list_id, level = numbering.find(W + "numId"), numbering.find(W + "ilvl")
            if list_id is not None:
                depth = int(level.get(W + "val")) if level is not None else 0
                self._by_style[style.get(W + "styleId")] = (list_id.get(W + "val"), depth)


class _Level:
    """How one level of a list is counted and written."""

    def __init__(self, element: Any) -> None:
        def value(tag: str, default: str) -> str:
            found = element.find(W + tag)
            return (found.get(W + "val") or default) if found is not None else default

        self.kind = value("numFmt", "decimal")
        self.pattern = value("lvlText", "")
        self.start = int(value("start", "1"))
        self.is_legal = element.find(W + "isLgl") is not None

    def starting(self, start: int) -> "_Level":
        """Return the same level with another first number."""
        other = object.__new__(_Level)
        other.kind, other.pattern, other.start, other.is_legal = self.kind, self.pattern, start, self.is_legal
        return other

    def write(self, counts: list[int], levels: "dict[int, _Level]") -> str:
        """Return the level's pattern with the numbers of this level and those above in it."""
        text = self.pattern
        for depth in range(_LEVELS):
            if f"%{depth + 1}" in text:
                kind = "decimal" if self.is_legal or depth not in levels else levels[depth].kind
                text = text.replace(f"%{depth + 1}", _written(counts[depth] or 1, kind))
        return text


def _written(number: int, kind: str) -> str:
    if kind in _ALPHABETS:
        letters = _ALPHABETS[kind]
        return letters[(number - 1) % len(letters)] * ((number - 1) // len(letters) + 1)
    if kind in ("lowerRoman", "upperRoman"):
        return _roman(number).lower() if kind == "lowerRoman" else _roman(number)
    if kind == "decimalZero":
        return f"{number:02}"
    if kind == "ordinal":
        return f"{number}{_ordinal_ending(number)}"
    if kind in _IDEOGRAPHIC and number < 100:
        tens, ones = divmod(number, 10)
        return (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones else "")
    return "" if kind == "none" else str(number)


def _ordinal_ending(number: int) -> str:
    return "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _roman(number: int) -> str:
    text = ""
    for value, letters in (*_ROMAN, *_ROMAN_UNITS):
        count, number = divmod(number, value)
        text += letters * count
    return text
