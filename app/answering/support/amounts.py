"""What belongs to a number: its unit, and the period that an amount is for; and shares and small numbers in words. Pure.

"A month" is "monthly", "half of the staff" is 50 %, "once" and "a year" may be one.
"""

from collections.abc import Iterator, Sequence

from app.answering.support.number_words import HAN_SCALES, ORDINALS, SCALES, SPELLED, SUFFIX_ONLY
from app.answering.support.polarity import word_set
from app.answering.support.tokens import Quantity, Token, normal
from app.answering.support.units import (
    CAPITALS,
    DEGREES,
    PER,
    PER_BEHIND_AN_AMOUNT,
    PERIODICAL,
    PERIODS,
    PERIODS_OF,
    POWERS,
    TIMES,
    UNIT_CHARACTERS,
    UNITS,
)

LONGEST_UNIT = 5
# Between a number and what belongs to it. In "2 | Days" and "2 · Days" a cell of a table ends.
WIDEST_SPACE = 2
# A term that begins so is a rate.
RATE = "per "
_PERIODS = PERIODICAL | {word: unit for word, unit in UNITS.items() if unit in PERIODS}


def unit_of(tokens: Sequence[Token], place: int, suffix: str) -> tuple[str, float, str]:
    """Return the unit of the number at `place`, what it is multiplied by, and the period that it is for."""
    scale = SCALES.get(suffix, 1.0)
    unit = UNITS.get(suffix, "") if scale == 1.0 else ""
    behind = place + 1
    while (
        behind < len(tokens) and tokens[behind].folded in SCALES and tokens[behind].folded not in SUFFIX_ONLY
    ):
        scale *= SCALES[tokens[behind].folded]
        behind += 1
    if unit:
        return unit, scale, PERIODS_OF.get(suffix) or _period(tokens, behind)
    if _has_sign_in_front(tokens, place):
        return UNITS.get(tokens[place - 1].text, ""), scale, _period(tokens, behind)
    if behind < len(tokens) and tokens[behind].kind == "run":
        following = tokens[behind].folded
        return unit_of_run(following), scale * HAN_SCALES.get(following[0], 1), ""
    unit, behind = _unit_behind(tokens, behind)
    return unit, scale, PERIODS_OF.get(tokens[behind - 1].folded) or _period(tokens, behind)


def _has_sign_in_front(tokens: Sequence[Token], place: int) -> bool:
    """Whether the sign in front of a number is its own: not in "20 € 30 days" and "20 € | 30 days"."""
    if not place or tokens[place - 1].kind != "sign" or tokens[place - 1].text == "%":
        return False
    space = tokens[place].start - tokens[place - 1].end
    is_of_another = place > 1 and tokens[place - 2].kind == "number"
    return space == 0 or (space == 1 and not is_of_another)


def _unit_behind(tokens: Sequence[Token], behind: int) -> tuple[str, int]:
    """Return the unit that stands at `behind`, empty for none, and the place behind it."""
    if behind < len(tokens) and tokens[behind].start - tokens[behind - 1].end > WIDEST_SPACE:
        return "", behind
    following, second = ([token.folded for token in tokens[behind : behind + 2]] + ["", ""])[:2]
    if following == "per" and second == "cent":
        return "%", behind + 2
    if following in DEGREES:
        unit = UNITS.get(f"°{second}") or UNITS.get(second, "")
        return (unit, behind + 2) if unit else ("", behind + 1)
    if following in POWERS and second in UNITS:
        return UNITS[second] + POWERS[following], behind + 2
    if following in SUFFIX_ONLY and following not in _SHORT_UNITS:
        return "", behind
    if following in CAPITALS and not tokens[behind].is_capital:
        return "", behind
    return (UNITS[following], behind + 1) if following in UNITS else ("", behind)


_SHORT_UNITS = frozenset("mshgl")


def _period(tokens: Sequence[Token], behind: int) -> str:
    """Return the period that an amount is for: "month" of "a month", "/month" and "per month"."""
    first, second = [*tokens[behind : behind + 2], None, None][:2]
    if first is None:
        return ""
    if _is_period(first):
        # What stands between is one character, and no unit stands behind a unit.
        return UNITS[first.folded] if first.start == tokens[behind - 1].end + 1 else ""
    is_per = first.folded in PER or first.folded in PER_BEHIND_AN_AMOUNT
    return UNITS[second.folded] if is_per and second is not None and _is_period(second) else ""


def _is_period(token: Token) -> bool:
    return UNITS.get(token.folded) in PERIODS


def unit_of_run(behind: str) -> str:
    """Return the unit at the beginning of what stands behind a number in a script without spaces, empty for none."""
    behind = behind.lstrip("".join(HAN_SCALES))
    for size in range(LONGEST_UNIT, 0, -1):
        if unit := UNIT_CHARACTERS.get(behind[:size]):
            return unit
    return ""


def rates_of(text: str, tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """Yield the place and the period of each word of a text that says how often: (3, "month")."""
    for place, token in enumerate(tokens):
        if token.folded in _PERIODS and (token.folded in PERIODICAL or _is_rate(text, tokens, place)):
            yield place, _PERIODS[token.folded]


def _is_rate(text: str, tokens: Sequence[Token], place: int) -> bool:
    if text[max(0, tokens[place].start - 1) : tokens[place].start] == "/":
        return True
    before = [token.folded for token in tokens[max(0, place - 2) : place]]
    if not before:
        return False
    if before[-1] in PER:
        # "Every second week" is no second.
        following = tokens[place + 1].folded if place + 1 < len(tokens) else ""
        return UNITS.get(following) not in PERIODS
    if before[-1] not in PER_BEHIND_AN_AMOUNT or len(before) < 2:
        return False
    amount = tokens[place - 2]
    return amount.kind in ("number", "sign") or amount.folded in UNITS or amount.folded in TIMES


_HALVES = word_set(
    "half hälfte moitié mitad metà metade helft połowa połowę połowy половина половины половину"
)
_HALF_A = word_set("half halbe halben halber halbes halve demi media mezza mezzo")
_NO_SHARES = word_set("last latter other and letzte letzten zweite erste first second")
# How many of which unit one word is.
_UNITS_IN_A_WORD = {
    "viertelstunde": (0.25, "hour"), "dreiviertelstunde": (0.75, "hour"), "fortnight": (2.0, "week"),
}  # fmt: skip
_PARTS = {
    "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5, "tenth": 10, "tenths": 10, "drittel": 3, "viertel": 4,
    "fünftel": 5, "zehntel": 10, "tiers": 3, "quart": 4, "quarts": 4, "cuarto": 4, "cuartos": 4, "tercio": 3, "tercios": 3, "terzo": 3, "terzi": 3,
}  # fmt: skip
ONES = word_set("a an one ein eine einem einen un une una uno um uma")
_OF = word_set("of der des aller von de du della dei degli del dos das di d")
TWICE = {"once": 1, "twice": 2, "thrice": 3, "einmal": 1, "zweimal": 2, "dreimal": 3}

_AND_A_HALF = tuple(
    phrase.split()
    for phrase in ("and a half", "et demie", "et demi", "y media", "y medio", "e mezza", "e mezzo")
)
_LONGEST_HALF = max(map(len, _AND_A_HALF))
_HALF_BEGINS = frozenset(half[0] for half in _AND_A_HALF)
_HALVES_LENGTHS = sorted({len(half) for half in _AND_A_HALF})
ELIDED_OF = "d'"
# All the words of shares and small numbers that may count.
SMALL = (
    _HALVES
    | _HALF_A
    | _PARTS.keys()
    | ONES
    | TWICE.keys()
    | _UNITS_IN_A_WORD.keys()
    | word_set("demie medio")
)


def part_of(tokens: Sequence[Token], place: int) -> Quantity | None:
    """Return the share that a word of a text is, in percent: 50 for "half of the staff"; None for other words.

    "Three quarters of an hour" are 0.75 hours.
    """
    word = tokens[place].folded
    if word in _HALVES and _is_share(tokens, place):
        return Quantity(frozenset(["50"]), "%")
    if word in _PARTS and _is_part(tokens, place):
        share = SPELLED.get(_folded(tokens, place - 1), 1) / _PARTS[word]
        if unit := _unit_in_parts(tokens, place):
            return Quantity(frozenset([normal(share)]), unit)
        share *= 100
        return Quantity(frozenset([normal(round(share, digits)) for digits in (0, 1, 2)]), "%")
    return None


def _is_share(tokens: Sequence[Token], place: int) -> bool:
    """Whether "half" is a share: not in "half an hour" and "the first half"."""
    before, behind = _folded(tokens, place - 1), _folded(tokens, place + 1)
    if before in ONES and _folded(tokens, place - 2) == "and":
        return False
    return not (behind in ONES or behind in UNITS or before in _NO_SHARES or before in ORDINALS)


def is_counted_in_parts(tokens: Sequence[Token], place: int) -> bool:
    """Whether a number counts parts: "two" of "two thirds"."""
    return _folded(tokens, place + 1) in _PARTS and _is_part(tokens, place + 1)


def _is_part(tokens: Sequence[Token], place: int) -> bool:
    before, behind = _folded(tokens, place - 1), _folded(tokens, place + 1)
    return (before in ONES or before in SPELLED) and (behind in _OF or behind.startswith(ELIDED_OF))


def _unit_in_parts(tokens: Sequence[Token], place: int) -> str:
    """Return the unit that parts are of: "hour" of "quarters of an hour" and "quarts d'heure", empty for none."""
    behind, second = _folded(tokens, place + 1), _folded(tokens, place + 2)
    if behind.startswith(ELIDED_OF):
        return UNITS.get(behind.removeprefix(ELIDED_OF), "")
    return UNITS.get(_folded(tokens, place + 3) if second in ONES else second, "")


def is_unit_in_parts(tokens: Sequence[Token], place: int) -> bool:
    """Whether a word is the unit of parts: "hour" of "a quarter of an hour"."""
    word = _folded(tokens, place)
    first = place - (1 if word.startswith(ELIDED_OF) else 3 if _folded(tokens, place - 1) in ONES else 2)
    return (
        _folded(tokens, first) in _PARTS and _is_part(tokens, first) and bool(_unit_in_parts(tokens, first))
    )


def small_number(tokens: Sequence[Token], place: int, language: str) -> Quantity | None:
    """Return what "one", "a year", "half an hour" and "twice" are; None for other words."""
    word, behind = tokens[place].folded, _folded(tokens, place + 1)
    if word in _UNITS_IN_A_WORD:
        number, unit = _UNITS_IN_A_WORD[word]
        return Quantity(frozenset([normal(number)]), unit)
    if word in ONES:
        return _one(tokens, place, behind, language)
    if word in _HALF_A:
        half_of = UNITS.get(_folded(tokens, place + 2) if behind in ONES else behind)
        is_other = word == "media" and language == "eng"
        is_alone = not is_half_behind(tokens, place) and _folded(tokens, place - 2) != "and"
        return Quantity(frozenset(["0.5"]), half_of) if half_of and is_alone and not is_other else None
    if word in TWICE:
        is_often = behind in PER or behind in PER_BEHIND_AN_AMOUNT or behind in PERIODICAL
        return Quantity(frozenset([str(TWICE[word])]), "times") if is_often or TWICE[word] > 1 else None
    return None


def _one(tokens: Sequence[Token], place: int, behind: str, language: str) -> Quantity | None:
    if half := unit_and_a_half(tokens, place):
        return Quantity(frozenset(["1.5"]), half)
    unit = UNITS.get(behind)
    if unit is None:
        is_one = tokens[place].folded == "one" and language == "eng"
        return Quantity(frozenset(["1"]), is_loose=True) if is_one else None
    before = _folded(tokens, place - 1)
    # Neither "half an hour" nor "40 euros a month", "€40 a month", "twice a month" and "a quarter of an hour".
    is_of_amount = before in UNITS or before in TIMES or (place > 0 and tokens[place - 1].kind != "word")
    is_in_parts = is_unit_in_parts(tokens, place + 1)
    return (
        None
        if before in _HALF_A or is_of_amount or is_in_parts
        else Quantity(frozenset(["1"]), unit, is_loose=True)
    )


def unit_and_a_half(tokens: Sequence[Token], place: int) -> str:
    """Return the unit of "two and a half years" and "two hours and a half" by its "two", empty for other numbers."""
    behind, half = _folded(tokens, place + 1), half_at(tokens, place + 1)
    if half:
        return UNITS.get(_folded(tokens, place + 1 + half), "")
    return UNITS.get(behind, "") if half_at(tokens, place + 2) else ""


def half_at(tokens: Sequence[Token], place: int) -> int:
    """Return how many words of "and a half" begin at a place, 0 for none."""
    if _folded(tokens, place) not in _HALF_BEGINS:
        return 0
    following = [token.folded for token in tokens[place : place + _LONGEST_HALF]]
    return next((len(half) for half in _AND_A_HALF if following[: len(half)] == half), 0)


def is_half_behind(tokens: Sequence[Token], place: int) -> bool:
    """Whether a word is the "half" of "two and a half years" or of "an hour and a half"."""
    for length in _HALVES_LENGTHS:
        first = place + 1 - length
        if first > 0 and half_at(tokens, first) == length:
            return _folded(tokens, place + 1) in UNITS or _folded(tokens, first - 1) in UNITS
    return False


def is_half_of(tokens: Sequence[Token], place: int) -> bool:
    """Whether only half of a number is meant: the "dozen" of "half a dozen"."""
    return _folded(tokens, place - 1) in ONES and _folded(tokens, place - 2) in _HALF_A


def _folded(tokens: Sequence[Token], place: int) -> str:
    return tokens[place].folded if 0 <= place < len(tokens) else ""
