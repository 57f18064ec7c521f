"""The stock OpenAI SDK against a live server: upload, ask, stream, embed, list; and typed exceptions."""

import base64
import json
from typing import Any

import httpx
import numpy as np
import openai
import pytest

from tests.conftest import sdk
from tests.factories import make_docx, make_pdf
from tests.serving import LiveServer

QUESTION: list[Any] = [{"role": "user", "content": "How long does parental leave last?"}]


def ingest(server: LiveServer, name: str, content: bytes, **fields: str) -> dict[str, Any]:
    response = httpx.post(f"{server.v1}/ingest", files={"file": (name, content)}, data=fields)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def test_a_pdf_is_answered_from_with_footnotes(live_server: LiveServer, client: openai.OpenAI) -> None:
    """Upload a PDF, ask, and the answer cites the right page in every form that we promise."""
    uploaded = ingest(live_server, "handbook.pdf", make_pdf(), source="hr", metadata='{"year": 2026}')

    completion = client.chat.completions.create(model="gpt-4o-mini", messages=QUESTION)

    assert uploaded["data"][0]["chunks"] == 3
    message: Any = completion.choices[0].message
    assert "nine months [1]" in message.content
    (annotation,) = message.annotations
    assert annotation.type == "url_citation"
    assert annotation.url_citation.title == "handbook.pdf, p. 2"
    cited = message.content[annotation.url_citation.start_index : annotation.url_citation.end_index]
    assert cited == "[1]"

    (citation,) = message.footnote["citations"]
    assert citation["verified"]
    assert citation["quote"] == "Parental leave lasts nine months"
    chunks = completion.footnote["chunks"]  # type: ignore[attr-defined]
    assert [chunk["n"] for chunk in chunks] == [1, 2, 3]
    assert chunks[0]["page"] == 2
    assert (chunks[0]["source"], chunks[0]["metadata"]) == ("hr", {"year": 2026})
    assert citation["quote"] in chunks[0]["text"]
    scores = [chunk["score"] for chunk in chunks]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert completion.usage is not None
    assert (
        completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens
    )


def test_a_stream_tells_what_was_found_before_the_first_word(
    live_server: LiveServer, client: openai.OpenAI
) -> None:
    """Role with chunks, words, one delta with annotations, the end, usage: in this order, once each."""
    ingest(live_server, "handbook.pdf", make_pdf())

    stream = client.chat.completions.create(
        model="gpt-4o-mini", messages=QUESTION, stream=True, stream_options={"include_usage": True}
    )
    chunks: list[Any] = list(stream)

    opening, *words, cited, end, usage = chunks
    assert opening.footnote["chunks"][0]["filename"] == "handbook.pdf"
    assert opening.choices[0].delta.role == "assistant"
    assert len(words) >= 2
    text = "".join(word.choices[0].delta.content for word in words)
    assert "nine months [1]" in text
    place = cited.choices[0].delta.annotations[0]["url_citation"]
    assert text[place["start_index"] : place["end_index"]] == "[1]"
    assert cited.choices[0].delta.footnote["citations"][0]["verified"]
    assert end.choices[0].finish_reason == "stop"
    assert usage.choices == []
    assert usage.usage.total_tokens > 0
    assert all(chunk.usage is None for chunk in chunks[:-1])
    assert len({(chunk.id, chunk.created, chunk.model) for chunk in chunks}) == 1


def test_the_streaming_helper_gathers_the_same_message(
    live_server: LiveServer, client: openai.OpenAI
) -> None:
    """The SDK's own accumulator ends with content, annotations and footnote as the plain answer has them."""
    ingest(live_server, "handbook.pdf", make_pdf())
    plain: Any = client.chat.completions.create(model="gpt-4o-mini", messages=QUESTION).choices[0].message

    with client.chat.completions.stream(model="gpt-4o-mini", messages=QUESTION) as stream:
        gathered: Any = stream.get_final_completion().choices[0].message

    assert gathered.content == plain.content
    assert gathered.annotations == plain.annotations
    assert gathered.footnote["citations"] == plain.footnote["citations"]


def test_a_word_document_grounds_by_model_name(live_server: LiveServer, client: openai.OpenAI) -> None:
    """`model@store` chooses the store, and the models' list offers it."""
    content = make_docx(
        [("Travel", "Trains are booked in second class."), ("Meals", "Dinner costs up to 40 euros.")]
    )
    ingest(live_server, "travel.docx", content, vector_store="travel rules")

    names = [model.id for model in client.models.list()]
    completion: Any = client.chat.completions.create(
        model="gpt-5.4-mini@travel rules", messages=[{"role": "user", "content": "What may dinner cost?"}]
    )

    assert "gpt-5.4-mini@travel rules" in names
    assert "40 euros [1]" in completion.choices[0].message.content
    assert completion.footnote["chunks"][0]["filename"] == "travel.docx"
    assert client.models.retrieve("gpt-5.4-mini@travel rules").id == "gpt-5.4-mini@travel rules"


def test_stores_come_by_extra_body_and_by_tool(live_server: LiveServer, client: openai.OpenAI) -> None:
    """The `footnote` object and a `file_search` tool ground alike; `enabled: false` turns it off."""
    store = ingest(live_server, "handbook.pdf", make_pdf(), vector_store="hr")["vector_store_id"]
    tool: Any = {"type": "file_search", "vector_store_ids": [store], "max_num_results": 1}

    by_body: Any = client.chat.completions.create(
        model="gpt-4o-mini", messages=QUESTION, extra_body={"footnote": {"vector_store_ids": [store]}}
    )
    by_tool: Any = client.chat.completions.create(model="gpt-4o-mini", messages=QUESTION, tools=[tool])
    off: Any = client.chat.completions.create(
        model="gpt-4o-mini@hr", messages=QUESTION, extra_body={"footnote": {"enabled": False}}
    )

    assert len(by_body.footnote["chunks"]) == 3
    assert len(by_tool.footnote["chunks"]) == 1
    assert "[1]" in by_tool.choices[0].message.content
    assert not hasattr(off, "footnote")
    assert off.choices[0].message.annotations == []


def test_filters_choose_files_by_attributes(live_server: LiveServer, client: openai.OpenAI) -> None:
    """Only files whose attributes pass are searched, and a type mismatch matches nothing."""
    ingest(live_server, "old.txt", b"Parental leave lasts three months.", attributes='{"year": 2020}')
    ingest(live_server, "new.txt", b"Parental leave lasts nine months.", attributes='{"year": 2026}')

    def found(value: object) -> list[str]:
        filters = {"type": "and", "filters": [{"type": "gte", "key": "year", "value": value}]}
        completion: Any = client.chat.completions.create(
            model="gpt-4o-mini", messages=QUESTION, extra_body={"footnote": {"filters": filters}}
        )
        chunks = getattr(completion, "footnote", {"chunks": []})["chunks"]
        return [chunk["filename"] for chunk in chunks]

    assert found(2021) == ["new.txt"]
    assert sorted(found(2000)) == ["new.txt", "old.txt"]
    assert found("2021") == []


def test_an_empty_store_goes_straight_to_the_model(client: openai.OpenAI) -> None:
    """Without documents there is nothing to ground on."""
    completion: Any = client.chat.completions.create(model="gpt-4o", messages=QUESTION)

    assert not hasattr(completion, "footnote")
    assert completion.choices[0].message.content


def test_a_question_beside_the_documents_is_not_answered_from_them(
    live_server: LiveServer, client: openai.OpenAI
) -> None:
    """No marker, no citation, and it says so."""
    ingest(live_server, "handbook.pdf", make_pdf())

    completion: Any = client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": "Which enzymes digest cellulose?"}]
    )

    assert "[" not in completion.choices[0].message.content
    assert completion.choices[0].message.footnote["citations"] == []


@pytest.mark.parametrize("prefix", ["/v1", ""])
def test_embeddings_default_to_what_the_sdk_asks_for(live_server: LiveServer, prefix: str) -> None:
    """base64 under the hood, unit vectors in order; lists, dimensions, floats and token arrays work."""
    loose = sdk(f"{live_server.url}{prefix}", strict=False)

    def embed(**fields: Any) -> Any:
        return loose.embeddings.create(model="text-embedding-3-small", **fields)

    one, many = embed(input="parental leave"), embed(input=["parental leave", "laptops"])
    short = embed(input="parental leave", dimensions=256, encoding_format="float")

    assert len(one.data[0].embedding) == 1536
    assert [item.index for item in many.data] == [0, 1]
    assert many.data[0].embedding == one.data[0].embedding
    assert len(short.data[0].embedding) == 256
    assert np.linalg.norm(one.data[0].embedding) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(short.data[0].embedding) == pytest.approx(1, abs=1e-5)
    assert one.usage.prompt_tokens > 0
    tokens = embed(input=[[1768, 31191, 5387]])
    assert len(tokens.data[0].embedding) == 1536


def test_base64_is_little_endian_floats(live_server: LiveServer) -> None:
    """The bytes are what `numpy` reads as `<f4`; without the field the answer is floats."""
    body = {"model": "text-embedding-3-small", "input": "leave"}

    floats = httpx.post(f"{live_server.v1}/embeddings", json=body).json()["data"][0]["embedding"]
    coded = httpx.post(f"{live_server.v1}/embeddings", json=body | {"encoding_format": "base64"}).json()

    decoded = np.frombuffer(base64.b64decode(coded["data"][0]["embedding"]), dtype="<f4")
    np.testing.assert_allclose(decoded, np.asarray(floats, dtype=np.float32), rtol=1e-6)


@pytest.mark.parametrize("bad", ["", [], [""], ["a", ""], [[]], ["a", 1], [[1], "a"], {"a": 1}, [[-1]], 5])
def test_bad_embedding_inputs_get_openais_sentence(live_server: LiveServer, bad: object) -> None:
    """Every wrong shape is the same 400."""
    response = httpx.post(
        f"{live_server.v1}/embeddings", json={"model": "text-embedding-3-small", "input": bad}
    )

    assert response.status_code == 400
    assert response.json()["error"]["message"].startswith("'$.input' is invalid.")


def test_forced_tools_and_schemas_are_honoured(client: openai.OpenAI) -> None:
    """A forced call has valid arguments, a schema a valid instance, also streamed."""
    tool: Any = {
        "type": "function",
        "function": {
            "name": "weather",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}},
                "required": ["city"],
            },
        },
    }
    schema: Any = {
        "type": "json_schema",
        "json_schema": {"name": "a", "schema": {"type": "object", "properties": {"ok": {"type": "boolean"}}}},
    }

    plain = client.chat.completions.create(
        model="gpt-4o", messages=QUESTION, tools=[tool], tool_choice="required"
    )
    with client.chat.completions.stream(
        model="gpt-4o", messages=QUESTION, tools=[tool], tool_choice="required"
    ) as s:
        streamed = s.get_final_completion()
    shaped = client.chat.completions.create(model="gpt-4o", messages=QUESTION, response_format=schema)

    for completion in (plain, streamed):
        choice: Any = completion.choices[0]
        assert choice.finish_reason == "tool_calls"
        assert choice.message.tool_calls[0].function.name == "weather"
        assert isinstance(json.loads(choice.message.tool_calls[0].function.arguments)["city"], str)
    assert json.loads(shaped.choices[0].message.content or "") == {"ok": True}


def test_length_and_choices_are_honoured(client: openai.OpenAI) -> None:
    """`max_completion_tokens` cuts, `n` gives as many choices, the same question the same answer."""
    cut = client.chat.completions.create(model="gpt-4o", messages=QUESTION, max_completion_tokens=3)
    three = client.chat.completions.create(model="gpt-4o", messages=QUESTION, n=3, seed=7)
    again = client.chat.completions.create(model="gpt-4o", messages=QUESTION, n=3, seed=7)

    assert cut.choices[0].finish_reason == "length"
    assert cut.usage is not None
    assert cut.usage.completion_tokens <= 3
    assert [choice.index for choice in three.choices] == [0, 1, 2]
    assert [choice.message.content for choice in three.choices] == [c.message.content for c in again.choices]


@pytest.mark.parametrize(
    ("fields", "raised", "param"),
    [
        ({"messages": []}, openai.BadRequestError, "messages"),
        ({"temperature": 3}, openai.BadRequestError, "temperature"),
        ({"model": "no-such-model"}, openai.NotFoundError, None),
        ({"model": "gpt-4o@no-such-store"}, openai.NotFoundError, None),
        ({"extra_body": {"footnote": {"vector_store_ids": ["vs_none"]}}}, openai.NotFoundError, None),
        ({"extra_body": {"footnote": {"mode": "psychic"}}}, openai.BadRequestError, "footnote.mode"),
    ],
)
def test_bad_input_raises_the_sdks_typed_exceptions(
    client: openai.OpenAI, fields: dict[str, Any], raised: type[openai.APIStatusError], param: str | None
) -> None:
    """The class follows the status, and body, param and request id are there."""
    with pytest.raises(raised) as error:
        client.chat.completions.create(**({"model": "gpt-4o", "messages": QUESTION} | fields))

    assert error.value.param == param
    assert error.value.request_id is not None
    body: Any = error.value.body
    assert set(body) == {"message", "type", "param", "code"}


def test_keys_are_asked_for_when_there_are_some(make_server: Any) -> None:
    """401 in OpenAI's shape for none and a wrong one, before the body is looked at."""
    server = make_server(api_keys="secret-one,secret-two")

    with pytest.raises(openai.AuthenticationError) as wrong:
        sdk(server.v1, key="sk-wrong-key-of-somebody").models.list()
    none = httpx.post(f"{server.v1}/chat/completions", content=b"{not json")
    right = sdk(server.v1, key="secret-two").models.list()

    assert wrong.value.code == "invalid_api_key"
    assert "somebody" not in str(wrong.value)
    assert none.status_code == 401
    assert none.json()["error"]["code"] is None
    assert right.data
