"""The unit behind a number, and the period that an amount is for or that something happens in: "a month" is "monthly". Pure."""

from collections.abc import Iterator, Sequence

from app.answering.support.number_words import HAN_SCALES, SCALES, SUFFIX_ONLY
from app.answering.support.tokens import Token
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
    if place and tokens[place - 1].kind == "sign" and tokens[place - 1].text != "%":
        return UNITS.get(tokens[place - 1].text, ""), scale, _period(tokens, behind)
    if behind < len(tokens) and tokens[behind].kind == "run":
        following = tokens[behind].folded
        return unit_of_run(following), scale * HAN_SCALES.get(following[0], 1), ""
    unit, behind = _unit_behind(tokens, behind)
    return unit, scale, PERIODS_OF.get(tokens[behind - 1].folded) or _period(tokens, behind)


def _unit_behind(tokens: Sequence[Token], behind: int) -> tuple[str, int]:
    """Return the unit that stands at `behind`, empty for none, and the place behind it."""
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
