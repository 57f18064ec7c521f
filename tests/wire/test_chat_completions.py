"""POST /v1/chat/completions: the request and its messages, the AnswerRequest that it asks for, and the bodies of answers."""

import re
from typing import Any

import pytest
from pydantic import ValidationError

from app.core.answers import AnswerRequest, Turn
from app.core.errors import InvalidRequest
from app.core.filters import Comparison
from app.core.searches import SearchOptions
from app.wire.chat_completions import ChatCompletionRequest, answer_request
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


def read(**fields: Any) -> AnswerRequest:
    body = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "How long?"}]} | fields
    return answer_request(ChatCompletionRequest.model_validate(body))


def options_of(answer: AnswerRequest) -> SearchOptions:
    assert answer.search is not None
    return answer.search


def upstream_body(**fields: Any) -> dict[str, Any]:
    return dict(read(model="m@s", **fields).upstream_body)


FILE_SEARCH = {"type": "file_search", "vector_store_ids": ["vs_tool"], "max_num_results": 3}


def test_the_footnote_object_comes_first() -> None:
    """It beats the tool and the model's store."""
    request = read(
        model="gpt-4o-mini@handbook", tools=[FILE_SEARCH], footnote={"vector_store_ids": ["vs_a", "vs_b"]}
    )

    assert options_of(request).store_references == ("vs_a", "vs_b")
    assert request.upstream_model == "gpt-4o-mini"
    assert request.model == "gpt-4o-mini@handbook"
    assert not request.store_by_model


def test_the_file_search_tool_comes_second() -> None:
    """Its stores and its number of results are taken."""
    request = read(model="gpt-4o-mini@handbook", tools=[FILE_SEARCH])

    assert options_of(request).store_references == ("vs_tool",)
    assert options_of(request).max_num_results == 3
    assert not request.store_by_model


def test_the_models_store_comes_third() -> None:
    """What stands behind the last @ is the store."""
    request = read(model="gpt-4o-mini@handbook")

    assert options_of(request).store_references == ("handbook",)
    assert request.store_by_model


def test_else_the_default_store() -> None:
    """No reference means the default, of which six snippets are taken."""
    assert options_of(read()).store_references is None
    assert options_of(read()).max_num_results == 6


def test_grounding_can_be_turned_off() -> None:
    """`enabled: false` leaves the model alone, whatever else is said."""
    assert read(tools=[FILE_SEARCH], footnote={"enabled": False}).search is None


def test_a_model_without_a_store_searches_nothing() -> None:
    """`@none` is for calls that need no documents; what the request names itself is searched all the same."""
    request = read(model="gpt-4o-mini@none")

    assert request.search is None
    assert request.upstream_model == "gpt-4o-mini"
    assert options_of(read(model="gpt-4o-mini@none", tools=[FILE_SEARCH])).store_references == ("vs_tool",)


def test_the_tool_fills_in_what_the_object_leaves_out() -> None:
    """Each field comes from the object that sets it."""
    tool = FILE_SEARCH | {"filters": {"type": "eq", "key": "year", "value": 2021}}

    options = options_of(read(tools=[tool], footnote={"mode": "lexical", "max_num_results": 2}))

    assert options == SearchOptions(("vs_tool",), 2, filters=Comparison("eq", "year", 2021), mode="lexical")


def test_the_conversation_is_what_was_said() -> None:
    """Text of users and assistants, without instructions and what tools answered."""
    request = read(
        messages=[
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "How"}, {"type": "text", "text": "long?"}]},
            {"role": "assistant", "content": None, "tool_calls": []},
            {"role": "tool", "content": "42", "tool_call_id": "call_1"},
        ]
    )

    assert request.conversation == (Turn("user", "How\nlong?"), Turn("assistant", ""))


def test_json_answers_hold_no_markers() -> None:
    """[1] in JSON is a list."""
    assert read().with_markers
    assert not read(response_format={"type": "json_object"}).with_markers


def test_a_wrong_tool_names_its_place() -> None:
    """The error's param is the path within the request."""
    with pytest.raises(InvalidRequest) as raised:
        read(tools=[FILE_SEARCH | {"max_num_results": 999}])

    assert raised.value.param == "tools[0].max_num_results"
    assert raised.value.code == "integer_above_max_value"


def test_ours_is_taken_out_and_the_rest_passes() -> None:
    """`footnote` and `file_search` stay here; unknown fields and nulls elsewhere do not trouble upstream."""
    tool = {"type": "file_search", "vector_store_ids": ["vs_1"]}
    body = upstream_body(
        footnote={"enabled": False},
        tools=[tool],
        tool_choice="auto",
        vendor_field={"a": [1]},
        seed=None,
    )

    assert body == {
        "model": "m",
        "messages": [{"role": "user", "content": "How long?"}],
        "vendor_field": {"a": [1]},
    }


def test_other_tools_stay() -> None:
    """Only the search is done here."""
    function = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
    body = upstream_body(
        tools=[{"type": "file_search", "vector_store_ids": ["s"]}, function], tool_choice="required"
    )

    assert body["tools"] == [function]
    assert body["tool_choice"] == "required"
