"""Numbers and strings that keep to a JSON schema. Pure and deterministic."""

import math
from collections.abc import Callable
from fractions import Fraction

from app.providers.fallback.patterns import make_match
from app.providers.fallback.schemas import NoInstance, Schema, is_number, size

_LONGEST = 100_000
_LARGEST_EXACT = 1 << 53
_FORMATS = {
    "date-time": "2026-01-01T00:00:{:02}Z",
    "date": "2026-01-{:02}",
    "time": "00:00:{:02}Z",
    "duration": "P{}D",
    "email": "user{}@example.com",
    "idn-email": "user{}@example.com",
    "hostname": "host{}.example.com",
    "idn-hostname": "host{}.example.com",
    "uri": "https://example.com/{}",
    "url": "https://example.com/{}",
    "iri": "https://example.com/{}",
    "uri-reference": "/{}",
    "uuid": "00000000-0000-4000-8000-{:012}",
    "ipv4": "192.0.2.{}",
    "ipv6": "2001:db8::{}",
    "json-pointer": "/{}",
    "regex": "{}",
}


def make_number(schema: Schema, *, whole: bool, variant: int) -> int | float:
    """Return a number within the schema's bounds, another one for each variant; 1 where that is one of them."""
    low, low_open = _bound(schema, "minimum", "exclusiveMinimum", max)
    high, high_open = _bound(schema, "maximum", "exclusiveMaximum", min)
    step = _step(schema, whole=whole)
    if step is None:
        return _plain(_between(low, high, variant))

    wanted = math.ceil(1 / step)
    least = wanted if low is None else math.ceil(low / step) + (low_open and low % step == 0)
    most = None if high is None else math.floor(high / step) - (high_open and high % step == 0)
    if low is None and most is not None:
        least = min(least, most - variant)
    if most is not None and least > most:
        raise NoInstance("has bounds with no number between")
    first = max(wanted, least) if most is None else min(max(wanted, least), most)
    # Upwards while there is room, then downwards from the end.
    room = most is None or first + variant <= most
    return _plain((first + variant if room else max(first - variant, least)) * step)


def make_string(schema: Schema, *, text: str, variant: int) -> str:
    """Return a string of the schema's format, pattern and length; else the text, made as long as it must be."""
    least, most = size(schema, "minLength", 0), size(schema, "maxLength", _LONGEST)
    if least > most:
        raise NoInstance("has lengths with no string between")
    pattern, form = schema.get("pattern"), _FORMATS.get(str(schema.get("format")))
    if isinstance(pattern, str) and (made := make_match(pattern, least=least, most=most, variant=variant)):
        return made
    if form is not None and least <= len(formed := form.format(variant + 1)) <= most:
        return formed

    mark = f" {variant + 1}" if variant else ""
    filled = (text or "text")[: max(most - len(mark), 0)] + mark
    return filled.ljust(least, ".")[:most]


def _bound(
    schema: Schema, closed: str, opened: str, tighter: Callable[[Fraction, Fraction], Fraction]
) -> tuple[Fraction | None, bool]:
    """Return a bound, and whether it is itself outside."""
    value, edge = schema.get(closed), schema.get(opened)
    bound = Fraction(str(value)) if is_number(value) else None
    if not is_number(edge):
        return bound, edge is True
    open_bound = Fraction(str(edge))
    if bound is None or tighter(bound, open_bound) == open_bound:
        return open_bound, True
    return bound, False


def _step(schema: Schema, *, whole: bool) -> Fraction | None:
    given = schema.get("multipleOf")
    step = Fraction(str(given)) if is_number(given) and given > 0 else None
    if whole:
        # The smallest whole multiple of p/q is p.
        return Fraction(step.numerator) if step is not None else Fraction(1)
    return step


def _between(low: Fraction | None, high: Fraction | None, variant: int) -> Fraction:
    wanted = Fraction(1 + variant)
    if low is not None and high is not None:
        if low > high:
            raise NoInstance("has bounds with no number between")
        return Fraction(1) if low < 1 < high and not variant else low + (high - low) / (2 + variant)
    if high is not None:
        return wanted if wanted < high else high - wanted
    return wanted if low is None or low < 1 else low + wanted


def _plain(value: Fraction) -> int | float:
    """Return a number that JSON can carry."""
    if value.denominator == 1 and abs(value) < _LARGEST_EXACT:
        return int(value)
    return float(value)
