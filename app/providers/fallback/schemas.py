"""Reading JSON schemas: references followed, the parts of `allOf` joined, and the work bounded. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import jsonschema_rs

Schema: TypeAlias = Mapping[str, Any]

_DEEPEST = 60
# A small schema can refer to itself exponentially often. OpenAI takes 5,000 properties.
_MOST_PARTS = 50_000
_BRANCHES = ("allOf", "anyOf", "oneOf", "prefixItems")
_INSIDE = ("items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else")
_NAMED = ("properties", "patternProperties", "dependentSchemas")
_OF_SCALARS = frozenset(
    [
        "type",
        "enum",
        "const",
        "minLength",
        "maxLength",
        "pattern",
        "format",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
    ]
)


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


def resolve(schema: Any, root: Schema, *, depth: int = 0) -> Node:  # a JSON schema may be anything at all
    """Return the schema flat: what it refers to and the parts of `allOf` joined into it. May raise NoInstance."""
    if schema is False:
        raise NoInstance("allows no value")
    if depth > _DEEPEST:
        raise NoInstance("refers to itself without end")
    if not isinstance(schema, Mapping):
        return Node({})

    flat: Schema = {key: value for key, value in schema.items() if key not in {"$ref", "allOf"}}
    reference = schema.get("$ref")
    references: tuple[str, ...] = (reference,) if isinstance(reference, str) else ()
    for part in [*(_referred(name, root) for name in references), *listed(schema, "allOf")]:
        node = resolve(part, root, depth=depth + 1)
        flat = _joined(node.schema, flat)
        references += node.references
    return Node(flat, references)


def check_size(root: Schema) -> None:
    """Raise TooLarge for a schema whose references would be endless work."""
    known: dict[str, int] = {}

    def of(schema: Any, depth: int) -> int:
        if not isinstance(schema, Mapping):
            return 1
        if depth > _DEEPEST:
            raise TooLarge("is nested too deeply")
        parts = 1 + sum(of(part, depth + 1) for part in _parts(schema))
        if isinstance(reference := schema.get("$ref"), str):
            parts += of_reference(reference, depth)
        if parts > _MOST_PARTS:
            raise TooLarge("is too large")
        return parts

    def of_reference(reference: str, depth: int) -> int:
        if reference not in known:
            known[reference] = 1  # met again below, it holds itself
            known[reference] = of(_referred(reference, root), depth + 1)
        return known[reference]

    of(root, 0)


def fits(value: object, schema: Schema) -> bool:
    """Whether a single value, such as a text or a number, keeps to a flat schema."""
    scalar_schema = {key: said for key, said in schema.items() if key in _OF_SCALARS}
    return _is_valid(lambda: jsonschema_rs.Draft202012Validator(scalar_schema, **_OPTIONS), value)


def check_instance(value: object, root: Schema) -> None:
    """Raise Unmakeable when the whole instance breaks the schema, or the schema is none."""
    try:
        validator = jsonschema_rs.validator_for(dict(root), **_OPTIONS)
        if validator.is_valid(value):
            return
    except (ValueError, RecursionError) as error:
        raise Unmakeable("is no valid JSON schema") from error
    raise Unmakeable(
        "asks for what the built-in provider cannot make; it keeps to what OpenAI's strict mode takes"
    )


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
    return int(value) if isinstance(value, int | float) and 0 <= value < 1 << 62 else otherwise


def _refuse(uri: str) -> Any:
    raise NoInstance(f"refers to {uri!r}, which is not within it")


# Patterns are a stranger's: they may not run for long, and no reference may fetch anything.
_OPTIONS: dict[str, Any] = {
    "validate_formats": True,
    "retriever": _refuse,
    "pattern_options": jsonschema_rs.FancyRegexOptions(backtrack_limit=10_000),
}


def _is_valid(make: Callable[[], jsonschema_rs.Validator], value: object) -> bool:
    try:
        return bool(make().is_valid(value))
    except (ValueError, RecursionError):
        return False


def _joined(first: Schema, second: Schema) -> Schema:
    """Return a flat schema with the keywords of both; where both have one, that of the second, or both lists of names."""
    both: dict[str, Any] = {**first, **second}
    if "properties" in first and "properties" in second:
        both["properties"] = {**mapped(first, "properties"), **mapped(second, "properties")}
    if "required" in first and "required" in second:
        both["required"] = [*required_names(first), *required_names(second)]
    return both


def _parts(schema: Schema) -> list[Any]:
    parts = [schema[keyword] for keyword in _INSIDE if keyword in schema]
    for keyword in _BRANCHES:
        parts += listed(schema, keyword)
    for keyword in _NAMED:
        parts += mapped(schema, keyword).values()
    return parts


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
