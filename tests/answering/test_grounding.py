"""Which documents ground a chat: the four rules in their order."""

from typing import Any

import pytest

from app.answering.grounding import choose_grounding, split_model
from app.core.errors import InvalidRequest
from app.wire.chat_completions import ChatCompletionRequest


def make_request(**fields: Any) -> ChatCompletionRequest:
    body = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "hi"}]} | fields
    return ChatCompletionRequest.model_validate(body)


FILE_SEARCH = {"type": "file_search", "vector_store_ids": ["vs_tool"], "max_num_results": 3}


def test_the_footnote_object_comes_first() -> None:
    """It beats the tool and the model's store."""
    request = make_request(
        model="gpt-4o-mini@handbook", tools=[FILE_SEARCH], footnote={"vector_store_ids": ["vs_a", "vs_b"]}
    )

    grounding = choose_grounding(request)

    assert grounding.store_references == ("vs_a", "vs_b")
    assert grounding.model == "gpt-4o-mini"
    assert not grounding.by_model


def test_the_file_search_tool_comes_second() -> None:
    """Its stores and its number of results are taken."""
    grounding = choose_grounding(make_request(model="gpt-4o-mini@handbook", tools=[FILE_SEARCH]))

    assert grounding.store_references == ("vs_tool",)
    assert grounding.max_num_results == 3


def test_the_models_store_comes_third() -> None:
    """What stands behind the last @ is the store."""
    grounding = choose_grounding(make_request(model="gpt-4o-mini@handbook"))

    assert grounding.store_references == ("handbook",)
    assert grounding.by_model


def test_else_the_default_store() -> None:
    """No reference means the default."""
    assert choose_grounding(make_request()).store_references is None


def test_grounding_can_be_turned_off() -> None:
    """`enabled: false` leaves the model alone, whatever else is said."""
    grounding = choose_grounding(make_request(tools=[FILE_SEARCH], footnote={"enabled": False}))

    assert not grounding.enabled


def test_a_wrong_tool_names_its_place() -> None:
    """The error's param is the path within the request."""
    request = make_request(tools=[FILE_SEARCH | {"max_num_results": 999}])

    with pytest.raises(InvalidRequest) as raised:
        choose_grounding(request)

    assert raised.value.param == "tools[0].max_num_results"
    assert raised.value.code == "integer_above_max_value"


@pytest.mark.parametrize(
    ("model", "parts"),
    [
        ("gpt-4o", ("gpt-4o", None)),
        ("gpt-4o@vs_1", ("gpt-4o", "vs_1")),
        ("@cf/meta/llama", ("@cf/meta/llama", None)),
        ("a@b@c", ("a@b", "c")),
        ("gpt@", ("gpt@", None)),
    ],
)
def test_models_are_split_at_the_last_at(model: str, parts: tuple[str, str | None]) -> None:
    """Ids that begin or end with @ name no store."""
    assert split_model(model) == parts
