"""How often something happens, or for how long an amount is: "a month" and "monthly" are one, "a year" is another. Pure."""

from collections.abc import Iterator, Sequence

from app.answering.support.tokens import Token
from app.answering.support.units import PER, PER_BEHIND_AN_AMOUNT, PERIODICAL, PERIODS, TIMES, UNITS

# A term that begins so is a rate.
PREFIX = "per "
_PERIODS = PERIODICAL | {word: unit for word, unit in UNITS.items() if unit in PERIODS}


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
