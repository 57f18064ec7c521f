"""Turns a pydantic error into OpenAI's form: message, param as a path, code. None of pydantic's own words go out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.core.errors import InvalidRequest
from app.core.ids import ID_PATTERN, malformed_id

_LONGEST_STEP = 64
_EXPECTED = {
    "string_type": "a string",
    "int_type": "an integer",
    "int_parsing": "an integer",
    "int_from_float": "an integer",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "a boolean",
    "bool_parsing": "a boolean",
    "list_type": "an array",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
}
_BOUNDS = {
    "greater_than": ("below_min_value", "below minimum value", ">", "gt"),
    "greater_than_equal": ("below_min_value", "below minimum value", ">=", "ge"),
    "less_than": ("above_max_value", "above maximum value", "<", "lt"),
    "less_than_equal": ("above_max_value", "above maximum value", "<=", "le"),
}

_Describe: TypeAlias = Callable[[ErrorDetails, str], InvalidRequest]


def invalid_request(error: ValidationError, raw: object) -> InvalidRequest:
    """Return the most useful error that a request model found in `raw`, in OpenAI's shape.

    The message never repeats what was sent, but for the names of unknown parameters.
    """
    found = [
        (_steps(details, raw), details) for details in error.errors(include_url=False, include_context=True)
    ]
    # Of a union's errors the deepest tells most, and a wrong value more than the wrong branch's type.
    steps, details = max(found, key=lambda entry: (len(entry[0]), entry[1]["type"] not in _EXPECTED))
    if details["type"] in _EXPECTED:
        branches = [other["type"] for place, other in found if place == steps]
        return _wrong_type(_path(steps), details["input"], branches)
    return described(details, _path(steps))


def described(details: ErrorDetails, param: str) -> InvalidRequest:
    """Return one of pydantic's errors about the parameter `param`, in OpenAI's words."""
    kind = details["type"]
    if kind in _EXPECTED:
        return _wrong_type(param, details["input"], [kind])
    if kind in _BOUNDS:
        return _out_of_bounds(details, param)
    return _DESCRIBE.get(kind, _wrong_value)(details, param)


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


def _wrong_type(param: str, given: object, kinds: Sequence[str]) -> InvalidRequest:
    expected = " or ".join(dict.fromkeys(_EXPECTED[kind] for kind in kinds if kind in _EXPECTED))
    message = f"Invalid type for '{param}': expected {expected}, but got {_kind(given)} instead."
    return InvalidRequest(message, param=param, code="invalid_type")


def _out_of_bounds(details: ErrorDetails, param: str) -> InvalidRequest:
    code, words, sign, bound = _BOUNDS[details["type"]]
    prefix = "decimal" if isinstance(details["input"], float) else "integer"
    message = f"Invalid '{param}': {prefix} {words}. Expected a value {sign} {details['ctx'][bound]:g}."
    return InvalidRequest(message, param=param, code=f"{prefix}_{code}")


def _missing(_details: ErrorDetails, param: str) -> InvalidRequest:
    return InvalidRequest(
        f"Missing required parameter: '{param}'.", param=param, code="missing_required_parameter"
    )


def _unknown(_details: ErrorDetails, param: str) -> InvalidRequest:
    return InvalidRequest(f"Unknown parameter: '{param}'.", param=param, code="unknown_parameter")


def _too_short(details: ErrorDetails, param: str) -> InvalidRequest:
    least, length = details["ctx"]["min_length"], details["ctx"]["actual_length"]
    if length == 0:
        message = f"Invalid '{param}': empty array. Expected an array with minimum length {least}, but got an empty array instead."
        return InvalidRequest(message, param=param, code="empty_array")
    message = f"Invalid '{param}': array too short. Expected an array with minimum length {least}, but got an array with length {length} instead."
    return InvalidRequest(message, param=param, code="array_below_min_length")


def _too_long(details: ErrorDetails, param: str) -> InvalidRequest:
    most = details["ctx"]["max_length"]
    if isinstance(details["input"], dict):
        message = f"Invalid '{param}': too many properties. Expected an object with at most {most} properties, but got an object with {len(details['input'])} properties instead."
        return InvalidRequest(message, param=param, code="object_above_max_properties")
    message = f"Invalid '{param}': array too long. Expected an array with maximum length {most}."
    return InvalidRequest(message, param=param, code="array_above_max_length")


def _short_string(details: ErrorDetails, param: str) -> InvalidRequest:
    message = f"Invalid '{param}': string too short. Expected a string with minimum length {details['ctx']['min_length']}."
    return InvalidRequest(message, param=param, code="string_below_min_length")


def _long_string(details: ErrorDetails, param: str) -> InvalidRequest:
    message = f"Invalid '{param}': string too long. Expected a string with maximum length {details['ctx']['max_length']}, but got a string with length {len(details['input'])} instead."
    return InvalidRequest(message, param=param, code="string_above_max_length")


def _other_pattern(details: ErrorDetails, param: str) -> InvalidRequest:
    if details["ctx"]["pattern"] == ID_PATTERN:
        return malformed_id(param, details["input"])
    message = f"Invalid '{param}'. Expected a string that matches {details['ctx']['pattern']}."
    return InvalidRequest(message, param=param, code="invalid_value")


def _other_literal(details: ErrorDetails, param: str) -> InvalidRequest:
    if not isinstance(details["input"], str):
        return _wrong_type(param, details["input"], ["string_type"])
    supported = details["ctx"]["expected"].replace(" or ", ", ")
    return InvalidRequest(
        f"Invalid value for '{param}'. Supported values are: {supported}.", param=param, code="invalid_value"
    )


def _other_tag(details: ErrorDetails, param: str) -> InvalidRequest:
    """Tell which kinds of object there are: `role` tells messages apart, `type` all else."""
    context = details.get("ctx", {})
    name = "role" if details["type"] == "invalid_role" else str(context["discriminator"]).strip("'")
    given = details["input"]
    if not isinstance(given, dict):
        return _wrong_type(param, given, ["dict_type"])
    inner = f"{param}.{name}".removeprefix(".")
    if given.get(name) is None:
        return _missing(details, inner)
    if not isinstance(given[name], str):
        return _wrong_type(inner, given[name], ["string_type"])
    supported = context.get("expected_tags") or _ROLES
    return InvalidRequest(
        f"Invalid value for '{inner}'. Supported values are: {supported}.", param=inner, code="invalid_value"
    )


def _wrong_value(details: ErrorDetails, param: str) -> InvalidRequest:
    """Return an error of our own words, or a plain one where there are none."""
    about = f" for '{param}'" if param else ""
    if details["type"] != "value_error":
        return InvalidRequest(f"Invalid value{about}.", param=param or None, code="invalid_value")
    said = details["msg"].removeprefix("Value error, ").rstrip(".")
    return InvalidRequest(f"Invalid value{about}: {said}.", param=param or None, code="invalid_value")


_ROLES = "'system', 'developer', 'user', 'assistant', 'tool', 'function'"
_DESCRIBE: Mapping[str, _Describe] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "too_short": _too_short,
    "too_long": _too_long,
    "string_too_short": _short_string,
    "string_too_long": _long_string,
    "string_pattern_mismatch": _other_pattern,
    "literal_error": _other_literal,
    "enum": _other_literal,
    "union_tag_invalid": _other_tag,
    "union_tag_not_found": _other_tag,
    "invalid_role": _other_tag,
}


def _path(steps: Sequence[str | int]) -> str:
    """Return `messages[0].role`."""
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step[:_LONGEST_STEP]}" for step in steps)
    return path.removeprefix(".")


def _kind(value: Any) -> str:  # raw JSON
    names = {
        dict: "an object",
        list: "an array",
        str: "a string",
        bool: "a boolean",
        int: "an integer",
        float: "a decimal",
        type(None): "null",
    }
    return names.get(type(value), "something else")
