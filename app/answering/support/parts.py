"""Halves, thirds and quarters, "one", "a year", "once" and "twice": numbers that are seldom written as such. Pure."""

from collections.abc import Sequence

from app.answering.support.number_words import ORDINALS, SPELLED
from app.answering.support.polarity import word_set
from app.answering.support.tokens import Quantity, Token, normal
from app.answering.support.units import PER, PER_BEHIND_AN_AMOUNT, PERIODICAL, UNITS

_HALVES = word_set(
    "half hälfte moitié mitad metà metade helft połowa połowę połowy половина половины половину"
)
_HALF_A = word_set("half halbe halben halber halbes halve")
_NO_SHARES = word_set("last latter other and letzte letzten zweite erste first second")
_PARTS = {
    "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5, "tenth": 10, "tenths": 10, "drittel": 3, "viertel": 4,
    "fünftel": 5, "zehntel": 10, "tiers": 3, "quart": 4, "quarts": 4, "tercio": 3, "tercios": 3, "terzo": 3, "terzi": 3,
}  # fmt: skip
ONES = word_set("a an one ein eine einem einen un une una uno um uma")
_OF = word_set("of der des aller von de du della dei degli del dos das")
_TWICE = {"once": 1, "twice": 2, "thrice": 3, "einmal": 1, "zweimal": 2, "dreimal": 3}

# All the words of this module that may count.
SMALL = _HALVES | _HALF_A | _PARTS.keys() | ONES | _TWICE.keys()


def part_of(tokens: Sequence[Token], place: int) -> Quantity | None:
    """Return the share that a word of a text is, in percent: 50 for "half of the staff"; None for other words."""
    word = tokens[place].folded
    if word in _HALVES and _is_share(tokens, place):
        return Quantity(frozenset(["50"]), "%")
    if word in _PARTS and _is_part(tokens, place):
        share = 100 * SPELLED.get(_folded(tokens, place - 1), 1) / _PARTS[word]
        return Quantity(frozenset([normal(round(share, digits)) for digits in (0, 1, 2)]), "%")
    return None


def _is_share(tokens: Sequence[Token], place: int) -> bool:
    """Whether "half" is a share: not in "half an hour" and "the first half"."""
    before, behind = _folded(tokens, place - 1), _folded(tokens, place + 1)
    return not (behind in ONES or behind in UNITS or before in _NO_SHARES or before in ORDINALS)


def is_counted_in_parts(tokens: Sequence[Token], place: int) -> bool:
    """Whether a number counts parts: "two" of "two thirds"."""
    return _folded(tokens, place + 1) in _PARTS and _is_part(tokens, place + 1)


def _is_part(tokens: Sequence[Token], place: int) -> bool:
    before = _folded(tokens, place - 1)
    return (before in ONES or before in SPELLED) and _folded(tokens, place + 1) in _OF


def small_number(tokens: Sequence[Token], place: int, language: str) -> Quantity | None:
    """Return what "one", "a year", "half an hour" and "twice" are; None for other words."""
    word, behind = tokens[place].folded, _folded(tokens, place + 1)
    if word in ONES:
        return _one(tokens, place, behind, language)
    if word in _HALF_A:
        unit = UNITS.get(_folded(tokens, place + 2) if behind in ONES else behind)
        is_alone = _folded(tokens, place - 2) != "and"
        return Quantity(frozenset(["0.5"]), unit) if unit and is_alone else None
    if word in _TWICE:
        is_often = behind in PER or behind in PER_BEHIND_AN_AMOUNT or behind in PERIODICAL
        return Quantity(frozenset([str(_TWICE[word])]), "times") if is_often or _TWICE[word] > 1 else None
    return None


def _one(tokens: Sequence[Token], place: int, behind: str, language: str) -> Quantity | None:
    unit = UNITS.get(behind)
    if unit is None:
        is_one = tokens[place].folded == "one" and language == "eng"
        return Quantity(frozenset(["1"]), is_loose=True) if is_one else None
    before = _folded(tokens, place - 1)
    # Neither "half an hour" nor "40 euros a month".
    return None if before in _HALF_A or before in UNITS else Quantity(frozenset(["1"]), unit, is_loose=True)


def unit_and_a_half(tokens: Sequence[Token], place: int) -> str:
    """Return the unit of "two and a half years" by its "two", empty for other numbers."""
    following = [token.folded for token in tokens[place + 1 : place + 5]]
    is_half = following[:3] == ["and", "a", "half"] and len(following) > 3
    return UNITS.get(following[3], "") if is_half else ""


def is_half_behind(tokens: Sequence[Token], place: int) -> bool:
    """Whether a word is the "half" of "two and a half years"."""
    return place > 2 and bool(unit_and_a_half(tokens, place - 3))


def _folded(tokens: Sequence[Token], place: int) -> str:
    return tokens[place].folded if 0 <= place < len(tokens) else ""
