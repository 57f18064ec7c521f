"""Reading JSON schemas: references followed, `allOf` joined, and whether a value fits. Pure; patterns are never run."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias, TypeGuard

Schema: TypeAlias = Mapping[str, Any]

_DEEPEST = 60
_MOST_STEPS = 300_000  # a second of work: a small schema can refer to itself exponentially often
_LARGEST = ("minLength", "minItems", "minProperties", "minimum", "exclusiveMinimum")
_SMALLEST = ("maxLength", "maxItems", "maxProperties", "maximum", "exclusiveMaximum")


class Unmakeable(ValueError):
    """There is no instance that we can make; the message completes "the schema …"."""


class NoInstance(Unmakeable):
    """There is none of this part of a schema: another part may have one."""


class TooLarge(Unmakeable):
    """The schema as a whole asks for too much."""


@dataclass(frozen=True, slots=True)
class Node:
    """A schema without `$ref` and `allOf`, and the references that led to it."""

    schema: Schema
    references: tuple[str, ...] = ()


class SchemaReader:
    """Reads the parts of one schema, and counts the work."""

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._steps = 0

    def spend(self, steps: int = 1) -> None:
        """Count work; raise TooLarge when there is no end of it."""
        self._steps += steps
        if self._steps > _MOST_STEPS:
            raise TooLarge("is too large")

    def resolve(self, schema: Any, *, depth: int = 0) -> Node:  # a JSON schema may be anything at all
        """Return the schema flat: referred schemas and the parts of `allOf` joined into it. May raise NoInstance."""
        self.spend()
        if schema is False:
            raise NoInstance("allows no value")
        if depth > _DEEPEST:
            raise NoInstance("refers to itself without end")
        if not isinstance(schema, Mapping):
            return Node({})

        flat = {key: value for key, value in schema.items() if key not in {"$ref", "allOf"}}
        references: tuple[str, ...] = ()
        reference = schema.get("$ref")
        parts = [_referred(reference, self._root)] if isinstance(reference, str) else []
        for part in [*parts, *listed(schema, "allOf")]:
            node = self.resolve(part, depth=depth + 1)
            self.spend(len(listed(flat, "enum")) * len(listed(node.schema, "enum")))
            flat = _joined(flat, node.schema)
            references += node.references
        return Node(flat, (reference, *references) if isinstance(reference, str) else references)


def kinds(schema: Schema) -> list[str]:
    """Return the types that a flat schema allows, the telling ones first; none when it does not say."""
    said = schema.get("type")
    names = [name for name in (said if isinstance(said, list) else [said]) if isinstance(name, str)]
    return sorted(names, key="null".__eq__)


def listed(schema: Schema, keyword: str) -> list[Any]:
    """Return a keyword's list; empty when it is absent or no list."""
    value = schema.get(keyword)
    return value if isinstance(value, list) else []


def mapped(schema: Schema, keyword: str) -> Schema:
    """Return a keyword's object; empty when it is absent or no object."""
    value = schema.get(keyword)
    return value if isinstance(value, Mapping) else {}


def required_names(schema: Schema) -> list[str]:
    """Return the names of the properties that must be there."""
    return [name for name in listed(schema, "required") if isinstance(name, str)]


def size(schema: Schema, keyword: str, otherwise: int) -> int:
    """Return a keyword's count; `otherwise` when it is absent or no count."""
    value = schema.get(keyword)
    return int(value) if is_number(value) and value >= 0 else otherwise


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a JSON value is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def same(first: Any, second: Any) -> bool:
    """Whether two JSON values are equal; `1` is not `true`."""
    return bool(first == second) and isinstance(first, bool) == isinstance(second, bool)


def _referred(reference: str, root: Schema) -> Any:
    if not reference.startswith("#"):
        raise NoInstance(f"refers to {reference!r}, which is not within it")
    found: Any = root
    for step in reference[1:].split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(found, list) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        elif isinstance(found, Mapping) and name in found:
            found = found[name]
        else:
            raise NoInstance(f"refers to {reference!r}, which it does not have")
    return found


def _joined(first: Schema, second: Schema) -> dict[str, Any]:
    """Return a flat schema that asks for what both ask for."""
    joined = {**first, **second}
    for keyword in first.keys() & second.keys():
        joined[keyword] = _both(keyword, first[keyword], second[keyword])
    return joined


def _both(keyword: str, first: Any, second: Any) -> Any:  # noqa: PLR0911 - a table of keywords
    if keyword in _LARGEST and is_number(first) and is_number(second):
        return max(first, second)
    if keyword in _SMALLEST and is_number(first) and is_number(second):
        return min(first, second)
    if keyword == "multipleOf" and is_number(first) and is_number(second):
        return float(_common_multiple(Fraction(str(first)), Fraction(str(second))))
    if keyword == "required" and isinstance(first, list) and isinstance(second, list):
        return [*first, *(name for name in second if name not in first)]
    if keyword == "enum" and isinstance(first, list) and isinstance(second, list):
        return [value for value in first if any(same(value, other) for other in second)]
    if keyword == "not":
        return {"anyOf": [first, second]}
    if keyword == "type":
        return _common_kinds(kinds({"type": first}), kinds({"type": second}))
    if keyword in ("properties", "$defs", "definitions"):
        return _joined_properties(first, second)
    if keyword in ("items", "additionalProperties"):
        return {"allOf": [first, second]}
    return first


def _joined_properties(first: Any, second: Any) -> Any:
    if not isinstance(first, Mapping) or not isinstance(second, Mapping):
        return first
    both = {name: {"allOf": [first[name], second[name]]} for name in first.keys() & second.keys()}
    return {**first, **second, **both}


def _common_kinds(first: Iterable[str], second: list[str]) -> list[str]:
    common = [name for name in first if name in second]
    if "integer" not in common and {"integer", "number"} <= {*first, *second}:
        common.append("integer")
    return common


def _common_multiple(first: Fraction, second: Fraction) -> Fraction:
    if not first or not second:
        return first or second
    return Fraction(
        math.lcm(first.numerator, second.numerator), math.gcd(first.denominator, second.denominator)
    )
