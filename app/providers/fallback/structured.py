"""A valid instance of a JSON schema, filled with a text where a string may stand. Pure and deterministic."""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from app.providers.fallback.schema_fit import SchemaJudge
from app.providers.fallback.schema_values import make_number, make_string
from app.providers.fallback.schemas import (
    NoInstance,
    Schema,
    SchemaReader,
    kinds,
    listed,
    mapped,
    required_names,
    size,
)

_DEEPEST = 60
# From its second appearance a schema that holds itself is filled with what is required only; it may appear so often.
_MOST_REPEATS = 4
_LETTERS_A_STEP = 64


def make_instance(schema: Schema, *, text: str) -> object:
    """Return a value that is valid against `schema`; `text` fills strings without a form of their own.

    Optional properties are filled as well, unless the schema holds itself. Raises Unmakeable when a schema cannot be
    satisfied, is endless or too large. `pattern` is followed where it is plain; `if`, `contains`, `propertyNames`
    and `dependent…` are not heeded.
    """
    return _Maker(schema, text).make(schema)


class _Maker:
    """One instance in the making: how deep it is, and which references are open."""

    def __init__(self, root: Schema, text: str) -> None:
        self._reader = SchemaReader(root)
        self._judge = SchemaJudge(self._reader)
        self._text = text
        self._depth = 0
        self._open: list[str] = []
        self._variant = 0

    def make(self, schema: Any) -> Any:  # JSON on both sides
        if self._depth >= _DEEPEST:
            raise NoInstance("is nested too deeply")
        node = self._reader.resolve(schema)
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
            return self._chosen(schema)
        for keyword in ("anyOf", "oneOf"):
            if branches := listed(schema, keyword):
                rest = {key: value for key, value in schema.items() if key != keyword}
                shapes: list[Schema] = [{"allOf": [rest, branch]} for branch in self._order(branches)]
                return self._first_that_fits(shapes, schema, self.make)
        # A null or an empty default would leave out what the caller wants to see.
        for given in (*listed(schema, "examples"), schema.get("default")):
            if given and not self._variant and self._judge.fits(given, schema):
                return given
        shapes = [{**schema, "type": name} for name in kinds(schema) or [_likely_kind(schema)]]
        return self._first_that_fits(shapes, schema, self._of_kind)

    def _chosen(self, schema: Schema) -> Any:
        others = {key: value for key, value in schema.items() if key != "enum"}
        valid = (value for value in listed(schema, "enum") if self._judge.fits(value, others))
        values = list(islice(valid, self._variant + 1))
        if not values:
            raise NoInstance("allows no value")
        return values[self._variant % len(values)]

    def _order(self, branches: list[Any]) -> list[Any]:
        """Return the branches in the order to try them: null last, but first where a schema holds itself."""
        return sorted(branches, key=lambda branch: (_is_null(branch) != self._lean, not _is_null(branch)))

    def _first_that_fits(self, shapes: Sequence[Schema], whole: Schema, make: Callable[[Schema], Any]) -> Any:
        """Return what is made of the first shape, unless it does not fit the whole and that of another does."""
        made: list[Any] = []
        why: NoInstance | None = None
        for shape in shapes:
            try:
                made.append(make(shape))
            except NoInstance as error:
                why = error
            else:
                if len(shapes) == 1 or self._judge.fits(made[-1], whole):
                    return made[-1]
        if why is not None and not made:
            raise why
        return made[0]

    def _of_kind(self, schema: Schema) -> Any:
        match schema["type"]:
            case "object":
                return self._object(schema)
            case "array":
                return self._array(schema)
            case "integer" | "number" as kind:
                return make_number(schema, whole=kind == "integer", variant=self._variant)
            case "boolean":
                return self._variant % 2 == 0
            case "null":
                return None
            case _:
                made = make_string(schema, text=self._text, variant=self._variant)
                self._reader.spend(len(made) // _LETTERS_A_STEP)
                return made

    def _object(self, schema: Schema) -> dict[str, Any]:
        properties, required = mapped(schema, "properties"), required_names(schema)
        names = list(dict.fromkeys([*properties, *required]))
        if self._lean:
            names = [name for name in names if name in required]
        other = schema.get("additionalProperties", True)
        names += [f"key{number}" for number in range(len(names), size(schema, "minProperties", 0))]

        made: dict[str, Any] = {}
        for name in sorted(names, key=lambda name: name not in required):
            if name not in required and len(made) >= size(schema, "maxProperties", len(names)):
                break
            try:
                made[name] = self.make(properties.get(name, other))
            except NoInstance:
                if name in required:
                    raise
        return {name: made[name] for name in names if name in made}

    def _array(self, schema: Schema) -> list[Any]:
        prefix = listed(schema, "prefixItems")
        wanted = max(len(prefix), size(schema, "minItems", 0), 0 if self._lean else 1)
        count = max(min(wanted, size(schema, "maxItems", wanted)), size(schema, "minItems", 0))
        outer = self._variant
        made: list[Any] = []
        try:
            for index in range(count):
                self._variant = index if schema.get("uniqueItems") is True else outer
                made.append(self.make(prefix[index] if index < len(prefix) else schema.get("items", True)))
        except NoInstance:
            if len(made) < size(schema, "minItems", 0):
                raise
        finally:
            self._variant = outer
        return made


def _is_null(branch: Any) -> bool:
    return isinstance(branch, dict) and (branch.get("type") == "null" or branch.get("const", 0) is None)


def _likely_kind(schema: Schema) -> str:
    """Return the type that a schema without one means, going by its keywords."""
    for kind, keywords in (
        ("object", ("properties", "required", "additionalProperties", "minProperties")),
        ("array", ("items", "prefixItems", "minItems")),
        ("number", ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
    ):
        if any(keyword in schema for keyword in keywords):
            return kind
    return "string"
