"""Completions, the older API: prompts answered from documents, plain and streamed."""

from typing import Any

import httpx
import openai
import pytest

from tests.conftest import MakeServer, sdk
from tests.serving import LiveServer

PROMPT = "How long does parental leave last?"


@pytest.fixture
def server(make_server: MakeServer) -> LiveServer:
    """Footnote with one document."""
    server = make_server()
    texts = [{"text": "Parental leave lasts nine months.", "filename": "leave.txt"}]
    httpx.post(f"{server.v1}/ingest", json={"texts": texts}).raise_for_status()
    return server


def create(server: LiveServer, **fields: Any) -> Any:
    return sdk(server.v1).completions.create(**{"model": "gpt-3.5-turbo-instruct", "prompt": PROMPT} | fields)


def test_a_prompt_is_answered_from_documents(server: LiveServer) -> None:
    """With its sources, in the older shape."""
    completion = create(server)

    (choice,) = completion.choices
    assert choice.text == "Parental leave lasts nine months [1]."
    assert choice.finish_reason == "stop"
    assert choice.footnote["citations"][0]["verified"]
    assert completion.footnote["chunks"][0]["filename"] == "leave.txt"
    assert completion.usage.total_tokens > 0
    assert completion.model == "gpt-3.5-turbo-instruct"


def test_pieces_are_the_whole(server: LiveServer) -> None:
    """The stream says the same, piece by piece, and the usage when it is asked for."""
    # The live API sends null as the reason of pieces before the last; the SDK's strict mode knows no null there.
    stream = sdk(server.v1, strict=False).completions.create(
        model="gpt-3.5-turbo-instruct", prompt=PROMPT, stream=True, stream_options={"include_usage": True}
    )
    pieces: Any = list(stream)

    assert len(pieces) > 3
    assert "".join(piece.choices[0].text for piece in pieces[:-1]) == create(server).choices[0].text
    assert pieces[-2].choices[0].finish_reason == "stop"
    assert (pieces[-1].choices, pieces[-1].usage.total_tokens) == ([], create(server).usage.total_tokens)


def test_several_prompts_have_choices_of_their_own(server: LiveServer) -> None:
    """In the order of the prompts; echo puts each prompt before its text."""
    completion = create(server, prompt=[PROMPT, "Say hello"], n=2, echo=True)

    assert [choice.index for choice in completion.choices] == [0, 1, 2, 3]
    assert [choice.text.startswith(PROMPT) for choice in completion.choices] == [True, True, False, False]


def test_prompts_may_be_tokens(server: LiveServer) -> None:
    """cl100k numbers, as old clients send them."""
    assert create(server, prompt=[9906]).choices[0].text


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"suffix": "x"}, "suffix"),
        ({"logprobs": 3}, "logprobs"),
        ({"best_of": 2}, "best_of"),
        ({"prompt": []}, "prompt"),
    ],
)
def test_what_chats_cannot_do_is_refused(server: LiveServer, fields: dict[str, Any], param: str) -> None:
    """It is not silently ignored."""
    with pytest.raises(openai.BadRequestError) as raised:
        create(server, **fields)

    assert raised.value.param == param
