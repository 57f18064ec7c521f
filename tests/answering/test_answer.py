"""Answers: what a question to a store that is not there is told."""

import openai
import pytest

MODEL = "gpt-5.4-mini"


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_an_unknown_store_in_a_models_name_is_named(client: openai.OpenAI, api: str) -> None:
    """Not the model is missing, but the store behind the @."""
    with pytest.raises(openai.NotFoundError) as error:
        if api == "chat":
            client.chat.completions.create(model=f"{MODEL}@nope", messages=[{"role": "user", "content": "x"}])
        else:
            client.responses.create(model=f"{MODEL}@nope", input="x")

    assert error.value.code == "model_not_found"
    assert f"The model `{MODEL}@nope` does not exist: there is no vector store 'nope'" in error.value.message
    assert "GET /v1/models" in error.value.message
