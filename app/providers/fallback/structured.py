"""A valid instance of a JSON schema, filled with a text where a string may stand. Pure and deterministic."""

import math
from collections.abc import Mapping
from typing import Any

_FORMATS = {
    "date-time": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
    "time": "00:00:00Z",
    "duration": "P1D",
    "email": "user@example.com",
    "hostname": "example.com",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
}
_DEEPEST = 12

Schema = Mapping[str, Any]


def make_instance(schema: Schema, *, text: str) -> Any:  # a JSON value
    """Return a value that is valid against `schema`; `text` fills strings without a form of their own.

    Optional properties are filled as well, until a schema that holds itself has gone deep enough. A `pattern` is
    not heeded.
    """
    return _instance(schema, schema, text, 0)


def _instance(schema: Any, root: Schema, text: str, depth: int) -> Any:
    if not isinstance(schema, Mapping):
        return text
    schema = _resolved(schema, root)
    for keyword in ("const", "default"):
        if keyword in schema:
            return schema[keyword]
    if schema.get("enum"):
        return schema["enum"][0]
    for keyword in ("anyOf", "oneOf"):
        if schema.get(keyword):
            return _instance(_branch(schema[keyword], depth), root, text, depth + 1)
    return _of_type(_type(schema), schema, root, text, depth)


def _of_type(kind: str, schema: Schema, root: Schema, text: str, depth: int) -> Any:
    match kind:
        case "object":
            return _object(schema, root, text, depth)
        case "array":
            return _array(schema, root, text, depth)
        case "integer" | "number":
            return _number(schema, whole=kind == "integer")
        case "boolean":
            return True
        case "null":
            return None
        case _:
            return _string(schema, text)


def _resolved(schema: Schema, root: Schema) -> Schema:
    """Return the schema with its references followed and its `allOf` joined."""
    for _ in range(_DEEPEST):
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            break
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        schema = {**_lookup(reference, root), **rest}
    for part in schema.get("allOf") or ():
        schema = _joined(schema, _resolved(part, root) if isinstance(part, Mapping) else {})
    return schema


def _lookup(reference: str, root: Schema) -> Schema:
    found: Any = root
    for step in reference.removeprefix("#").strip("/").split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        found = found.get(name) if isinstance(found, Mapping) and name else found
    return found if isinstance(found, Mapping) else {}


def _joined(first: Schema, second: Schema) -> Schema:
    properties = {**(first.get("properties") or {}), **(second.get("properties") or {})}
    required = [*(first.get("required") or ()), *(second.get("required") or ())]
    joined = {**second, **{key: value for key, value in first.items() if key != "allOf"}}
    return joined | ({"properties": properties, "required": required} if properties else {})


def _branch(branches: list[Any], depth: int) -> Any:
    """Return the first branch that is not null; null, where there is one, once it has gone deep."""
    nulls = [branch for branch in branches if isinstance(branch, Mapping) and branch.get("type") == "null"]
    others = [branch for branch in branches if branch not in nulls]
    return nulls[0] if nulls and (depth >= _DEEPEST or not others) else others[0]


def _type(schema: Schema) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((name for name in kind if name != "null"), "null")
    if isinstance(kind, str):
        return kind
    if "properties" in schema:
        return "object"
    return "array" if "items" in schema else "string"


def _object(schema: Schema, root: Schema, text: str, depth: int) -> dict[str, Any]:
    properties = schema.get("properties") or {}
    required = list(schema.get("required") or ())
    names = required if depth >= _DEEPEST else list(dict.fromkeys([*properties, *required]))
    return {name: _instance(properties.get(name, {}), root, text, depth + 1) for name in names}


def _array(schema: Schema, root: Schema, text: str, depth: int) -> list[Any]:
    prefix = schema.get("prefixItems") or []
    least = schema.get("minItems", 0)
    wanted = max(least, len(prefix), 0 if depth >= _DEEPEST else 1)
    count = min(wanted, schema.get("maxItems", wanted))
    shapes = [prefix[index] if index < len(prefix) else schema.get("items", {}) for index in range(count)]
    items = [_instance(shape, root, text, depth + 1) for shape in shapes]
    return _distinct(items) if schema.get("uniqueItems") else items


def _distinct(items: list[Any]) -> list[Any]:
    """Tell equal numbers and strings apart, as far as their kind allows."""
    return [
        item + index
        if isinstance(item, int | float) and not isinstance(item, bool)
        else f"{item} {index + 1}"
        if isinstance(item, str) and index
        else item
        for index, item in enumerate(items)
    ]


def _number(schema: Schema, *, whole: bool) -> int | float:
    step = schema.get("multipleOf") or (1 if whole else 0)
    low = schema.get("minimum", -math.inf)
    high = schema.get("maximum", math.inf)
    nudge = step or 1e-6
    if "exclusiveMinimum" in schema:
        low = max(low, schema["exclusiveMinimum"] + nudge)
    if "exclusiveMaximum" in schema:
        high = min(high, schema["exclusiveMaximum"] - nudge)

    value = min(max(1 if whole or not step else step, low), high)
    if step:
        value = (
            math.ceil(value / step) * step
            if math.ceil(value / step) * step <= high
            else math.floor(high / step) * step
        )
    return int(value) if whole else value


def _string(schema: Schema, text: str) -> str:
    if (form := schema.get("format")) in _FORMATS:
        return _FORMATS[form]
    least = schema.get("minLength", 0)
    filled = text if len(text) >= least else text.ljust(least, ".")
    return filled[: schema.get("maxLength", len(filled))]
