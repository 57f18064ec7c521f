"""Footnote in front of an OpenAI-compatible upstream with a key: real calls, real deltas, honest errors."""

import contextlib
import json
import socket
from typing import Any

import httpx
import openai
import psycopg
import pytest

from tests.conftest import MakeServer, conninfo, sdk
from tests.factories import make_pdf
from tests.fake_upstream import SENTINEL, FakeUpstream
from tests.processes import wait_until
from tests.serving import LiveServer

QUESTION: list[Any] = [{"role": "user", "content": "How long does parental leave last?"}]


@pytest.fixture
def server(make_server: MakeServer, upstream_url: str) -> LiveServer:
    """Footnote with a key for the upstream."""
    return make_server(openai_api_key="sk-good", openai_base_url=upstream_url)


def upload(server: LiveServer) -> None:
    httpx.post(f"{server.v1}/ingest", files={"file": ("handbook.pdf", make_pdf())}).raise_for_status()


def test_embeddings_and_chat_are_real_calls(server: LiveServer, upstream: FakeUpstream) -> None:
    """Upstream is asked for both, sees the sources, and never sees what is ours."""
    upload(server)

    raw = sdk(server.v1).chat.completions.with_raw_response.create(
        model="gpt-4o-mini", messages=QUESTION, temperature=0.5, extra_body={"vendor": 1, "footnote": {"max_num_results": 2}}
    )  # fmt: skip
    completion: Any = raw.parse()

    assert raw.headers["x-footnote-provider"] == "openai"
    assert raw.headers["x-footnote-retrieval-id"] == completion.footnote["retrieval_id"]
    assert completion.choices[0].message.content == "Nine months of leave are granted [1]. Ask for it."
    assert completion.choices[0].message.footnote["removed_markers"] == 1
    assert completion.usage.total_tokens == 18
    asked = upstream.requests[-1]
    assert (asked["vendor"], asked["temperature"]) == (1, 0.5)
    assert "footnote" not in asked
    assert "Parental leave lasts nine months" in asked["messages"][-1]["content"]
    assert upstream.calls["embeddings"] == 2


def test_a_follow_up_is_condensed_by_the_model(server: LiveServer, upstream: FakeUpstream) -> None:
    """It searches for what the model made of the conversation; a first question, and one told not to, go as they are."""
    upload(server)
    follow_up: list[Any] = [
        *QUESTION,
        {"role": "assistant", "content": "Nine."},
        {"role": "user", "content": "And who is told?"},
    ]

    def queries(messages: list[Any], **footnote: Any) -> list[str]:
        raw = sdk(server.v1).chat.completions.with_raw_response.create(
            model="gpt-4o-mini", messages=messages, extra_body={"footnote": footnote}
        )
        record = httpx.get(f"{server.v1}/retrievals/{raw.headers['x-footnote-retrieval-id']}").json()
        assert record["asked"] == [messages[-1]["content"]]
        return list(record["queries"])

    assert queries(follow_up) == ["parental leave of contractors"]
    assert queries(QUESTION) == ["How long does parental leave last?"]
    assert queries(follow_up, rewrite_query=False) == ["How long does parental leave last?\nAnd who is told?"]
    assert queries(QUESTION, rewrite_query=True) == ["parental leave of contractors"]


@pytest.mark.parametrize("stream", [False, True])
def test_usage_counts_the_condensing_of_a_follow_up(
    server: LiveServer, upstream: FakeUpstream, *, stream: bool
) -> None:
    """Two calls of the model, and the tokens of both; a question that none condensed costs those of the answer."""
    upload(server)
    follow_up: list[Any] = [
        *QUESTION,
        {"role": "assistant", "content": "Nine."},
        {"role": "user", "content": "And who is told?"},
    ]

    def usage(messages: list[Any], **footnote: Any) -> tuple[int, int, int]:
        options: Any = {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
        answer: Any = sdk(server.v1).chat.completions.create(
            model="gpt-4o-mini", messages=messages, extra_body={"footnote": footnote}, **options
        )
        counted = list(answer)[-1].usage if stream else answer.usage
        return counted.prompt_tokens, counted.completion_tokens, counted.total_tokens

    assert usage(follow_up) == (22, 14, 36)
    assert upstream.calls["chat"] == 2
    assert usage(QUESTION) == (11, 7, 18)
    assert usage(follow_up, rewrite_query=False) == (11, 7, 18)


def test_a_search_can_be_rewritten(server: LiveServer) -> None:
    """`rewrite_query` says in `search_query` what was searched for."""
    upload(server)
    store = sdk(server.v1).vector_stores.list().data[0].id

    def searched_for(**options: Any) -> Any:
        answer = httpx.post(f"{server.v1}/vector_stores/{store}/search", json={"query": "leave", **options})
        return answer.raise_for_status().json()["search_query"]

    assert searched_for() == ["leave"]
    assert searched_for(rewrite_query=True) == ["parental leave of contractors"]


def filled_store(server: LiveServer) -> str:
    body = {"text": "Nine months of leave are granted.", "vector_store": "filled"}
    answer = httpx.post(f"{server.v1}/ingest", json=body)
    return str(answer.raise_for_status().json()["vector_store_id"])


def test_a_store_keeps_its_model_when_the_servers_changes(
    make_server: MakeServer, upstream_url: str, upstream: FakeUpstream
) -> None:
    """As long as upstream lists it, the store is searched and filled with its own model."""
    settings = {"openai_api_key": "sk-good", "openai_base_url": upstream_url}
    store = filled_store(make_server(embedding_model="embed-other", **settings))
    client = sdk(make_server(embedding_model="text-embedding-3-small", **settings).v1)

    attached = client.vector_stores.files.upload_and_poll(
        vector_store_id=store, file=("b.txt", b"Dinners are paid up to 80 euros."), poll_interval_ms=20
    )
    found = client.vector_stores.search(store, query="dinners")

    assert attached.status == "completed"
    assert found.data[0].filename == "b.txt"
    assert {body["model"] for body in upstream.requests if "input" in body} == {"embed-other"}


def test_a_store_of_a_model_that_is_gone_is_a_conflict(make_server: MakeServer, upstream_url: str) -> None:
    """A 409 that says what to do, for searches, chats and new files; by words it is searched still."""
    settings = {"openai_api_key": "sk-good", "openai_base_url": upstream_url}
    store = filled_store(make_server(embedding_model="embed-gone", **settings))
    client = sdk(make_server(embedding_model="text-embedding-3-small", **settings).v1)
    file = client.files.create(file=("b.txt", b"More."), purpose="assistants").id

    with pytest.raises(openai.ConflictError, match="footnote reembed") as searched:
        client.vector_stores.search(store, query="leave")
    with pytest.raises(openai.ConflictError):
        client.vector_stores.files.create(store, file_id=file)
    with pytest.raises(openai.ConflictError):
        client.vector_stores.file_batches.create(store, file_ids=[file])
    with pytest.raises(openai.ConflictError):
        client.chat.completions.create(model="gpt-4o-mini@filled", messages=QUESTION)
    by_words = client.vector_stores.search(store, query="leave", extra_body={"footnote": {"mode": "lexical"}})

    assert searched.value.code == "embedding_model_mismatch"
    assert len(by_words.data) == 1


def test_deltas_arrive_one_by_one(server: LiveServer, upstream: FakeUpstream) -> None:
    """The stream is not gathered: each piece is here before upstream says the next one."""
    upstream.answer = "Nine months of leave are granted to everyone."
    chunks = sdk(server.v1).chat.completions.create(model="gpt-stepped", messages=QUESTION, stream=True)

    said: list[int] = []
    for chunk in chunks:
        if chunk.choices[0].delta.content:
            said.append(upstream.said)
            upstream.allowed += 1

    assert len(said) >= 5
    assert said == list(range(1, len(said) + 1))


def test_same_bytes_cost_no_second_embedding_call(server: LiveServer, upstream: FakeUpstream) -> None:
    """Not in the same store, where nothing is done, nor in another, where the chunks are known."""
    upload(server)
    calls = upstream.calls["embeddings"]

    again = httpx.post(f"{server.v1}/ingest", files={"file": ("handbook.pdf", make_pdf())}).json()
    other = httpx.post(
        f"{server.v1}/ingest", files={"file": ("copy.pdf", make_pdf())}, data={"vector_store": "other"}
    ).json()

    assert other["chunks"] == 3
    assert again["chunks"] == 3
    assert upstream.calls["embeddings"] == calls


def test_tool_calls_pass_through(server: LiveServer) -> None:
    """Plain and streamed, with id, name and arguments."""
    tool: Any = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
    client = sdk(server.v1)

    plain = client.chat.completions.create(model="gpt-tool", messages=QUESTION, tools=[tool])
    with client.chat.completions.stream(model="gpt-tool", messages=QUESTION, tools=[tool]) as stream:
        streamed = stream.get_final_completion()

    for completion in (plain, streamed):
        choice: Any = completion.choices[0]
        assert choice.finish_reason == "tool_calls"
        (call,) = choice.message.tool_calls
        assert (call.id, call.function.name) == ("call_1", "weather")
        assert json.loads(call.function.arguments) == {"city": "Rome"}


@pytest.mark.parametrize("stream", [False, True])
def test_an_early_fault_has_a_status(server: LiveServer, *, stream: bool) -> None:
    """Before the first word an error is an HTTP status, for streams too."""
    cases: list[tuple[str, type[openai.APIStatusError], int]] = [
        ("gpt-429", openai.RateLimitError, 429),
        ("gpt-503", openai.InternalServerError, 503),
        ("gpt-long", openai.BadRequestError, 400),
        ("gpt-404", openai.NotFoundError, 404),
    ]
    for model, raised, status in cases:
        with pytest.raises(raised) as error:
            sdk(server.v1).chat.completions.create(model=model, messages=QUESTION, stream=stream)
        assert error.value.status_code == status
        assert SENTINEL not in error.value.response.text


@pytest.mark.parametrize("model", ["gpt-cut", "gpt-error"])
def test_a_late_fault_is_a_frame_without_the_end_mark(server: LiveServer, model: str) -> None:
    """The SDK raises on it, and nothing of upstream's words gets out."""
    body = {"model": model, "messages": QUESTION, "stream": True}
    text = httpx.post(f"{server.v1}/chat/completions", json=body).text

    with pytest.raises(openai.APIError):
        list(sdk(server.v1).chat.completions.create(model=model, messages=QUESTION, stream=True))

    assert "[DONE]" not in text
    assert json.loads(text.strip().split("\n")[-1].removeprefix("data: "))["error"]["type"] == "server_error"
    assert SENTINEL not in text


def test_a_hang_before_the_first_byte_is_an_early_error(make_server: MakeServer, upstream_url: str) -> None:
    """A stream whose status line does not come is a 504 in OpenAI's shape, and upstream's work is cancelled."""
    server = make_server(
        openai_api_key="sk-good", openai_base_url=upstream_url, upstream_first_byte_seconds=2
    )

    with pytest.raises(openai.InternalServerError) as error:
        sdk(server.v1).chat.completions.create(model="gpt-hang", messages=QUESTION, stream=True)

    # Upstream itself would answer after half a minute.
    assert error.value.status_code == 504
    assert error.value.type == "server_error"
    assert "did not answer in time" in error.value.message


def test_a_hang_amid_a_stream_is_a_last_frame(
    make_server: MakeServer, upstream: FakeUpstream, upstream_url: str
) -> None:
    """What was said before stays; the SDK raises on the error that follows, and upstream's work is cancelled."""
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url, upstream_pause_seconds=3)
    upstream.answer = "Nine months of leave are granted to everyone."
    stream = sdk(server.v1).chat.completions.create(model="gpt-stall", messages=QUESTION, stream=True)
    said: list[str] = []

    def listen() -> None:
        for chunk in stream:
            said.extend(choice.delta.content or "" for choice in chunk.choices)

    with pytest.raises(openai.APIError, match=r"paused for more than 3 seconds") as error:
        listen()

    assert "".join(said).startswith("Nine")
    assert getattr(error.value, "type", None) == "server_error"
    assert wait_until(lambda: bool(upstream.disconnected), 20)


def test_a_model_may_think_before_its_first_word(make_server: MakeServer, upstream_url: str) -> None:
    """The limit of pauses holds once the answer has begun, the limit of the first byte until upstream's status line."""
    server = make_server(
        openai_api_key="sk-good",
        openai_base_url=upstream_url,
        upstream_first_byte_seconds=4,
        upstream_pause_seconds=4,
    )

    stream = sdk(server.v1).chat.completions.create(model="gpt-late", messages=QUESTION, stream=True)

    assert [chunk.choices[0].finish_reason for chunk in stream if chunk.choices][-1] == "stop"


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_hangs_up_stops_upstream(
    server: LiveServer, upstream: FakeUpstream, *, stream: bool
) -> None:
    """Upstream's work is cancelled, long before it would end by itself."""
    model = "gpt-endless" if stream else "gpt-hang"
    body = json.dumps({"model": model, "messages": QUESTION, "stream": stream})
    head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: {len(body)}\r\n\r\n"

    with socket.create_connection(("127.0.0.1", httpx.URL(server.url).port or 0)) as connection:
        connection.sendall((head + body).encode())
        assert wait_until(lambda: upstream.said == 1 if stream else model in upstream.calls)

    assert wait_until(lambda: bool(upstream.disconnected), 20)


def busy_sessions(connection: psycopg.Connection) -> int:
    """Return how many sessions of ours run a statement or are in a transaction."""
    row = connection.execute(
        "select count(*) from pg_stat_activity "
        "where datname = current_database() and application_name = 'footnote' and state <> 'idle'"
    ).fetchone()
    assert row is not None
    return int(row[0])


def test_no_connection_is_held_while_streaming(server: LiveServer, clean_url: str) -> None:
    """Twenty open streams: no session of ours is in a transaction."""
    upload(server)
    body = {"model": "gpt-endless", "messages": QUESTION, "stream": True}
    with contextlib.ExitStack() as held, psycopg.connect(conninfo(clean_url), autocommit=True) as connection:
        client = held.enter_context(httpx.Client(timeout=60))
        streams = [
            held.enter_context(client.stream("POST", f"{server.v1}/chat/completions", json=body))
            for _ in range(20)
        ]

        assert [response.status_code for response in streams] == [200] * 20
        # Background work may use a connection for a moment; a stream would hold its own to the end.
        assert wait_until(lambda: busy_sessions(connection) == 0)


@pytest.mark.parametrize("key", [None, "sk-wrong"])
def test_without_a_good_key_every_call_says_what_to_set(
    make_server: MakeServer, upstream_url: str, key: str | None
) -> None:
    """DEV_FALLBACKS=false: it starts, /readyz is 503, and calls are a 500 with the sentence."""
    address = {"openai_base_url": upstream_url} if key else {}
    server = make_server(dev_fallbacks=False, openai_api_key=key, **address)
    client = sdk(server.v1)

    for call in (
        lambda: client.chat.completions.create(model="gpt-4o-mini", messages=QUESTION),
        lambda: client.chat.completions.create(model="gpt-4o-mini", messages=QUESTION, stream=True),
        lambda: client.embeddings.create(model="text-embedding-3-small", input="hi"),
    ):
        with pytest.raises(openai.InternalServerError) as error:
            call()
        assert error.value.status_code == 500
        assert error.value.code == "upstream_auth"
        assert "OPENAI_API_KEY" in error.value.message
        assert "DEV_FALLBACKS=true" in error.value.message
        assert error.value.response.headers["x-should-retry"] == "false"
    ready = httpx.get(f"{server.url}/readyz")
    assert ready.status_code == 503
    assert "OPENAI_API_KEY" in ready.json()["reasons"][0]


def test_embeddings_of_their_own_need_no_key_for_chats(make_server: MakeServer, upstream_url: str) -> None:
    """Files are read and searched where only the chat model has no key; chats say what to set."""
    server = make_server(
        dev_fallbacks=False,
        embedding_base_url=upstream_url,
        embedding_api_key="sk-good",
        openai_base_url=None,
    )
    upload(server)

    found = httpx.post(f"{server.v1}/vector_stores/default/search", json={"query": "parental leave"})
    refused = httpx.post(f"{server.v1}/chat/completions", json={"model": "gpt-4o-mini", "messages": QUESTION})

    ready = httpx.get(f"{server.url}/readyz")

    assert found.json()["data"]
    assert ready.status_code == 503
    assert refused.status_code == 500
    assert "OPENAI_API_KEY" in refused.json()["error"]["message"]


def test_readiness_asks_embeddings_of_their_own(make_server: MakeServer, upstream_url: str) -> None:
    """Without DEV_FALLBACKS an address for embeddings is used, whoever answers chats; a refused key is reported."""
    server = make_server(embedding_base_url=upstream_url, embedding_api_key="sk-wrong")

    ready = httpx.get(f"{server.url}/readyz")
    ingest = httpx.post(f"{server.v1}/ingest", json={"text": "Leave lasts nine months."})
    chat = httpx.post(
        f"{server.v1}/chat/completions",
        json={"model": "gpt-4o-mini", "messages": QUESTION, "footnote": {"enabled": False}},
    )

    assert ready.status_code == 503
    assert ready.json()["provider"] == {"chat": "fallback", "embeddings": "openai"}
    assert "EMBEDDING_API_KEY" in ready.json()["reasons"][0]
    assert ingest.status_code == 500
    assert chat.status_code == 200


def test_a_store_of_another_embedding_model_is_a_lasting_conflict(
    make_server: MakeServer, upstream_url: str
) -> None:
    """Vectors of two models are never compared."""
    upload(make_server())
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url)

    with pytest.raises(openai.ConflictError) as error:
        sdk(server.v1).chat.completions.create(model="gpt-4o-mini", messages=QUESTION)
    ingest = httpx.post(f"{server.v1}/ingest", json={"text": "More."})

    assert error.value.code == "embedding_model_mismatch"
    assert error.value.response.headers["x-should-retry"] == "false"
    assert ingest.status_code == 409


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ("Staff of Bremen get 30 days of leave [1].", "number_differs"),
        ("Staff of Bremen do not get 28 days of leave [1].", "negation_differs"),
        ("Staff of Bremen get 28 days of leave from Schmidt [1].", "name_not_found"),
        ("Staff of Bremen get 28 days of leave [1].", "quoted"),
    ],
)
def test_a_model_that_lies_is_not_verified(
    server: LiveServer, upstream: FakeUpstream, *, lie: str, reason: str, stream: bool
) -> None:
    """A number, a negation and a name that the document lacks are reported with the reason, streamed or not."""
    text = "Staff of Bremen get 28 days of leave. Ask Miller for it."
    httpx.post(f"{server.v1}/ingest", files={"file": ("leave.txt", text.encode())}).raise_for_status()
    upstream.answer = lie

    answer: Any = sdk(server.v1).chat.completions.create(
        model="gpt-4o-mini", messages=QUESTION, stream=stream
    )
    if stream:
        said = [chunk.choices[0].delta for chunk in answer if chunk.choices]
        notes = next(
            delta.footnote for delta in said if hasattr(delta, "footnote") and "citations" in delta.footnote
        )
    else:
        notes = answer.choices[0].message.footnote

    (citation,) = notes["citations"]
    assert (citation["verified"], citation["reason"]) == (reason == "quoted", reason)
    assert 0 <= citation["support"] <= 1
