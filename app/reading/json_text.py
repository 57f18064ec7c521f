"""JSON and JSON Lines as text: real letters instead of escapes, one line a value, one paragraph a record."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from json import JSONDecodeError, JSONDecoder

from app.reading.document import Document, Source
from app.reading.encodings import decode_text
from app.reading.quoted import read_quoted

_DEEPEST = 200
_INDENT = "  "


def read_json(source: Source) -> Document:
    """Return the values with their keys, several values as paragraphs. What is no valid JSON stays as it is written."""
    text = decode_text(source.data)
    try:
        return Document(_shown(_values(text)))
    except (JSONDecodeError, RecursionError):
        return read_json_lines(source)


def read_json_lines(source: Source) -> Document:
    """Return each line's record as a paragraph. A line that is no valid JSON stays as it is written."""
    text = decode_text(source.data)
    # Other signs of a new line, such as U+2028, may stand in a value.
    lines = [line for line in text.split("\n") if line.strip()]
    records = [_record(line) for line in lines]
    has_records = any(record is not None for record in records)
    shown = [line if record is None else record for line, record in zip(lines, records, strict=True)]
    return Document("\n\n".join(shown)) if has_records else read_quoted(source)


class _Members(tuple[tuple[str, object], ...]):
    """The keys of an object with their values, in order. A key may stand twice, which a dict does not keep."""

    __slots__ = ()


_DECODER = JSONDecoder(parse_float=Decimal, parse_constant=str, strict=False, object_pairs_hook=_Members)
_NEXT = re.compile(r"[\s\x1e]*")


def _values(text: str) -> list[object]:
    """Return what a text in JSON says, its numbers as they are written. Programs write several values one after another."""
    values: list[object] = []
    place = _start_of(text, 0)
    while place < len(text) or not values:
        value, end = _DECODER.raw_decode(text, place)
        values.append(value)
        place = _start_of(text, end)
        if place < len(text) and not isinstance(value, _Members | list):
            raise JSONDecodeError("only records stand one after another", text, place)
    return values


def _start_of(text: str, place: int) -> int:
    found = _NEXT.match(text, place)
    return found.end() if found else place


def _record(line: str) -> str | None:
    try:
        values = _values(line)
        return _shown(values) if all(isinstance(value, _Members | list) for value in values) else None
    except (JSONDecodeError, RecursionError):
        return None


def _shown(values: Iterable[object]) -> str:
    return "\n\n".join("\n".join(_lines(value, depth=0)) for value in values)


def _lines(value: object, *, depth: int) -> Iterator[str]:
    """Yield a value line by line, nested ones indented. The records of an outermost list stand apart."""
    if depth > _DEEPEST:
        raise RecursionError
    indent = _INDENT * depth
    if isinstance(value, _Members):
        for key, inner in value:
            yield from _entry(f"{indent}{key}:", inner, depth=depth)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            is_record = isinstance(inner, _Members) and depth == 0
            if is_record and place:
                yield ""
            yield from _lines(inner, depth=depth) if is_record else _entry(f"{indent}-", inner, depth=depth)
    else:
        yield indent + _scalar(value)


def _entry(label: str, value: object, *, depth: int) -> Iterator[str]:
    if isinstance(value, _Members | list) and value:
        if isinstance(value, list) and all(not isinstance(inner, _Members | list | str) for inner in value):
            yield f"{label} {', '.join(map(_scalar, value))}"
        else:
            yield label
            yield from _lines(value, depth=depth + 1)
    else:
        yield f"{label} {_scalar(value)}".rstrip()


def _scalar(value: object) -> str:
    if value is None or value in ((), []):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
