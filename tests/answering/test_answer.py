"""Answers: what a question to a store that is not there is told."""

from collections.abc import Callable

import openai
import pytest

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
