"""Footnotes as clients show them: numbered by first citation, whatever the model writes, streamed or not."""

import re
from typing import Any

import httpx
import pytest

from tests.conftest import MakeServer, sdk
from tests.fake_upstream import FakeUpstream
from tests.serving import LiveServer

DOCUMENTS = {
    "budget.txt": "The travel budget of the office is 4,000 euros a year.",
    "leave.txt": "Parental leave in the office lasts nine months.",
    "parking.txt": "Parking at the office costs 30 euros a month.",
}
QUESTION: Any = [{"role": "user", "content": "office leave budget parking months euros"}]


@pytest.fixture
def server(make_server: MakeServer, upstream_url: str) -> LiveServer:
    """Footnote with an upstream, and three documents."""
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url)
    for name, text in DOCUMENTS.items():
        httpx.post(f"{server.v1}/ingest", files={"file": (name, text.encode())}).raise_for_status()
    return server


def ask(server: LiveServer, messages: Any = QUESTION, *, stream: bool) -> tuple[str, Any, Any, Any]:
    """Return the text, its annotations, `footnote` of the message, and `footnote` of the whole answer."""
    answer: Any = sdk(server.v1).chat.completions.create(
        model="gpt-4o-mini", messages=messages, stream=stream
    )
    if not stream:
        message = answer.choices[0].message
        annotations = [annotation.model_dump() for annotation in message.annotations]
        return message.content, annotations, message.footnote, answer.footnote
    chunks = list(answer)
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    cited = next(delta for delta in deltas if hasattr(delta, "annotations"))
    text = "".join(delta.content or "" for delta in deltas)
    return text, cited.annotations, cited.footnote, chunks[0].footnote


def rank_of(server: LiveServer, filename: str) -> int:
    """Return by which number the model knows a file's passage."""
    _, _, _, retrieved = ask(server, stream=False)
    numbers: dict[str, int] = {chunk["filename"]: chunk["n"] for chunk in retrieved["chunks"]}
    return numbers[filename]


def open_webui_names(annotations: list[Any]) -> list[str]:
    """Return what Open WebUI counts: the titles of all annotations, each once, in their order."""
    return list(dict.fromkeys(annotation["url_citation"]["title"] for annotation in annotations))


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("piece_size", [1, 7])
def test_footnotes_count_in_the_order_of_their_citation(
    server: LiveServer, upstream: FakeUpstream, *, stream: bool, piece_size: int
) -> None:
    """The model cites by rank and in forms of its own; the text says 1, 2, 3, and each number opens its source."""
    leave, budget, parking = (rank_of(server, f"{name}.txt") for name in ("leave", "budget", "parking"))
    upstream.piece_size = piece_size
    upstream.answer = (
        f"**Leave lasts nine months [{leave}].** The budget is 4,000 euros【{budget}†source】. "
        f"Leave lasts nine months [{leave}]. Parking costs 30 euros ({parking}). All of it [{budget}, 9]."
    )

    text, annotations, notes, retrieved = ask(server, stream=stream)

    assert text == (
        "**Leave lasts nine months [1].** The budget is 4,000 euros[2]. "
        "Leave lasts nine months [1]. Parking costs 30 euros [3]. All of it [2]."
    )
    assert notes["removed_markers"] == 1
    files = ["leave.txt", "budget.txt", "leave.txt", "parking.txt", "budget.txt"]
    numbers = {chunk["n"]: chunk["filename"] for chunk in retrieved["chunks"]}
    assert [numbers[citation["chunk"]] for citation in notes["citations"]] == files
    assert [citation["n"] for citation in notes["citations"]] == [1, 2, 1, 3, 2]
    starts = [annotation["url_citation"]["start_index"] for annotation in annotations]
    assert starts == sorted(starts)
    markers = re.findall(r"\[(\d)\]", text)
    assert [open_webui_names(annotations)[int(marker) - 1] for marker in markers] == files


@pytest.mark.parametrize("stream", [False, True])
def test_two_passages_of_one_file_are_two_footnotes(
    server: LiveServer, upstream: FakeUpstream, *, stream: bool
) -> None:
    """They have titles of their own, for clients that tell sources by their titles."""
    rules = "\n\n".join(
        f"# Rule {n}\n\n{'The rule of numbered things applies. ' * 20}Rule {n} ends." for n in (1, 2)
    )
    httpx.post(f"{server.v1}/ingest", files={"file": ("rules.md", rules.encode())}).raise_for_status()
    question: Any = [{"role": "user", "content": "Which rule of numbered things applies, rule 1 or rule 2?"}]
    upstream.answer = "Both [2], and [1]."

    _, annotations, notes, retrieved = ask(server, question, stream=stream)

    assert {chunk["filename"] for chunk in retrieved["chunks"][:2]} == {"rules.md"}
    assert [(citation["n"], citation["chunk"]) for citation in notes["citations"]] == [(1, 2), (2, 1)]
    assert open_webui_names(annotations) == ["rules.md", "rules.md [2]"]


def test_a_stream_says_at_once_what_a_marker_stands_for(server: LiveServer, upstream: FakeUpstream) -> None:
    """The page can show a marker's source before the answer is complete."""
    leave = rank_of(server, "leave.txt")
    upstream.answer = f"Leave lasts nine months [{leave}]. And so on, and on."

    chunks: Any = list(sdk(server.v1).chat.completions.create(model="m", messages=QUESTION, stream=True))

    marked = [chunk for chunk in chunks if "markers" in (getattr(chunk, "footnote", None) or {})]
    assert [chunk.footnote["markers"] for chunk in marked] == [[{"n": 1, "chunk": leave}]]
    assert "[1]" in marked[0].choices[0].delta.content


def test_earlier_answers_go_upstream_without_their_markers(
    server: LiveServer, upstream: FakeUpstream
) -> None:
    """The model must not take numbers of another search for its own."""
    turns = [
        {"role": "user", "content": "How long is leave?"},
        {"role": "assistant", "content": "Nine months [1]. `code[1]`"},
        {"role": "user", "content": "What does parking cost at the office, in euros a month?"},
    ]

    ask(server, turns, stream=False)

    said = [message for message in upstream.requests[-1]["messages"] if message["role"] == "assistant"]
    assert said == [{"role": "assistant", "content": "Nine months. `code[1]`"}]


@pytest.mark.parametrize("stream", [False, True])
def test_the_model_is_named_as_it_was_asked_for(server: LiveServer, *, stream: bool) -> None:
    """Clients compare the name that they sent, store and all."""
    answer: Any = sdk(server.v1).chat.completions.create(
        model="gpt-4o-mini@none", messages=QUESTION, stream=stream
    )

    models = {chunk.model for chunk in answer} if stream else {answer.model}
    assert models == {"gpt-4o-mini@none"}
