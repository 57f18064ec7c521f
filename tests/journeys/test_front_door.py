"""The HTTP API: every wrong request gets the envelope, limits hold, and headers are always there."""

from typing import Any

import httpx
import pytest

from tests.conftest import MakeServer
from tests.serving import LiveServer

CHAT = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}


def check_envelope(response: httpx.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-request-id"].startswith("req_")
    assert int(response.headers["openai-processing-ms"]) >= 0
    error: dict[str, Any] = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    return error


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/nope", 404), ("GET", "/nope", 404), ("DELETE", "/v1/embeddings", 405), ("POST", "/v1/chat/completions/", 404)],
)  # fmt: skip
def test_unknown_addresses_get_the_envelope(
    live_server: LiveServer, method: str, path: str, status: int
) -> None:
    """404 and 405 in OpenAI's form."""
    check_envelope(httpx.request(method, live_server.url + path), status)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"nonsense",
        b"[1]",
        b'"text"',
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"a": "\\ud800"}',
        b'{"a":' * 5_000,
    ],
)
def test_broken_bodies_are_400(live_server: LiveServer, content: bytes) -> None:
    """Everything that is no JSON object is the client's error."""
    for path in ("chat/completions", "embeddings", "ingest", "vector_stores"):
        check_envelope(httpx.post(f"{live_server.v1}/{path}", content=content), 400)


def test_deep_json_is_400(live_server: LiveServer) -> None:
    """Too deep nesting is refused before anything recurses into it."""
    deep: Any = 1
    for _ in range(200):
        deep = {"a": [deep]}

    check_envelope(httpx.post(f"{live_server.v1}/chat/completions", json=CHAT | {"metadata": deep}), 400)


@pytest.mark.parametrize(
    ("path", "param"),
    [
        ("vector_stores?limit=0", "limit"),
        ("vector_stores?limit=x", "limit"),
        ("vector_stores?order=up", "order"),
    ],
)
def test_wrong_query_parameters_are_named(live_server: LiveServer, path: str, param: str) -> None:
    """FastAPI's 422 never shows."""
    assert check_envelope(httpx.get(f"{live_server.v1}/{path}"), 400)["param"] == param


@pytest.mark.parametrize("reference", ["vs_none", "x'; drop table files --", "\x00", "ü" * 300])
def test_unknown_stores_are_404_or_400(live_server: LiveServer, reference: str) -> None:
    """Nothing in an id breaks the server."""
    body = CHAT | {"footnote": {"vector_store_ids": [reference]}}
    response = httpx.post(f"{live_server.v1}/chat/completions", json=body)

    assert response.status_code in (400, 404)
    check_envelope(response, response.status_code)


def test_large_bodies_are_413_however_they_are_sent(make_server: MakeServer) -> None:
    """Declared or in pieces, JSON or file."""
    server = make_server(max_request_bytes=10_000, max_upload_bytes=20_000)

    def pieces() -> Any:
        for _ in range(20):
            yield b"x" * 1_000

    check_envelope(httpx.post(f"{server.v1}/embeddings", content=b"x" * 20_000), 413)
    check_envelope(httpx.post(f"{server.v1}/embeddings", content=pieces()), 413)
    check_envelope(httpx.post(f"{server.v1}/ingest", files={"file": ("a.txt", b"x" * 30_000)}), 413)


def test_every_answer_shows_the_limits(make_server: MakeServer) -> None:
    """OpenAI's headers, and a 429 that says when to retry."""
    server = make_server(rate_limit_requests_per_minute=2)

    first, _, third = (httpx.get(f"{server.v1}/models") for _ in range(3))

    assert first.headers["x-ratelimit-limit-requests"] == "2"
    assert first.headers["x-ratelimit-remaining-requests"] == "1"
    assert first.headers["x-ratelimit-reset-requests"].endswith("s")
    error = check_envelope(third, 429)
    assert (error["type"], error["code"]) == ("requests", "rate_limit_exceeded")
    assert 1 <= int(third.headers["retry-after"]) <= 61
    assert third.headers["x-ratelimit-remaining-requests"] == "0"


def test_streaming_can_be_turned_off(make_server: MakeServer) -> None:
    """STREAMING_ENABLED=false answers `stream: true` with a clear 400, and plain requests as usual."""
    server = make_server(streaming_enabled=False)

    refused = httpx.post(f"{server.v1}/chat/completions", json=CHAT | {"stream": True})
    plain = httpx.post(f"{server.v1}/chat/completions", json=CHAT)

    error = check_envelope(refused, 400)
    assert (error["param"], error["code"]) == ("stream", "streaming_disabled")
    assert plain.status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "http://localhost:3000"}, 200),
        ({"host": "localhost:8000"}, 200),
    ],
)
def test_without_keys_only_this_machine_may_call(
    live_server: LiveServer, headers: dict[str, str], status: int
) -> None:
    """A foreign page, or a name that was made to point here, gets nothing."""
    assert httpx.get(f"{live_server.v1}/models", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("headers", "read", "written"),
    [
        ({}, 200, 200),
        ({"origin": "{own}", "sec-fetch-site": "same-origin"}, 200, 200),
        ({"origin": "http://localhost:3000"}, 200, 403),
        ({"origin": "http://localhost:3000", "sec-fetch-site": "same-site"}, 200, 403),
        ({"sec-fetch-site": "same-site"}, 200, 403),
        ({"origin": "null"}, 403, 403),
        ({"sec-fetch-site": "cross-site"}, 403, 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, 200, 403),
        ({"sec-fetch-site": "none"}, 200, 200),
    ],
)
def test_without_keys_no_other_page_may_write(
    live_server: LiveServer, headers: dict[str, str], read: int, written: int
) -> None:
    """Neither a page of another port of this machine, nor a form or a picture of a page elsewhere."""
    sent = {name: value.replace("{own}", live_server.url) for name, value in headers.items()}

    assert httpx.get(f"{live_server.v1}/models", headers=sent).status_code == read
    assert httpx.post(f"{live_server.v1}/chat/completions", json=CHAT, headers=sent).status_code == written


def test_a_refusal_says_how_to_open(live_server: LiveServer) -> None:
    """Another page is named in a setting; another machine needs a key."""
    page = {"origin": "http://localhost:3000"}

    of_page = httpx.post(f"{live_server.v1}/chat/completions", json=CHAT, headers=page)
    of_machine = httpx.get(f"{live_server.v1}/models", headers={"host": "footnote.example"})

    assert "CORS_ALLOW_ORIGINS" in of_page.json()["error"]["message"]
    assert "answers on localhost only" in of_machine.json()["error"]["message"]


def test_an_allowed_page_may_write_without_keys(make_server: MakeServer) -> None:
    """CORS_ALLOW_ORIGINS names it."""
    server = make_server(cors_allow_origins="http://localhost:3000")
    headers = {"origin": "http://localhost:3000", "sec-fetch-site": "same-site"}

    answer = httpx.post(f"{server.v1}/chat/completions", json=CHAT, headers=headers)

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"


def test_browsers_of_allowed_origins_may_call(make_server: MakeServer) -> None:
    """CORS for the listed origin only, with our headers exposed."""
    server = make_server(cors_allow_origins="https://app.example", api_keys="k")
    asked = {"origin": "https://app.example", "access-control-request-method": "POST"}

    allowed = httpx.options(f"{server.v1}/chat/completions", headers=asked)
    refused = httpx.options(
        f"{server.v1}/chat/completions", headers=asked | {"origin": "https://evil.example"}
    )
    answer = httpx.get(
        f"{server.v1}/models", headers={"origin": "https://app.example", "authorization": "Bearer k"}
    )

    assert allowed.headers["access-control-allow-origin"] == "https://app.example"
    assert "access-control-allow-origin" not in refused.headers
    assert "x-request-id" in answer.headers["access-control-expose-headers"]


def test_health_and_readiness_are_shown(live_server: LiveServer) -> None:
    """Without a key: alive, ready, and by whom."""
    assert httpx.get(f"{live_server.url}/healthz").json() == {"status": "ok"}
    ready = httpx.get(f"{live_server.url}/readyz")
    assert ready.status_code == 200
    assert ready.json()["provider"] == {"chat": "fallback", "embeddings": "fallback"}
    assert "footnote_chat_calls_total" in httpx.get(f"{live_server.url}/metrics").text


def test_the_description_holds_every_route(live_server: LiveServer) -> None:
    """openapi.json names the routes and the bodies they take, with references that resolve."""
    description = httpx.get(f"{live_server.url}/openapi.json").json()

    body = description["paths"]["/v1/chat/completions"]["post"]["requestBody"]["content"]["application/json"]
    reference = body["schema"]["$ref"].removeprefix("#/components/schemas/")
    assert "messages" in description["components"]["schemas"][reference]["properties"]
    assert {"/v1/embeddings", "/v1/ingest", "/v1/models", "/v1/vector_stores"} <= set(description["paths"])


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (f"/v1/models?{'x' * 9_000}", {}, 414),
        ("/v1/models", {f"x-{number}": "y" for number in range(110)}, 431),
        ("/v1/models", {"x": "y" * 70_000}, 431),
        ("/v1/models", {"x": "y" * 30_000}, 200),
    ],
)
def test_heads_have_limits(live_server: LiveServer, path: str, headers: dict[str, str], status: int) -> None:
    """Long addresses, many headers and large ones are refused in OpenAI's form."""
    response = httpx.get(live_server.url + path, headers=headers)

    assert response.status_code == status
    if status != 200:
        check_envelope(response, status)
