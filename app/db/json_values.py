"""JSON in the form that PostgreSQL's jsonb accepts: without NUL characters, which texts may contain."""

from typing import Any


def without_nul(value: Any) -> Any:
    """Return a JSON value with the NUL characters taken out of its strings."""
    match value:
        case str():
            return value.replace("\x00", "")
        case dict():
            return {without_nul(key): without_nul(item) for key, item in value.items()}
        case list():
            return [without_nul(item) for item in value]
        case _:
            return value
