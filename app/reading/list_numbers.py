"""How lists are numbered: ``3.``, ``3.2.1``, ``b)``. Bullets count as ``-``. Pure."""

import re
from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

LEVELS = 9
_NAMES_LEVELS = re.compile(r"\w[.)-]\w")
BULLET = "bullet"
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


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is counted and written: `pattern` has ``%1`` for the number of the first level."""

    kind: str
    pattern: str
    start: int = 1
    is_legal: bool = False

    def write(self, counts: list[int], levels: "Mapping[int, Level]") -> str:
        """Return the level's pattern with the numbers of this level and those above in it."""
        text = self.pattern
        for depth in range(LEVELS):
            if f"%{depth + 1}" in text:
                kind = "decimal" if self.is_legal or depth not in levels else levels[depth].kind
                text = text.replace(f"%{depth + 1}", _written(counts[depth] or 1, kind))
        return text


@dataclass(slots=True)
class Counts:
    """Where each list of a document has come to."""

    _counts: defaultdict[Hashable, list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0] * LEVELS)
    )

    def next(self, name: Hashable, level: int, levels: Mapping[int, Level]) -> str:
        """Return what stands before the next paragraph of a list, on a level; "" when the list has no such level."""
        definition = levels.get(level)
        if definition is None:
            return ""
        if definition.kind == BULLET:
            return indented("-", level)
        counts = self._counts[name]
        counts[level] = counts[level] + 1 if counts[level] else definition.start
        counts[level + 1 :] = [0] * (LEVELS - level - 1)
        return indented(definition.write(counts, levels), level)


def indented(mark: str, level: int) -> str:
    """Return a number or bullet indented by its level, unless it names the levels above, as ``3.2.1`` does."""
    return mark if _NAMES_LEVELS.search(mark) or not mark else "  " * level + mark


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
