"""Numbers as a spreadsheet's format shows them: digit places, percentages, fractions, powers of ten. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache

from app.reading.format_codes import Kind, Section, Token

_GENERAL_DIGITS = 11
_PLACES = "#0?"
# Holds every number of a cell whole. Halves are rounded away from zero, as spreadsheets do.
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)
# The largest denominator that is looked for.
_LARGEST_DENOMINATOR = 9_999


def show_number(value: float, section: Section) -> str:
    """Return a number as a section of its format shows it, before the spaces at its ends are taken away."""
    tokens = section.tokens
    if section.has(Kind.GENERAL):
        return _sign(value) + "".join(
            show_general(abs(value)) if token.kind is Kind.GENERAL else token.text for token in tokens
        )
    if not section.has(Kind.DIGITS):
        return "".join(token.text for token in tokens if token.kind is Kind.LITERAL)
    if any(token == Token(Kind.DIGITS, "/") for token in tokens):
        return _fraction(value, tokens)
    if section.has(Kind.EXPONENT):
        return _scientific(value, tokens)
    return _decimal(value, tokens)


def show_general(value: float) -> str:
    """Return a number of no format. Whole numbers have all their digits: they are codes more often than quantities."""
    if isinstance(value, int):
        return str(value)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.{_GENERAL_DIGITS - 1}G}"


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the digit places of a format say: how the number is scaled, and what stands before and after the point."""

    factor: Decimal
    whole: str
    fraction: tuple[str, ...]
    exponent: Decimal


@lru_cache(maxsize=1_000)
def _plan(tokens: tuple[Token, ...]) -> _Plan:
    pattern = "".join(token.text for token in tokens if token.kind is Kind.DIGITS)
    whole, _, fraction = pattern.replace("%", "").partition(".")
    factor = Decimal(100) ** pattern.count("%") / Decimal(1000) ** _thousands(whole, fraction)
    marks = tuple(place for place in fraction if place in _PLACES)
    return _Plan(factor, whole, marks, Decimal(1).scaleb(-len(marks)))


def _decimal(value: float, tokens: tuple[Token, ...]) -> str:
    plan = _plan(tokens)
    scaled = abs(Decimal(repr(value)) * plan.factor)
    digits = f"{scaled.quantize(plan.exponent, context=_EXACT):f}"
    before, _, after = digits.partition(".")
    shown = _fill(tokens, _whole_places(before, plan.whole), _decimals(after, plan.fraction))
    is_zero = not digits.strip("0.")
    return shown if is_zero else _sign(value) + shown


def _thousands(whole: str, fraction: str) -> int:
    """Return how many commas follow the last digit place before the point or the end: each divides by a thousand."""
    part = fraction if fraction.strip(",") else whole
    return len(part) - len(part.rstrip(","))


def _whole_places(digits: str, pattern: str) -> list[str]:
    """Return what each place before the point shows, from the left. The first one has all digits that are left over."""
    marks = [mark for mark in pattern if mark in _PLACES]
    is_grouped = "," in pattern.rstrip(",")
    digits = digits.lstrip("0").rjust(_zeros(marks), "0")
    if is_grouped:
        return [_grouped(digits)] + [""] * (len(marks) - 1)
    extra = max(0, len(digits) - len(marks))
    if not marks:
        return [digits]
    return [""] * (len(marks) - len(digits)) + ([digits[: extra + 1], *digits[extra + 1 :]] if digits else [])


def _grouped(digits: str) -> str:
    first = len(digits) % 3 or 3
    return ",".join([digits[:first], *(digits[at : at + 3] for at in range(first, len(digits), 3))])


def _zeros(marks: list[str]) -> int:
    """Return how many digits are shown at least: those from the first ``0`` on."""
    return len(marks) - marks.index("0") if "0" in marks else 0


def _decimals(digits: str, marks: Sequence[str]) -> list[str]:
    """Return what each place after the point shows: ``#`` shows no zeros at the end."""
    shown = list(digits.ljust(len(marks), "0"))
    for place in range(len(marks) - 1, -1, -1):
        if marks[place] == "0" or shown[place] != "0":
            break
        shown[place] = ""
    return shown


def _fill(tokens: tuple[Token, ...], places: list[str], decimals: list[str]) -> str:
    """Return a format's tokens with digits in their places."""
    parts: list[str] = []
    waiting, after = iter(places), iter(decimals)
    is_after = False
    for token in tokens:
        if token.kind is Kind.LITERAL:
            parts.append(token.text)
        elif token.text == ".":
            is_after = True
            parts += waiting
            parts.append("." if any(decimals) else "")
        elif token.text == "%":
            parts.append("%")
        elif token.text != ",":
            parts += [next(after if is_after else waiting, "") for _ in token.text]
    return "".join(parts)


def _scientific(value: float, tokens: tuple[Token, ...]) -> str:
    place = next(place for place, token in enumerate(tokens) if token.kind is Kind.EXPONENT)
    mantissa = tuple(token for token in tokens[:place] if token.kind is Kind.DIGITS)
    pattern = "".join(token.text for token in mantissa)
    whole = _count(pattern.partition(".")[0]) or 1
    fraction = _count(pattern.partition(".")[2])
    number = abs(Decimal(repr(value)))
    # With several places before the point the power is a multiple of their number: ``##0.0E+0``.
    power = number.adjusted() // whole * whole if number else 0
    digits = _rounded(number.scaleb(-power), fraction)
    if digits.adjusted() >= whole:
        power += whole
        digits = _rounded(number.scaleb(-power), fraction)
    sign = "-" if power < 0 else "+" if "+" in tokens[place].text else ""
    exponent = str(abs(power)).zfill(len(tokens[place].text) - 2)
    shown = _decimal(float(digits), mantissa)
    before = "".join(token.text for token in tokens[:place] if token.kind is Kind.LITERAL)
    behind = "".join(token.text for token in tokens[place + 1 :] if token.kind is Kind.LITERAL)
    return f"{_sign(value)}{before}{shown}E{sign}{exponent}{behind}"


def _fraction(value: float, tokens: tuple[Token, ...]) -> str:
    """Return a number as a fraction: ``2 1/2``. A denominator of digits is given: ``# ?/16``."""
    slash = tokens.index(Token(Kind.DIGITS, "/"))
    number, given = abs(value), _given_denominator(tokens[slash + 1 :])
    if given:
        part = Fraction(round(number * given), given)
        top, bottom = part.numerator * (given // part.denominator), given
    else:
        most = min(10 ** len(tokens[slash + 1].text) - 1, _LARGEST_DENOMINATOR)
        part = Fraction(repr(number)).limit_denominator(most)
        top, bottom = part.numerator, part.denominator
    has_whole = sum(token.kind is Kind.DIGITS for token in tokens[:slash]) > 1
    whole, top = divmod(top, bottom) if has_whole else (0, top)
    shown = " ".join(filter(None, (str(whole) if whole else "", f"{top}/{bottom}" if top else "")))
    literals = "".join(token.text for token in tokens[slash:] if token.kind is Kind.LITERAL and not given)
    return _sign(value) + (shown or "0") + literals


def _given_denominator(tokens: tuple[Token, ...]) -> int:
    digits = ""
    for token in tokens:
        if not token.text.strip("0123456789") and token.text:
            digits += token.text
        else:
            break
    return int(digits) if digits.strip("0") else 0


def _rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), context=_EXACT)


def _count(pattern: str) -> int:
    return sum(place in _PLACES for place in pattern)


def _sign(value: float) -> str:
    return "-" if value < 0 else ""
