"""A chat request as a value: which documents ground it, by four rules in their order, and what upstream is sent."""

from typing import Any

import pytest

from app.core.answers import AnswerRequest, Turn
from app.core.errors import InvalidRequest
from app.core.filters import Comparison
from app.core.searches import SearchOptions
from app.wire.chat_answers import answer_request
from app.wire.chat_completions import ChatCompletionRequest


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
