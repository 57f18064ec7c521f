"""A pydantic error as OpenAI would say it: message, param as a path, code."""

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


def invalid_request(error: ValidationError, raw: object) -> InvalidRequest:
    """Return the most telling error that a request model found in `raw`, in OpenAI's shape.

    The message never repeats what was sent.
    """
    found = [
        (_steps(details, raw), details) for details in error.errors(include_url=False, include_context=True)
    ]
    # Of a union's errors the deepest tells most, and a wrong value more than the wrong branch's type.
    steps, details = max(found, key=lambda entry: (len(entry[0]), entry[1]["type"] not in _EXPECTED))
    return _described(details, _path(steps))


def _steps(details: ErrorDetails, raw: object) -> list[str | int]:
    """Return the location without the names of union branches, which stand in no request."""
    steps: list[str | int] = []
    here: Any = raw
    for position, step in enumerate(details["loc"]):
        is_last = position == len(details["loc"]) - 1
        if isinstance(here, dict) and (step in here or (is_last and details["type"] == "missing")):
            steps.append(step)
            here = here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            steps.append(step)
            here = here[step]
    return steps


def _described(details: ErrorDetails, param: str) -> InvalidRequest:
    kind = details["type"]
    if kind in ("union_tag_not_found", "union_tag_invalid", "invalid_role"):
        discriminator = "role" if kind == "invalid_role" else details["ctx"]["discriminator"].strip("'")
        param = f"{param}.{discriminator}"
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


def _path(steps: list[str | int]) -> str:
    """Return `messages[0].role`."""
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return path.removeprefix(".")


def _kind(value: Any) -> str:  # raw JSON
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")
