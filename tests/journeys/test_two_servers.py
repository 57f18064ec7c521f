"""Two servers behind one PostgreSQL, a streaming replica of it and one Redis: what one knows, the other does, too."""

import contextlib
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
import pytest

from app.core.permissions import Allowance
from app.db.engine import sqlalchemy_url
from tests.conftest import sdk
from tests.factories import make_key
from tests.ports import reserved_port
from tests.postgres_servers import PostgresServer, serve_with_replicas
from tests.processes import end_server, start_server
from tests.redis_server import serve_redis

KEY = "secret"
HEADERS = {"authorization": f"Bearer {KEY}"}
MODEL = "gpt-5.4-mini"


@dataclass(slots=True)
class Pair:
    """Two servers in processes of their own, which can be started again."""

    environment: dict[str, str]
    database_url: str
    ports: tuple[int, int]
    processes: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def urls(self) -> list[str]:
        return [f"http://127.0.0.1:{port}" for port in self.ports]

    def start(self, port: int) -> None:
        self.processes[port] = start_server(port, log=None, **self.environment)

    def end(self, port: int) -> None:
        end_server(self.processes.pop(port))


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """Two servers that share everything."""
    with (
        serve_with_replicas() as (primary, (replica,)),
        reserved_port() as redis_port,
        serve_redis(redis_port) as redis,
        reserved_port() as one,
        reserved_port() as other,
    ):
        made = Pair(environment(primary, replica, redis.url), sqlalchemy_url(primary.url), (one, other))
        try:
            for port in made.ports:
                made.start(port)
            yield made
        finally:
            for port in list(made.processes):
                made.end(port)


def environment(primary: PostgresServer, replica: PostgresServer, redis_url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": primary.url,
        "DATABASE_READ_URL": replica.url,
        "RATE_LIMIT_STORAGE_URL": redis_url,
        "API_KEYS": KEY,
    }


def ingest(url: str, name: str, text: str) -> Any:
    body = {"text": text, "filename": name, "vector_store": "handbook"}
    return httpx.post(f"{url}/v1/ingest", json=body, headers=HEADERS).raise_for_status().json()


def test_a_file_of_one_is_cited_by_the_other(pair: Pair) -> None:
    """At once, each way, with a link that opens at either; its record is replayed and its deletion holds there, too."""
    one, other = pair.urls
    for here, there, name in ((one, other, "leave.txt"), (other, one, "paternity.txt")):
        made = ingest(here, name, f"According to {name}, the leave lasts nine months.")
        client = sdk(f"{there}/v1", key=KEY)
        answer: Any = client.chat.completions.create(
            model=f"{MODEL}@handbook",
            messages=[{"role": "user", "content": f"How long is the leave according to {name}?"}],
        )
        message = answer.choices[0].message
        cited = {citation["file_id"] for citation in message.footnote["citations"]}
        page = httpx.get(message.annotations[0].url_citation.url.replace(there, here))
        replayed = httpx.get(f"{here}/v1/retrievals/{answer.footnote['retrieval_id']}", headers=HEADERS)
        client.files.delete(made["data"][0]["file_id"])
        gone = httpx.get(f"{here}/v1/files/{made['data'][0]['file_id']}", headers=HEADERS)

        assert made["data"][0]["file_id"] in cited
        assert "nine months" in page.text
        assert replayed.status_code == 200
        assert gone.status_code == 404


def test_limits_are_shared(pair: Pair) -> None:
    """Six requests a minute are six at both together."""
    key = make_key(pair.database_url, allowance=Allowance(requests_per_minute=6))
    headers = {"authorization": f"Bearer {key}"}

    answers = [httpx.get(f"{pair.urls[n % 2]}/v1/files", headers=headers) for n in range(8)]

    assert [answer.status_code for answer in answers] == [200] * 6 + [429] * 2
    assert [answer.headers["x-ratelimit-remaining-requests"] for answer in answers[:6]] == list("543210")


def test_a_rolling_restart_loses_no_request(pair: Pair) -> None:
    """Clients that go to the other server when a connection is refused get every answer, streams to their ends."""
    ingest(pair.urls[0], "soup.txt", "Soup is served at noon.")
    clients = [Client(pair.urls, start) for start in range(3)]
    for client in clients:
        client.thread.start()

    for port in pair.ports:
        pair.end(port)
        pair.start(port)
    for client in clients:
        client.stop.set()
        client.thread.join()

    assert [client.failures for client in clients] == [[], [], []]
    assert all(client.served > 10 for client in clients)


class Client:
    """Asks in turn at each server. It knows of a restart only by refused connections, and tries the other server then."""

    def __init__(self, urls: list[str], start: int) -> None:
        self.thread = threading.Thread(target=self._run)
        self.stop = threading.Event()
        self.served = 0
        self.failures: list[str] = []
        self._urls = urls
        self._turns = count(start)

    def _run(self) -> None:
        while not self.stop.is_set():
            self._ask()
            time.sleep(0.02)

    def _ask(self) -> None:
        turn = next(self._turns)
        # A third time, because between two attempts of a thread that had to wait the servers may have changed places.
        for attempt in range(3):
            with contextlib.suppress(httpx.ConnectError):
                self._judge(self._send(self._urls[(turn + attempt) % 2], turn))
                return
        self.failures.append("refused by both")

    def _send(self, url: str, turn: int) -> str:
        """Return what is wrong with an answer, or nothing."""
        question = "When is soup served?"
        try:
            if turn % 3:
                search = f"{url}/v1/vector_stores/handbook/search"
                answer = httpx.post(search, json={"query": question}, headers=HEADERS)
                return "" if answer.status_code == 200 and "noon" in answer.text else answer.text
            body = {
                "model": f"{MODEL}@handbook",
                "messages": [{"role": "user", "content": question}],
                "stream": True,
            }
            answer = httpx.post(f"{url}/v1/chat/completions", json=body, headers=HEADERS)
        except httpx.ConnectError:
            raise
        except httpx.HTTPError as error:
            return repr(error)
        return "" if answer.text.rstrip().endswith("data: [DONE]") else answer.text

    def _judge(self, wrong: str) -> None:
        if wrong:
            self.failures.append(wrong)
        else:
            self.served += 1
