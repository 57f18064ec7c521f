"""Numbers that a question gives, and rows of tables that are for them: "after 7 years" asks for the row "6 to 10". Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.providers.fallback.tables import CELL_SIGN

_NUMBER = r"(\d+(?:[.,]\d+)?)"
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_VALUES = {word: float(value) for value, word in enumerate(_WORDS, 1)}
_ASKED = re.compile(rf"\b(?:{_NUMBER}|({'|'.join(_WORDS)}))[\s-]+(\w+)", re.IGNORECASE)
_BETWEEN = re.compile(rf"{_NUMBER}\s*(?:to|until|bis|à|-|–|—)\s*{_NUMBER}\b")
_BELOW = re.compile(rf"(?:less than|fewer than|under|below|unter|weniger als|<)\s*{_NUMBER}\b")
_MOST = re.compile(rf"(?:up to|at most|no more than|bis(?: zu)?|höchstens|≤)\s*{_NUMBER}\b")
_ABOVE = re.compile(rf"(?:more than|over|above|über|mehr als|>)\s*{_NUMBER}\b")
_LEAST = re.compile(rf"(?:at least|from|mindestens|ab|≥)\s*{_NUMBER}\b")
_AND_MORE = re.compile(rf"{_NUMBER}\s*(?:\+|(?:\w+\s)?(?:or|and|und|oder) (?:more|mehr)\b)")


@dataclass(frozen=True, slots=True)
class Given:
    """A number in a question, with the stem of the word after it."""

    value: float
    unit: str


def numbers_given(question: str, stem: Callable[[str], str]) -> list[Given]:
    """Return the numbers of a question that have a word after them: 7 with "years"."""
    return [
        Given(_value(digits) if digits else _VALUES[word.lower()], stem(unit.lower()))
        for digits, word, unit in _ASKED.findall(question)
    ]


def is_for(row: str, given: list[Given], stem: Callable[[str], str]) -> bool | None:
    """Whether a row's range holds the number that was given for its column; None when it has no range for one.

    The row is as `tables` renders it: "Years of service: 6 to 10 · Days: 30".
    """
    for cell in row.split(CELL_SIGN) if given else ():
        holds = _range(cell.rpartition(":")[2].strip().lower())
        if holds is None:
            continue
        named = {stem(word) for word in re.findall(r"\w+", cell.lower())}
        for number in given:
            if number.unit in named:
                return holds(number.value)
    return None


def _range(cell: str) -> Callable[[float], bool] | None:
    """Return what tells whether a cell's range holds a number; None when it is no range."""
    if found := _BETWEEN.match(cell):
        low, high = map(_value, found.groups())
        return lambda number: low <= number <= high
    tests: tuple[tuple[re.Pattern[str], Callable[[float, float], bool]], ...] = (
        (_BELOW, lambda number, bound: number < bound),
        (_MOST, lambda number, bound: number <= bound),
        (_ABOVE, lambda number, bound: number > bound),
        (_LEAST, lambda number, bound: number >= bound),
        (_AND_MORE, lambda number, bound: number >= bound),
    )
    for pattern, test in tests:
        if found := pattern.match(cell):
            bound = _value(found[1])
            return lambda number, test=test: test(number, bound)  # type: ignore[misc]
    return None


def _value(digits: str) -> float:
    return float(digits.replace(",", "."))
