"""A valid instance of a JSON schema, filled with a text where a string may stand. Pure and deterministic."""

from collections.abc import Callable, Iterable
from typing import Any

from app.providers.fallback.schema_values import make_number, make_string
from app.providers.fallback.schemas import (
    NoInstance,
    Schema,
    TooLarge,
    check_instance,
    check_size,
    fits,
    kinds,
    listed,
    mapped,
    required_names,
    resolve,
    size,
)

_DEEPEST = 60
# From its second appearance a schema that holds itself is filled with what is required only; it may appear so often.
_MOST_REPEATS = 4
_MOST_VALUES = 10_000
_MOST_LETTERS = 10_000_000


def make_instance(schema: Schema, *, text: str) -> object:
    """Return a value that is valid against `schema`; `text` fills strings without a form of their own.

    It supports the keywords that OpenAI takes for structured outputs, and a few more that pydantic writes.
    Optional properties are filled as well, unless the schema holds itself. Raises Unmakeable for a schema that cannot
    be satisfied, is endless or too large, or that asks for more than those keywords.
    """
    check_size(schema)
    made: object = _Maker(schema, text).make(schema)
    check_instance(made, schema)
    return made


class _Maker:
    """One instance in the making: how deep and how large it is, and which references are open."""

    def __init__(self, root: Schema, text: str) -> None:
        self._root = root
        self._text = text
        self._depth = 0
        self._values = 0
        self._letters = 0
        self._open: list[str] = []

    def make(self, schema: Any) -> Any:  # JSON on both sides
        self._values += 1
        if self._values > _MOST_VALUES or self._letters > _MOST_LETTERS:
            raise TooLarge("is too large")
        if self._depth >= _DEEPEST:
            raise NoInstance("is nested too deeply")
        node = resolve(schema, self._root)
        if any(self._open.count(reference) >= _MOST_REPEATS for reference in node.references):
            raise NoInstance("holds itself without end")

        self._depth += 1
        self._open += node.references
        try:
            return self._of_flat(node.schema)
        finally:
            self._depth -= 1
            del self._open[len(self._open) - len(node.references) :]

    @property
    def _lean(self) -> bool:
        return len(set(self._open)) < len(self._open)

    def _of_flat(self, schema: Schema) -> Any:
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            others = {key: value for key, value in schema.items() if key != "enum"}
            return _first(value for value in listed(schema, "enum") if fits(value, others))
        for keyword in ("anyOf", "oneOf"):
            if branches := self._order(listed(schema, keyword)):
                rest = {key: value for key, value in schema.items() if key != keyword}
                return self._first_made([{"allOf": [rest, branch]} for branch in branches], self.make)
        # An empty default would leave out what the caller wants to see.
        for given in (*listed(schema, "examples"), schema.get("default")):
            if given and isinstance(given, str | int | float) and fits(given, schema):
                return given
        return self._first_made(
            kinds(schema) or [_likely_kind(schema)], lambda kind: self._of_kind(schema, kind)
        )

    def _order(self, branches: list[Any]) -> list[Any]:
        """Return the branches in the order to try them: null last, but first where a schema holds itself."""
        return sorted(branches, key=lambda branch: (_is_null(branch) != self._lean, not _is_null(branch)))

    def _first_made(self, shapes: list[Any], make: Callable[[Any], Any]) -> Any:
        """Return what is made of the first shape that has an instance."""
        for shape in shapes[:-1]:
            try:
                return make(shape)
            except NoInstance:
                continue
        return make(shapes[-1])

    def _of_kind(self, schema: Schema, kind: str) -> Any:
        match kind:
            case "object":
                return self._object(schema)
            case "array":
                return self._array(schema)
            case "integer" | "number":
                return make_number(schema, kind=kind)
            case "boolean":
                return True
            case "null":
                return None
            case _:
                made = make_string(schema, text=self._text)
                self._letters += len(made)
                return made

    def _object(self, schema: Schema) -> dict[str, Any]:
        properties, required = mapped(schema, "properties"), required_names(schema)
        names = list(dict.fromkeys([*properties, *required]))
        if self._lean:
            names = [name for name in names if name in required]

        made: dict[str, Any] = {}
        for name in names:
            try:
                made[name] = self.make(properties.get(name, schema.get("additionalProperties", True)))
            except NoInstance:
                if name in required:
                    raise
        return made

    def _array(self, schema: Schema) -> list[Any]:
        prefix, least = listed(schema, "prefixItems"), size(schema, "minItems", 0)
        wanted = max(len(prefix), least, 0 if self._lean else 1)
        count = max(min(wanted, size(schema, "maxItems", wanted)), least)
        if count > _MOST_VALUES:
            raise TooLarge("asks for too many items")
        shapes = [*prefix, *[schema.get("items", True)] * (count - len(prefix))]
        made: list[Any] = []
        for shape in shapes[:count]:
            try:
                made.append(self.make(shape))
            except NoInstance:
                if len(made) < least:
                    raise
                break
        return made


def _first(values: Iterable[Any]) -> Any:
    for value in values:
        return value
    raise NoInstance("allows no value")


def _is_null(branch: Any) -> bool:
    return isinstance(branch, dict) and (branch.get("type") == "null" or branch.get("const", 0) is None)


def _likely_kind(schema: Schema) -> str:
    """Return the type that a schema without one means, going by its keywords."""
    for kind, keywords in (
        ("object", ("properties", "required", "additionalProperties")),
        ("array", ("items", "prefixItems", "minItems")),
        ("number", ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
    ):
        if any(keyword in schema for keyword in keywords):
            return kind
    return "string"
