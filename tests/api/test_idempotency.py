"""Idempotency-Key: what is sent twice is done once."""

import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest

from tests.conftest import MakeServer, conninfo
from tests.factories import make_key
from tests.fake_upstream import FakeUpstream
from tests.serving import LiveServer

CHAT: dict[str, Any] = {
    "model": "gpt-4o-mini",
    "messages": [{"role": "user", "content": "How long is leave?"}],
}


@pytest.fixture
def server(make_server: MakeServer) -> LiveServer:
    """Footnote with a database of its own."""
    return make_server()


def post(server: LiveServer, path: str, key: str, *, api_key: str = "any", **sent: Any) -> httpx.Response:
    headers = {"idempotency-key": key, "authorization": f"Bearer {api_key}"}
    return httpx.post(f"{server.v1}/{path}", headers=headers, **sent)


def count(server: LiveServer, what: str) -> int:
    return len(httpx.get(f"{server.v1}/{what}").json()["data"])


def upload(server: LiveServer, key: str, content: bytes = b"text") -> httpx.Response:
    """Upload a file; each call makes another boundary."""
    return post(server, "files", key, files={"file": ("a.txt", content)}, data={"purpose": "assistants"})


SENDS: dict[str, Callable[[LiveServer, str], httpx.Response]] = {
    "files": upload,
    "vector_stores": lambda server, key: post(server, "vector_stores", key, json={"name": "once"}),
}


@pytest.mark.parametrize("what", SENDS)
def test_a_repeated_request_gets_the_first_answer(server: LiveServer, what: str) -> None:
    """Byte for byte, with a header that says so; another key, or none, does it again."""
    first, second = (SENDS[what](server, "one") for _ in range(2))
    other = SENDS[what](server, "two")

    assert first.status_code == 200
    assert "idempotency-replayed" not in first.headers
    assert second.content == first.content
    assert second.headers["content-type"] == first.headers["content-type"]
    assert second.headers["idempotency-replayed"] == "true"
    assert second.headers["x-request-id"] != first.headers["x-request-id"]
    assert other.json()["id"] != first.json()["id"]
    assert count(server, what) == 2


def test_errors_are_kept_too(server: LiveServer) -> None:
    """A 404 stays a 404 even if the object comes into being meanwhile; a wrong body stays wrong."""
    wrong = [post(server, "vector_stores", "wrong", json={"name": 5}) for _ in range(2)]
    missing = [post(server, "vector_stores/later/search", "k", json={"query": "x"})]
    httpx.post(f"{server.v1}/vector_stores", json={"name": "later"}).raise_for_status()
    missing.append(post(server, "vector_stores/later/search", "k", json={"query": "x"}))

    assert [answer.status_code for answer in wrong] == [400, 400]
    assert [answer.status_code for answer in missing] == [404, 404]
    assert wrong[1].content == wrong[0].content
    assert missing[1].headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize(
    "again",
    [
        lambda server: post(server, "vector_stores", "k", json={"name": "two"}),
        lambda server: post(server, "vector_stores?x=1", "k", json={"name": "one"}),
        lambda server: post(server, "conversations", "k", json={"name": "one"}),
        lambda server: upload(server, "k"),
    ],
    ids=["body", "query", "path", "form"],
)
def test_another_request_under_the_key_is_an_error(
    server: LiveServer, again: Callable[[LiveServer], httpx.Response]
) -> None:
    """Nothing is done, and the client learns why."""
    post(server, "vector_stores", "k", json={"name": "one"}).raise_for_status()

    refused = again(server)

    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "idempotency_key_reused"
    assert (count(server, "vector_stores"), count(server, "files")) == (1, 0)


def test_another_file_under_the_key_is_an_error(server: LiveServer) -> None:
    """The bytes of forms are compared, without their boundaries."""
    upload(server, "k", b"one").raise_for_status()

    assert upload(server, "k", b"two").json()["error"]["code"] == "idempotency_key_reused"
    assert upload(server, "k", b"one").headers["idempotency-replayed"] == "true"


def test_two_at_once_are_answered_once(
    make_server: MakeServer, upstream: FakeUpstream, upstream_url: str
) -> None:
    """On two replicas: the second waits for the first, and upstream is asked once."""
    servers = [make_server(openai_api_key="sk-good", openai_base_url=upstream_url) for _ in range(2)]
    slow = CHAT | {"model": "gpt-slow"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda n: post(servers[n % 2], "chat/completions", "once", json=slow, timeout=60), range(8)
            )
        )

    assert [answer.status_code for answer in answers] == [200] * 8
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == 7
    assert len(upstream.requests) == 1


def test_failures_and_streams_are_not_kept(
    make_server: MakeServer, upstream: FakeUpstream, upstream_url: str
) -> None:
    """After a 502 the request is tried again; a stream is never replayed."""
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url)
    failed = post(server, "chat/completions", "a", json=CHAT | {"model": "gpt-500"})
    failed_again = post(server, "chat/completions", "a", json=CHAT | {"model": "gpt-500"})
    streams = [post(server, "chat/completions", "b", json=CHAT | {"stream": True}) for _ in range(2)]

    assert failed.status_code >= 500
    assert "idempotency-replayed" not in failed_again.headers
    assert [stream.headers.get("idempotency-replayed") for stream in streams] == [None, None]
    assert all(stream.text.endswith("data: [DONE]\n\n") for stream in streams)


def test_keys_are_apart_by_project_and_key(server: LiveServer, clean_url: str) -> None:
    """Nobody gets another's answer; a caller without a good key gets none."""
    a, b, c = (make_key(clean_url, project=name) for name in ("one", "one", "two"))
    made = [
        post(server, "vector_stores", "k", api_key=key, json={"name": "x"}) for key in (a, b, c, a, "nope")
    ]

    assert [answer.status_code for answer in made] == [200, 200, 200, 200, 401]
    assert len({answer.json()["id"] for answer in made[:3]}) == 3
    assert made[3].json()["id"] == made[0].json()["id"]


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_that_is_none_is_refused(server: LiveServer, key: str) -> None:
    """With 400, before anything is done."""
    refused = post(server, "vector_stores", key, json={"name": "x"})

    assert refused.status_code == 400
    assert refused.json()["error"]["param"] == "Idempotency-Key"


def test_a_kept_answer_goes_with_the_file_that_it_quotes(server: LiveServer) -> None:
    """What is deleted is not quoted any more, not even to a repeated request."""
    made = httpx.post(
        f"{server.v1}/ingest", json={"text": "The safe opens with 1234.", "filename": "a.txt"}
    ).json()
    ask = {
        "model": "gpt-5.4-mini",
        "messages": [{"role": "user", "content": "What does the safe open with?"}],
    }
    before = post(server, "chat/completions", "k", json=ask)
    httpx.delete(f"{server.v1}/files/{made['data'][0]['file_id']}").raise_for_status()

    after = post(server, "chat/completions", "k", json=ask)

    assert "1234" in before.text
    assert "1234" not in after.text
    assert "idempotency-replayed" not in after.headers


def test_a_request_whose_server_died_is_taken_over(server: LiveServer, clean_url: str) -> None:
    """Its slot is free once nobody has said for half a minute that the answer is being made."""
    started = time.monotonic()
    with psycopg.connect(conninfo(clean_url), autocommit=True) as connection:
        connection.execute(
            "insert into idempotent_answers (project_id, caller, idempotency_key, token, created_at) "
            "values ('proj_default', '', 'k', 'dead', now() - interval '28 seconds')"
        )

    answer = post(server, "vector_stores", "k", json={"name": "x"}, timeout=60)

    assert answer.status_code == 200
    assert time.monotonic() - started > 1.9


def test_an_answer_is_kept_for_a_day(server: LiveServer, clean_url: str) -> None:
    """After that the key is new."""
    first = post(server, "vector_stores", "k", json={"name": "x"})
    with psycopg.connect(conninfo(clean_url), autocommit=True) as connection:
        connection.execute("update idempotent_answers set created_at = now() - interval '25 hours'")

    second = post(server, "vector_stores", "k", json={"name": "x"})

    assert second.json()["id"] != first.json()["id"]


def test_a_client_that_hung_up_finds_what_it_made(server: LiveServer) -> None:
    """However often it gave up waiting before, one object was made."""
    body = {"name": "x"}
    for _ in range(20):
        with contextlib.suppress(httpx.TimeoutException):
            post(server, "vector_stores", "k", json=body, timeout=0.005)

    answer = post(server, "vector_stores", "k", json=body)

    assert answer.status_code == 200
    assert count(server, "vector_stores") == 1
