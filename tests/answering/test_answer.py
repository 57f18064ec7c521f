"""A grounded answer: the snippets first, then upstream's words as events with checked citations."""

from collections.abc import Callable

import openai
import pytest

from app.answering.answer import add_usage


def test_counts_are_added_with_their_details() -> None:
    """What only one of the two says stays; what is no number is the first's."""
    answer = {
        "prompt_tokens": 10,
        "total_tokens": 12,
        "prompt_tokens_details": {"cached_tokens": 4, "audio_tokens": None},
        "completion_tokens_details": None,
        "tier": "flex",
    }
    question = {
        "prompt_tokens": 3,
        "total_tokens": 5,
        "prompt_tokens_details": {"cached_tokens": 1, "audio_tokens": 2},
        "completion_tokens_details": {"reasoning_tokens": 2},
        "tier": "default",
        "cost": 0.5,
    }

    assert add_usage(answer, question) == {
        "prompt_tokens": 13,
        "total_tokens": 17,
        "prompt_tokens_details": {"cached_tokens": 5, "audio_tokens": 2},
        "completion_tokens_details": {"reasoning_tokens": 2},
        "tier": "flex",
        "cost": 0.5,
    }
    assert add_usage(answer, {}) == answer


MODEL = "gpt-5.4-mini@nope"


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": "x"}]
        ),
        lambda client: client.responses.create(model=MODEL, input="x"),
    ],
    ids=["chat", "responses"],
)
def test_an_unknown_store_in_a_models_name_is_named(
    client: openai.OpenAI, ask: Callable[[openai.OpenAI], object]
) -> None:
    """Not the model is missing, but the store behind the @."""
    with pytest.raises(openai.NotFoundError) as error:
        ask(client)

    assert error.value.code == "model_not_found"
    assert f"The model `{MODEL}` does not exist: there is no vector store 'nope'" in error.value.message
    assert "GET /v1/models" in error.value.message
