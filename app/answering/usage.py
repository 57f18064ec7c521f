"""Adds up the usage of several calls, so that an answer shows every token that it cost."""

from collections.abc import Mapping
from typing import Any

from app.core.answers import AnswerRequest
from app.core.types import Json

# What an answer is taken to have when the request sets no limit.
_ASSUMED_ANSWER = 256
_CHARACTERS_A_TOKEN = 4


def estimated_tokens(request: AnswerRequest) -> int:
    """Return how many tokens an answer may use, before anything is known of its sources."""
    characters = sum(len(turn.text) for turn in request.conversation)
    body: Mapping[str, Any] = request.upstream_body
    longest = body.get("max_completion_tokens") or body.get("max_tokens") or _ASSUMED_ANSWER
    return characters // _CHARACTERS_A_TOKEN + longest * (body.get("n") or 1)


def add_usage(first: Mapping[str, Any], second: Mapping[str, Any]) -> Json:
    """Return the sums of two usage objects, details included. Fields that only one of them has are kept."""
    return {**second, **{name: _sum(value, second.get(name)) for name, value in first.items()}}


def _sum(value: Any, other: Any) -> Any:  # upstream's JSON
    if isinstance(value, Mapping) and isinstance(other, Mapping):
        return add_usage(value, other)
    if value is None or other is None:
        return other if value is None else value
    both_count = isinstance(value, int | float) and isinstance(other, int | float)
    return value + other if both_count else value
