"""The server's clock is set forward and back by more than a year: only PostgreSQL's says what has expired."""

import time
from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import pytest

from tests.conftest import MakeServer, conninfo
from tests.factories import make_key
from tests.serving import LiveServer

DAY = 86_400.0
JUMPS = [400 * DAY, -400 * DAY]
Jump = Callable[[float], None]


@pytest.fixture
def jump(monkeypatch: pytest.MonkeyPatch) -> Jump:
    """Return a function that sets this process's clock, and with it the server's; PostgreSQL's stays."""
    true_time, true_time_ns = time.time, time.time_ns

    def set_by(seconds: float) -> None:
        monkeypatch.setattr(time, "time", lambda: true_time() + seconds)
        monkeypatch.setattr(time, "time_ns", lambda: true_time_ns() + round(seconds * 1e9))

    return set_by


def ingest(server: LiveServer, headers: dict[str, str]) -> Any:
    body = {"text": "Leave lasts nine months.", "filename": "leave.txt", "vector_store": "handbook"}
    return httpx.post(f"{server.v1}/ingest", json=body, headers=headers).raise_for_status().json()


@pytest.mark.parametrize("seconds", JUMPS)
def test_nothing_expires_by_the_servers_clock(
    make_server: MakeServer, clean_url: str, jump: Jump, seconds: float
) -> None:
    """A key of an hour, a store of a day, a file of an hour, a link of a day: all go on, and new ones are as long."""
    key = make_key(clean_url, expires_seconds=3_600)
    headers = {"authorization": f"Bearer {key}"}
    server = make_server()
    made = ingest(server, headers)
    store = f"{server.v1}/vector_stores/{made['vector_store_id']}"
    expiring = {"expires_after": {"anchor": "last_active_at", "days": 1}}
    httpx.post(store, json=expiring, headers=headers).raise_for_status()
    file = upload(server, headers)
    before = link_of(server, headers)

    jump(seconds)
    after = link_of(server, headers)

    assert httpx.get(before).status_code == httpx.get(after).status_code == 200
    # Links expire at a full hour, which may have passed between the two.
    assert expiry_of(after) - expiry_of(before) in (0, 3_600)
    assert httpx.get(store, headers=headers).json()["status"] == "completed"
    assert httpx.get(f"{server.v1}/files/{file}", headers=headers).status_code == 200
    assert httpx.post(f"{store}/search", json={"query": "leave"}, headers=headers).status_code == 200


@pytest.mark.parametrize("seconds", JUMPS)
def test_what_has_expired_stays_so(
    make_server: MakeServer, clean_url: str, jump: Jump, seconds: float
) -> None:
    """However early the server takes it to be."""
    kept = {"authorization": f"Bearer {make_key(clean_url)}"}
    brief = {"authorization": f"Bearer {make_key(clean_url, expires_seconds=3_600)}"}
    server = make_server()
    file = upload(server, kept)
    assert httpx.get(f"{server.v1}/files/{file}", headers=kept).status_code == 200

    jump(seconds)
    with psycopg.connect(conninfo(clean_url), autocommit=True) as connection:
        connection.execute("update files set expires_at = now() - interval '1 second'")
        connection.execute(
            "update api_keys set expires_at = now() - interval '1 second' where expires_at is not null"
        )

    assert httpx.get(f"{server.v1}/files/{file}", headers=kept).status_code == 404
    assert httpx.get(f"{server.v1}/files", headers=brief).status_code == 401


def test_limits_outlive_no_clock_that_is_set_back(make_server: MakeServer, jump: Jump) -> None:
    """Who has used up a minute waits for a minute at most, not until the clock has come there again."""
    server = make_server(rate_limit_requests_per_minute=3, rate_limit_tokens_per_minute=100_000)
    statuses = [httpx.get(f"{server.v1}/models").status_code for _ in range(4)]

    jump(-DAY)
    after = httpx.get(f"{server.v1}/models")

    assert statuses == [200, 200, 200, 429]
    assert after.status_code == 200


def upload(server: LiveServer, headers: dict[str, str]) -> str:
    """Upload a file that expires after an hour, and return its id."""
    fields = {
        "purpose": "assistants",
        "expires_after[anchor]": "created_at",
        "expires_after[seconds]": "3600",
    }
    answer = httpx.post(f"{server.v1}/files", files={"file": ("a.txt", b"a")}, data=fields, headers=headers)
    return str(answer.raise_for_status().json()["id"])


def expiry_of(link: str) -> int:
    return int(link.split("expires=")[1][:10])


def link_of(server: LiveServer, headers: dict[str, str]) -> str:
    """Return the link of the first source of an answer."""
    body = {"model": "gpt-5.4-mini@handbook", "messages": [{"role": "user", "content": "How long is leave?"}]}
    answer = httpx.post(f"{server.v1}/chat/completions", json=body, headers=headers).raise_for_status().json()
    return str(answer["footnote"]["chunks"][0]["url"])
