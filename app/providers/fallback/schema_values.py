"""Numbers and strings that keep to a JSON schema: a few likely ones, of which the validator takes the first. Pure."""

from collections.abc import Iterator
from fractions import Fraction

from app.providers.fallback.patterns import matches
from app.providers.fallback.schemas import NoInstance, Schema, fits, size

_LONGEST = 100_000
_LARGEST_EXACT = 1 << 53
_FORMATS = {
    "date-time": "2026-01-01T00:00:01Z",
    "date": "2026-01-01",
    "time": "00:00:01Z",
    "duration": "P1D",
    "email": "user@example.com",
    "idn-email": "user@example.com",
    "hostname": "host.example.com",
    "idn-hostname": "host.example.com",
    "uri": "https://example.com/1",
    "url": "https://example.com/1",
    "iri": "https://example.com/1",
    "uri-reference": "/1",
    "uuid": "00000000-0000-4000-8000-000000000001",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "json-pointer": "/1",
    "regex": "1",
}


def make_number(schema: Schema, *, kind: str) -> int | float:
    """Return a number within the schema's bounds; 1 where that is one of them."""
    step = _number(schema, "multipleOf")
    if step is not None and step <= 0:
        raise NoInstance("has a multipleOf that is not positive")
    if kind == "integer":
        # The smallest whole multiple of p/q is p.
        step = Fraction(1) if step is None else Fraction(step.numerator)
    for number in _numbers(schema, step):
        if fits(number, {**schema, "type": kind}):
            return number
    raise NoInstance("has bounds with no number between")


def make_string(schema: Schema, *, text: str) -> str:
    """Return the text, as long as it must be; or a string of the schema's format or pattern."""
    least, most = size(schema, "minLength", 0), size(schema, "maxLength", _LONGEST)
    if least > _LONGEST:
        raise NoInstance("asks for a string that is too long")
    filled = text[:most].ljust(least, ".") or "text"[:most]
    if least <= most and not {"pattern", "format"} & schema.keys():
        return filled
    for string in _strings(schema, filled):
        if fits(string, {**schema, "type": "string"}):
            return string
    raise NoInstance("asks for a string that cannot be made")


def _numbers(schema: Schema, step: Fraction | None) -> Iterator[int | float]:
    lows = [_number(schema, "minimum"), _number(schema, "exclusiveMinimum")]
    highs = [_number(schema, "maximum"), _number(schema, "exclusiveMaximum")]
    low = max((bound for bound in lows if bound is not None), default=None)
    high = min((bound for bound in highs if bound is not None), default=None)

    wanted = [Fraction(1)]
    if low is not None:
        wanted += [low, low + (step or 1)]
    if high is not None:
        wanted += [high, high - (step or 1)]
    if low is not None and high is not None:
        wanted.append((low + high) / 2)
    for number in wanted:
        if step is None:
            yield _plain(number)
        else:
            yield from (_plain(step * (number // step + more)) for more in (0, 1))


def _strings(schema: Schema, text: str) -> Iterator[str]:
    if (formed := _FORMATS.get(str(schema.get("format")))) is not None:
        yield formed
    yield text
    if isinstance(pattern := schema.get("pattern"), str):
        yield from matches(pattern)


def _number(schema: Schema, keyword: str) -> Fraction | None:
    value = schema.get(keyword)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Fraction(str(value))


def _plain(value: Fraction) -> int | float:
    """Return a number that JSON can carry."""
    if value.denominator == 1 and abs(value) < _LARGEST_EXACT:
        return int(value)
    return float(value)
