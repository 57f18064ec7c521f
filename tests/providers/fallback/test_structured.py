"""Instances of JSON schemas: valid for what models and tools declare, refused where there is none."""

import contextlib
import datetime as dt
import re
import uuid
from enum import StrEnum
from typing import Annotated, Any, Literal

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from app.providers.fallback.patterns import matches
from app.providers.fallback.schemas import Unmakeable
from app.providers.fallback.structured import make_instance

TEXT = "Nine months of leave are granted."


class Unit(StrEnum):
    CELSIUS = "celsius"
    KELVIN = "kelvin"


class Step(BaseModel):
    model_config = ConfigDict(extra="forbid")
    explanation: str
    output: Annotated[str, Field(max_length=10)]


class Reasoning(BaseModel):
    model_config = ConfigDict(extra="forbid")
    steps: Annotated[list[Step], Field(min_length=2, max_length=3)]
    final_answer: str
    confidence: Annotated[float, Field(gt=0, lt=1)]
    unit: Unit
    verdict: Literal["yes", "no"]


class Event(BaseModel):
    day: dt.date
    at: dt.datetime
    clock: dt.time
    lasting: dt.timedelta
    key: uuid.UUID
    code: Annotated[str, Field(pattern=r"^[A-Z]{3}-\d{4}$")]
    seats: Annotated[int, Field(ge=10, multiple_of=7)]
    price: Annotated[float, Field(multiple_of=0.25, gt=3)]
    names: set[str]
    place: tuple[int, str]
    notes: str | None = None
    extra: dict[str, int]


class Tree(BaseModel):
    value: int
    left: "Tree | None"
    right: "Tree | None"
    children: list["Tree"] = []


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: Annotated[int, Field(ge=1, le=9)]


class Dog(BaseModel):
    kind: Literal["dog"]
    name: Annotated[str, Field(min_length=60)]


class Owner(BaseModel):
    pet: Annotated[Dog | Cat, Field(discriminator="kind")]
    others: list[Cat | Dog]


@pytest.mark.parametrize("model", [Reasoning, Event, Tree, Owner])
def test_what_pydantic_declares_pydantic_accepts(model: type[BaseModel]) -> None:
    """The instance of a model's own schema is valid for the model, by way of JSON."""
    instance = make_instance(model.model_json_schema(), text=TEXT)

    valid = model.model_validate_json(orjson.dumps(instance))
    assert set(valid.model_fields_set) == set(model.model_fields)


def test_strings_hold_the_answer() -> None:
    """A string without a form of its own is the text, so that the instance reads like an answer."""
    instance: Any = make_instance(Reasoning.model_json_schema(), text=TEXT)

    assert instance["final_answer"] == TEXT
    assert instance["steps"][0]["output"] == TEXT[:10]
    assert list(instance) == ["steps", "final_answer", "confidence", "unit", "verdict"]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"const": None}, None),
        ({"enum": ["a", 1]}, "a"),
        ({"type": "string", "enum": [1, "b"]}, "b"),
        ({"type": ["null", "integer"], "minimum": 3}, 3),
        ({"type": "string", "default": "celsius"}, "celsius"),
        ({"type": "string", "default": 5}, TEXT),
        ({"type": "string", "examples": ["Paris"]}, "Paris"),
        ({"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 3}, 2),
        ({"type": "integer", "maximum": -4}, -4),
        ({"type": "number", "minimum": 0.1, "maximum": 0.3, "multipleOf": 0.1}, 0.1),
        ({"type": "integer", "multipleOf": 2.5, "minimum": 6}, 10),
        ({"type": "array", "items": {"type": "boolean"}, "minItems": 2}, [True, True]),
        ({"type": "array", "maxItems": 0, "items": {}}, []),
        ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, 1),
        ({"allOf": [{"minimum": 3}, {"maximum": 5}], "type": "integer"}, 3),
        ({"oneOf": [{"type": "number"}, {"type": "string"}]}, 1),
        (
            {
                "required": ["a"],
                "properties": {"a": {"$ref": "#/$defs/b~1c"}},
                "$defs": {"b/c": {"const": 7}},
            },
            {"a": 7},
        ),
        ({"type": "object", "required": ["x"], "additionalProperties": {"type": "integer"}}, {"x": 1}),
    ],
)
def test_keywords_are_kept(schema: dict[str, Any], expected: object) -> None:
    """Each keyword has its say, alone and with others."""
    assert make_instance(schema, text=TEXT) == expected


def test_all_parts_have_their_say() -> None:
    """Pydantic writes `allOf` around a reference that has a description of its own."""
    schema = {
        "$defs": {"a": {"type": "object", "properties": {"x": {"const": 1}}, "required": ["x"]}},
        "allOf": [{"$ref": "#/$defs/a"}, {"properties": {"y": {"const": 2}}}],
        "required": ["y"],
    }

    assert make_instance(schema, text=TEXT) == {"x": 1, "y": 2}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "items": {"type": "boolean"}, "minItems": 2, "uniqueItems": True},
        {"type": "object", "minProperties": 2},
        {"type": "string", "not": {"type": "string"}},
        {"if": {"type": "string"}, "then": {"maxLength": 3}, "type": "string"},
        {"type": "teapot"},
    ],
)
def test_what_is_beyond_the_strict_subset_is_refused(schema: dict[str, Any]) -> None:
    """An instance that breaks a keyword is never given out."""
    with pytest.raises(Unmakeable):
        make_instance({"type": "object", "properties": {"a": schema}, "required": ["a"]}, text=TEXT)


def test_a_schema_that_holds_itself_ends() -> None:
    """Recursion stops where null or an empty list may stand."""
    instance: Any = make_instance(Tree.model_json_schema(), text=TEXT)

    assert instance["left"]["left"] is None
    assert instance["children"][0]["left"] is None


def endless() -> dict[str, Any]:
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}, "required": ["next"]}
    return {"$defs": {"node": node}, "$ref": "#/$defs/node"}


def doubling(keyword: str) -> dict[str, Any]:
    """Return a short schema whose instance, or whose reading, doubles forty times."""
    shapes: dict[str, Any] = {"s40": {"type": "integer"}}
    for number in range(40):
        following = {"$ref": f"#/$defs/s{number + 1}"}
        shapes[f"s{number}"] = (
            {"type": "object", "properties": {"a": following, "b": following}, "required": ["a", "b"]}
            if keyword == "properties"
            else {keyword: [following, following]}
        )
    return {"$defs": shapes, "$ref": "#/$defs/s0"}


@pytest.mark.parametrize(
    "schema",
    [
        endless(),
        doubling("properties"),
        doubling("oneOf"),
        doubling("allOf"),
        {"$ref": "#"},
        {"$ref": "#/$defs/absent"},
        {"$ref": "https://example.com/schema"},
        {"enum": []},
        {"type": "integer", "minimum": 3, "maximum": 2},
        {"type": "string", "minLength": 10**12},
        {"type": "array", "minItems": 10**9, "items": {"type": "string", "minLength": 90_000}},
        {"required": ["a"], "properties": {"a": False}},
    ],
)
def test_what_has_no_instance_is_refused(schema: dict[str, Any]) -> None:
    """Endless, contradictory and monstrous schemas raise Unmakeable; none runs on until the tests are stopped."""
    with pytest.raises(Unmakeable):
        make_instance(schema, text=TEXT)


NAMES = [
    "type",
    "enum",
    "anyOf",
    "oneOf",
    "allOf",
    "$ref",
    "properties",
    "required",
    "items",
    "prefixItems",
    "minItems",
    "uniqueItems",
    "minLength",
    "maximum",
    "minimum",
    "multipleOf",
    "pattern",
    "format",
    "const",
    "not",
    "default",
    "a",
]


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**63), 2**63)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(NAMES),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
@settings(max_examples=300)
def test_nonsense_is_answered_or_refused(schema: Any) -> None:
    """Whatever JSON stands where a schema should, the outcome is JSON or Unmakeable."""
    try:
        instance = make_instance({"type": "object", "properties": {"a": schema}}, text=TEXT)
    except Unmakeable:
        return

    assert orjson.loads(orjson.dumps(instance)) == instance


numbers = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number"])},
    optional={
        "minimum": st.integers(-50, 50),
        "exclusiveMaximum": st.integers(60, 90),
        "multipleOf": st.sampled_from([1, 3, 0.5, 0.1]),
    },
)
strings = st.builds(
    lambda least, room: {"type": "string", "minLength": least, "maxLength": least + room},
    st.integers(0, 60),
    st.integers(0, 9),
)
schemas = st.recursive(
    numbers | strings | st.just({"type": "boolean"}) | st.just({"enum": [None, 2, "x"]}),
    lambda inner: (
        st.builds(
            lambda shape, least: {"type": "array", "items": shape, "minItems": least},
            inner,
            st.integers(0, 3),
        )
        | st.builds(
            lambda shapes: {
                "type": "object",
                "properties": shapes,
                "required": sorted(shapes)[::2],
                "additionalProperties": False,
            },
            st.dictionaries(st.sampled_from("abcd"), inner),
        )
        | st.builds(lambda first, second: {"anyOf": [first, second]}, inner, inner)
    ),
    max_leaves=8,
)


@given(schemas)
@settings(max_examples=300)
def test_an_instance_fits_its_schema(schema: dict[str, Any]) -> None:
    """Of schemas that can be satisfied, every instance is valid: the validator has checked it, and so does pydantic."""
    instance = make_instance(schema, text=TEXT)

    if schema.get("type") == "string":
        TypeAdapter(
            Annotated[str, Field(min_length=schema["minLength"], max_length=schema["maxLength"])]
        ).validate_python(instance)


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[A-Z]{3}-\d{4}$",
        r"^\+?[0-9 ]{5,}$",
        r"^(foo|bar)+\.(?:txt|md)$",
        r"^[^a-z\s]{2,3}$",
        r"^#(?P<hex>[\da-fA-F]{6})$",
        r"\w+@\w+\.com",
        r"^(?:\d{1,3}\.){3}\d{1,3}$",
        r"^.*?\S$",
        r"(a|b)\1",
    ],
)
def test_patterns_are_matched(pattern: str) -> None:
    """What is written matches the pattern."""
    made: Any = make_instance({"type": "string", "pattern": pattern}, text=TEXT)

    assert re.search(pattern, made)


def test_a_pattern_is_matched_at_length() -> None:
    """A pattern with a length beside it keeps to both."""
    made: Any = make_instance({"pattern": "^[a-z]+$", "minLength": 5, "maxLength": 12}, text=TEXT)

    assert re.fullmatch("[a-z]{5,12}", made)


@pytest.mark.parametrize(
    "pattern", ["(", "[", "a{999}b{999}", "(" * 999, "*", r"\p{L}", ")", "(?:a{999}){999}", "x{99999999999}"]
)
def test_broken_and_endless_patterns_are_given_up(pattern: str) -> None:
    """No match, in no time."""
    assert list(matches(pattern)) == []


@pytest.mark.parametrize("pattern", ["^(a+)+$", "((((((a*)*)*)*)*)*)*"])
def test_a_strangers_pattern_does_not_run_for_long(pattern: str) -> None:
    """Neither when it is written nor when it is checked."""
    with contextlib.suppress(Unmakeable):
        make_instance({"type": "string", "pattern": pattern, "minLength": 40}, text="a" * 50 + "!")


def test_no_reference_is_fetched() -> None:
    """A schema that refers to another server reaches nobody."""
    schema = {"properties": {"a": {"type": "integer"}}, "not": {"$ref": "http://127.0.0.1:9/schema"}}

    with pytest.raises(Unmakeable):
        make_instance({"type": "object", **schema}, text=TEXT)
