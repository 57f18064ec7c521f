"""Whether a JSON value fits a schema. Patterns and formats are taken on trust: a stranger's pattern is never run."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from app.providers.fallback.schemas import (
    NoInstance,
    Schema,
    SchemaReader,
    is_number,
    kinds,
    listed,
    mapped,
    required_names,
    same,
    size,
)

_DEEPEST = 60
_NO_END = 1 << 62


class SchemaJudge:
    """Says whether values fit parts of one schema."""

    def __init__(self, reader: SchemaReader) -> None:
        self._reader = reader

    def fits(self, value: Any, schema: Any, *, depth: int = 0) -> bool:  # JSON on both sides
        """Whether `value` is valid against `schema`."""
        if depth > _DEEPEST:
            return False
        try:
            flat = self._reader.resolve(schema).schema
        except NoInstance:
            return False
        return (
            _is_of_kinds(value, kinds(flat))
            and _is_among(value, flat)
            and self._fits_branches(value, flat, depth + 1)
            and self._fits_inside(value, flat, depth + 1)
        )

    def _fits_branches(self, value: Any, schema: Schema, depth: int) -> bool:
        some, one = listed(schema, "anyOf"), listed(schema, "oneOf")
        if some and not any(self.fits(value, branch, depth=depth) for branch in some):
            return False
        if one and sum(self.fits(value, branch, depth=depth) for branch in one) != 1:
            return False
        return "not" not in schema or not self.fits(value, schema["not"], depth=depth)

    def _fits_inside(self, value: Any, schema: Schema, depth: int) -> bool:
        if isinstance(value, str):
            return size(schema, "minLength", 0) <= len(value) <= size(schema, "maxLength", _NO_END)
        if isinstance(value, list):
            return self._fits_array(value, schema, depth)
        if isinstance(value, Mapping):
            return self._fits_object(value, schema, depth)
        return not is_number(value) or _fits_number(value, schema)

    def _fits_array(self, value: list[Any], schema: Schema, depth: int) -> bool:
        if not size(schema, "minItems", 0) <= len(value) <= size(schema, "maxItems", _NO_END):
            return False
        shapes = [*listed(schema, "prefixItems"), *[schema.get("items", True)] * len(value)]
        if not all(self.fits(item, shape, depth=depth) for item, shape in zip(value, shapes, strict=False)):
            return False
        if schema.get("uniqueItems") is not True:
            return True
        self._reader.spend(len(value) ** 2)
        return not any(same(item, other) for index, item in enumerate(value) for other in value[:index])

    def _fits_object(self, value: Schema, schema: Schema, depth: int) -> bool:
        if not size(schema, "minProperties", 0) <= len(value) <= size(schema, "maxProperties", _NO_END):
            return False
        if any(name not in value for name in required_names(schema)):
            return False
        properties, other = mapped(schema, "properties"), schema.get("additionalProperties", True)
        if mapped(schema, "patternProperties"):
            other = True
        return all(
            self.fits(inner, properties.get(name, other), depth=depth) for name, inner in value.items()
        )


def _is_of_kinds(value: Any, names: list[str]) -> bool:
    return not names or any(_is_of_kind(value, name) for name in names)


def _is_of_kind(value: Any, name: str) -> bool:
    match name:
        case "null":
            return value is None
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return is_number(value) and value == int(value)
        case "number":
            return is_number(value)
        case "string":
            return isinstance(value, str)
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, Mapping)
        case _:
            return False


def _is_among(value: Any, schema: Schema) -> bool:
    if "const" in schema and not same(value, schema["const"]):
        return False
    return "enum" not in schema or any(same(value, other) for other in listed(schema, "enum"))


def _fits_number(value: float, schema: Schema) -> bool:
    low, high, step = (schema.get(name) for name in ("minimum", "maximum", "multipleOf"))
    over, under = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if is_number(low) and (value < low or (over is True and value == low)):
        return False
    if is_number(high) and (value > high or (under is True and value == high)):
        return False
    if (is_number(over) and value <= over) or (is_number(under) and value >= under):
        return False
    return not is_number(step) or step <= 0 or Fraction(str(value)) % Fraction(str(step)) == 0
