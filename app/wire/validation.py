"""A pydantic error as OpenAI would say it: message, param as a path, code."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.core.errors import InvalidRequest

_CODES = {
    "missing": "missing_required_parameter",
    "too_short": "array_below_min_length",
    "too_long": "array_above_max_length",
    "string_too_short": "string_below_min_length",
    "string_too_long": "string_above_max_length",
    "literal_error": "invalid_value",
    "value_error": "invalid_value",
    "union_tag_invalid": "invalid_value",
    "union_tag_not_found": "missing_required_parameter",
    "extra_forbidden": "unknown_parameter",
}
_RANGE = {
    "greater_than": "below_min_value",
    "greater_than_equal": "below_min_value",
    "less_than": "above_max_value",
    "less_than_equal": "above_max_value",
}
_EXPECTED = {
    "string_type": "a string",
    "int_type": "an integer",
    "int_from_float": "an integer",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "a boolean",
    "list_type": "an array",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
}


def invalid_request(error: ValidationError, *, tags: frozenset[str] = frozenset()) -> InvalidRequest:
    """Return the first error of a request model in OpenAI's shape. It never repeats what was sent."""
    # Of a union's errors the deepest is the most telling: the branch that fitted best.
    details = max(error.errors(include_url=False, include_context=True), key=lambda found: len(found["loc"]))
    return _described(details, tags)


def _described(details: ErrorDetails, tags: frozenset[str]) -> InvalidRequest:
    kind = details["type"]
    param = _path(details["loc"], tags)
    if kind == "union_tag_not_found":
        param = f"{param}.{_discriminator(details)}" if param else _discriminator(details)
    if kind in ("missing", "union_tag_not_found"):
        return InvalidRequest(
            f"Missing required parameter: '{param}'.", param=param, code="missing_required_parameter"
        )
    if kind in _EXPECTED:
        message = f"Invalid type for '{param}': expected {_EXPECTED[kind]}, but got {_kind(details['input'])} instead."
        return InvalidRequest(message, param=param, code="invalid_type")
    if kind in _RANGE:
        prefix = "integer" if isinstance(details["input"], int) else "decimal"
        code = f"{prefix}_{_RANGE[kind]}"
        return InvalidRequest(f"Invalid '{param}': {_lower(details['msg'])}.", param=param, code=code)
    if kind == "extra_forbidden":
        return InvalidRequest(f"Unknown parameter: '{param}'.", param=param, code="unknown_parameter")
    return InvalidRequest(
        f"Invalid value for '{param}': {_lower(details['msg'].removeprefix('Value error, '))}.",
        param=param or None,
        code=_CODES.get(kind, "invalid_value"),
    )


def _path(location: Sequence[str | int], tags: frozenset[str]) -> str:
    """Return `messages[0].role` for a location; names of union branches are not part of the path."""
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        elif step not in tags and not _is_branch(step):
            path += f".{step}" if path else step
    return path


def _is_branch(step: str) -> bool:
    return step != step.lower() or "[" in step or step in {"str", "int", "float", "bool", "constrained-str"}


def _discriminator(details: ErrorDetails) -> str:
    return str(details.get("ctx", {}).get("discriminator", "type")).strip("'")


def _kind(value: Any) -> str:  # raw JSON
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")
