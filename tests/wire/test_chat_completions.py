"""The chat request: what is taken, and how OpenAI would refuse the rest."""

import re
from typing import Any

import pytest
from pydantic import ValidationError

from app.core.errors import InvalidRequest
from app.wire.chat_completions import ChatCompletionRequest
from app.wire.validation import invalid_request

USER = {"role": "user", "content": "hi"}


def judge(**fields: Any) -> ChatCompletionRequest:
    body = {"model": "gpt-4o-mini", "messages": [USER]} | fields
    try:
        return ChatCompletionRequest.model_validate(body)
    except ValidationError as error:
        raise invalid_request(error, body) from error


@pytest.mark.parametrize(
    ("fields", "param", "code"),
    [
        ({"messages": []}, "messages", "empty_array"),
        ({"messages": "hi"}, "messages", "invalid_type"),
        ({"messages": [{"role": "alien", "content": "x"}]}, "messages[0].role", "invalid_value"),
        ({"messages": [{"content": "x"}]}, "messages[0].role", "missing_required_parameter"),
        ({"messages": [{"role": None, "content": "x"}]}, "messages[0].role", "missing_required_parameter"),
        ({"messages": [{"role": 7, "content": "x"}]}, "messages[0].role", "invalid_type"),
        ({"messages": ["hi"]}, "messages[0]", "invalid_type"),
        ({"messages": [None]}, "messages[0]", "invalid_type"),
        ({"tools": ["x"]}, "tools[0]", "invalid_type"),
        ({"tools": [{}]}, "tools[0].type", "missing_required_parameter"),
        ({"tools": [{"type": 1}]}, "tools[0].type", "invalid_type"),
        ({"response_format": {"type": 4}}, "response_format.type", "invalid_type"),
        ({"response_format": {}}, "response_format.type", "missing_required_parameter"),
        ({"stop": 5}, "stop", "invalid_type"),
        ({"tool_choice": 5}, "tool_choice", "invalid_type"),
        ({"temperature": 2.5}, "temperature", "decimal_above_max_value"),
        ({"temperature": -1}, "temperature", "integer_below_min_value"),
        ({"metadata": {"a": "b" * 600}}, "metadata.a", "string_above_max_length"),
        ({"footnote": {"max_num_results": 0}}, "footnote.max_num_results", "integer_below_min_value"),
        ({"footnote": {"vector_store_ids": []}}, "footnote.vector_store_ids", "empty_array"),
        ({"footnote": {"mode": "psychic"}}, "footnote.mode", "invalid_value"),
        ({"logit_bias": {"5": "x"}}, "logit_bias.5", "invalid_type"),
        ({"messages": [USER, {"role": "user"}]}, "messages[1].content", "missing_required_parameter"),
        (
            {"messages": [{"role": "user", "content": [{"type": "text"}]}]},
            "messages[0].content[0].text",
            "missing_required_parameter",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "film"}]}]},
            "messages[0].content[0].type",
            "invalid_value",
        ),
        ({"model": 5}, "model", "invalid_type"),
        ({"temperature": 9}, "temperature", "integer_above_max_value"),
        ({"temperature": -0.5}, "temperature", "decimal_below_min_value"),
        ({"temperature": "hot"}, "temperature", "invalid_type"),
        ({"n": 0}, "n", "integer_below_min_value"),
        ({"n": 1.5}, "n", "invalid_type"),
        ({"stream": "yes"}, "stream", "invalid_type"),
        ({"stream_options": {"include_usage": True}}, "stream_options", "invalid_value"),
        ({"stop": ["a", "b", "c", "d", "e"]}, "stop", "array_above_max_length"),
        ({"tools": [{"type": "alien"}]}, "tools[0].type", "invalid_value"),
        (
            {"tools": [{"type": "function", "function": {}}]},
            "tools[0].function.name",
            "missing_required_parameter",
        ),
        ({"response_format": {"type": "json_schema"}}, "response_format", "invalid_value"),
        ({"footnote": {"max_num_results": 51}}, "footnote.max_num_results", "integer_above_max_value"),
        ({"footnote": {"vector_stores": []}}, "footnote.vector_stores", "unknown_parameter"),
        (
            {"footnote": {"filters": {"type": "like", "key": "a", "value": "b"}}},
            "footnote.filters.type",
            "invalid_value",
        ),
        (
            {"footnote": {"filters": {"type": "eq", "key": "a"}}},
            "footnote.filters.value",
            "missing_required_parameter",
        ),
    ],
)
def test_bad_requests_name_the_parameter(fields: dict[str, Any], param: str, code: str) -> None:
    """Each refusal carries OpenAI's param path and code."""
    with pytest.raises(InvalidRequest) as raised:
        judge(**fields)

    assert (raised.value.param, raised.value.code) == (param, code)
    assert param in raised.value.message
    # The validator's own words mean nothing to a client's author.
    assert not re.search(r"\b[Ii]nput\b|should|after validation|\btag|pydantic", raised.value.message)


def test_null_is_absent() -> None:
    """Clients send null for what they leave out."""
    request = judge(temperature=None, tools=None, stream=None, footnote=None, n=None)

    assert request.stream is False
    assert request.model_fields_set == {"model", "messages"}


def test_unknown_fields_are_kept() -> None:
    """Vendors' parameters pass through, at the top and inside messages."""
    request = judge(top_k=4, messages=[USER | {"name": "Ann", "cache": {"type": "x"}}])

    dumped = request.model_dump(by_alias=True, exclude_unset=True)
    assert dumped["top_k"] == 4
    assert dumped["messages"][0]["cache"] == {"type": "x"}


def test_schemas_survive_the_round_trip() -> None:
    """A response format goes out as it came in."""
    wanted = {
        "type": "json_schema",
        "json_schema": {"name": "a", "strict": True, "schema": {"type": "object"}},
    }

    request = judge(response_format=wanted)

    assert request.model_dump(by_alias=True, exclude_unset=True)["response_format"] == wanted


def test_nothing_sent_is_repeated_in_errors() -> None:
    """An error never echoes a value."""
    with pytest.raises(InvalidRequest) as raised:
        judge(temperature="sk-secret-value-123")

    assert "secret" not in raised.value.message
