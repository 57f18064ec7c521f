"""Limits on the way through the API: headers on every answer, refusals in OpenAI's shape, budgets, and usage."""

import time
from typing import Any

import httpx
import openai
import psycopg
import pytest

from tests.conftest import MakeServer, conninfo, sdk
from tests.factories import make_key
from tests.processes import begin_within_a_minute, wait_until
from tests.serving import LiveServer
from tests.test_cli import footnote

CHAT: dict[str, Any] = {
    "model": "gpt-5.4-mini",
    "messages": [{"role": "user", "content": "How long is leave?"}],
}
HEADERS = [
    f"x-ratelimit-{what}-{of}" for what in ("limit", "remaining", "reset") for of in ("requests", "tokens")
]


def chat(server: LiveServer, key: str = "any", **fields: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {key}"}
    return httpx.post(f"{server.v1}/chat/completions", json=CHAT | fields, headers=headers)


def left(answer: httpx.Response) -> int:
    return int(answer.headers["x-ratelimit-remaining-tokens"])


def test_every_answer_says_how_many_tokens_are_left(make_server: MakeServer) -> None:
    """During a chat what was put aside is missing, after it what was used; errors and streams have the headers, too."""
    server = make_server(rate_limit_requests_per_minute=100, rate_limit_tokens_per_minute=10_000)
    begin_within_a_minute()
    plain = chat(server, max_tokens=1_000)
    used = plain.json()["usage"]["total_tokens"]
    embedded = httpx.post(f"{server.v1}/embeddings", json={"model": "text-embedding-3-small", "input": "a b"})
    models = httpx.get(f"{server.v1}/models")
    streamed = chat(server, stream=True)
    wrong = httpx.get(f"{server.v1}/files/file-nope")

    assert left(plain) < 9_000
    assert left(models) == 10_000 - used - embedded.json()["usage"]["total_tokens"]
    for answer in (plain, embedded, models, streamed, wrong):
        assert all(name in answer.headers for name in HEADERS)
    assert plain.headers["x-ratelimit-reset-tokens"].endswith("s")
    assert left(httpx.get(f"{server.v1}/models")) < left(models)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("chat/completions", CHAT),
        ("completions", {"model": "gpt-5.4-mini", "prompt": "How long is leave?"}),
        ("responses", {"model": "gpt-5.4-mini", "input": "How long is leave?"}),
        ("embeddings", {"model": "text-embedding-3-small", "input": "leave " * 2_000}),
    ],
)
def test_tokens_that_are_not_left_are_a_429(make_server: MakeServer, path: str, body: dict[str, Any]) -> None:
    """As a client of OpenAI knows it, with when to come back."""
    server = make_server(rate_limit_tokens_per_minute=4_000)
    begin_within_a_minute()
    spent = {"model": "text-embedding-3-small", "input": "leave " * 2_500}
    first = httpx.post(f"{server.v1}/embeddings", json=spent)
    answer = httpx.post(f"{server.v1}/{path}", json={"max_tokens": 3_900, "max_output_tokens": 3_900} | body)

    assert first.status_code == 200
    assert answer.status_code == 429
    error = answer.json()["error"]
    assert (error["type"], error["code"]) == ("tokens", "rate_limit_exceeded")
    assert int(answer.headers["retry-after"]) >= 1
    assert int(answer.headers["retry-after-ms"]) >= 1_000
    assert all(name in answer.headers for name in HEADERS if name.endswith("tokens"))


def test_a_spent_budget_is_insufficient_quota(make_server: MakeServer, clean_url: str) -> None:
    """For all keys of the project, within seconds, and for no other project; the usage can be read."""
    server = make_server()
    key, other = (make_key(clean_url, project=name, name=name) for name in ("legal", "sales"))
    footnote("keys", "budget", "50", "--project", "legal", DATABASE_URL=clean_url)
    deadline = time.monotonic() + 120
    while (answer := chat(server, key)).status_code == 200:
        assert time.monotonic() < deadline
        time.sleep(0.5)

    assert answer.status_code == 429
    assert answer.json()["error"]["code"] == "insufficient_quota"
    assert answer.headers["x-should-retry"] == "false"
    with pytest.raises(openai.RateLimitError, match="used up"):
        sdk(server.v1, key=key).chat.completions.create(**CHAT)
    assert chat(server, other).status_code == 200
    assert httpx.get(f"{server.v1}/models", headers={"authorization": f"Bearer {key}"}).status_code == 200

    def shown() -> str:
        return footnote("usage", "--project", "legal", DATABASE_URL=clean_url).stdout

    # It is written down every five seconds.
    assert wait_until(lambda: "legal" in shown())
    with psycopg.connect(conninfo(clean_url)) as connection:
        (used,) = connection.execute(
            "select sum(prompt_tokens + completion_tokens) from key_usage join projects p on p.id = project_id "
            "where p.name = 'legal'"
        ).fetchone() or (0,)
        (last_used,) = connection.execute(
            "select last_used_at from api_keys where name = 'legal'"
        ).fetchone() or (None,)
    assert used >= 50
    assert last_used is not None
    assert "sales" not in shown()
