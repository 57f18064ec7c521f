"""footnote import-openai against an account that refuses, breaks off or fails: the rest is copied unchanged."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openai
import psycopg
import pytest
from starlette.responses import JSONResponse, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.db.migrating import migrate
from app.main import create_app
from app.settings import Settings
from tests.conftest import conninfo, sdk
from tests.serving import serve

_ROOT = Path(__file__).parents[2]


class Account:
    """A live Footnote as the other server; `faults` is file id → what its download meets, `*` for every file."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.faults: dict[str, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        fault = None
        if path.startswith("/v1/files/") and path.endswith("/content"):
            fault = self.faults.get(path.split("/")[3], self.faults.get("*"))
        answer: Any = {"refused": _error(400), "failing": _error(500), "cut": _half()}.get(
            fault or "", self._app
        )
        await answer(scope, receive, send)


def _error(status: int) -> JSONResponse:
    return JSONResponse({"error": {"message": "Not allowed to download it", "code": None}}, status)


def _half() -> StreamingResponse:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    return StreamingResponse(pieces(), headers={"content-length": "8"})


@dataclass(frozen=True, slots=True)
class Remote:
    """The account, the stock SDK on it, and its database."""

    account: Account
    v1: str
    client: openai.OpenAI
    database_url: str

    def add(self, store_name: str, name: str, text: str, **options: Any) -> str:
        """Put a file into a new store and return the file's id once it is read there."""
        store = self.client.vector_stores.create(name=store_name).id
        content = (name, text.encode())
        return self.client.vector_stores.files.upload_and_poll(
            vector_store_id=store, file=content, **options
        ).id


@pytest.fixture
def remote(clean_url: str) -> Iterator[Remote]:
    """An account that is empty."""
    account = Account(create_app(Settings(_env_file=None, database_url=clean_url)))
    with serve(account) as server:
        yield Remote(account, server.v1, sdk(server.v1), clean_url)


@pytest.fixture
def own_url(make_database: Callable[[str], str]) -> str:
    """An empty database to copy into."""
    url = make_database("import_faults")
    migrate(url)
    return url


def run(url: str, *options: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "app", "import-openai", *options],
        cwd=_ROOT,
        env=os.environ
        | {"DATABASE_URL": url, "LOG_LEVEL": "error", "DEV_FALLBACKS": "true", "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    return done.returncode, done.stdout


def copy(remote: Remote, url: str, *options: str) -> tuple[int, str]:
    return run(url, "--base-url", remote.v1, "--api-key", "any", *options)


def rows(url: str, query: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(conninfo(url)) as connection:
        return connection.execute(query).fetchall()


def test_values_come_as_they_are(remote: Remote, own_url: str) -> None:
    """An integer stays one, a file keeps its end, and files of other purposes stay away."""
    remote.add("s", "a.txt", "A text.", attributes={"year": 2026, "share": 0.5, "old": False})
    remote.client.files.create(
        file=("ends.txt", b"x"),
        purpose="user_data",
        expires_after={"anchor": "created_at", "seconds": 3600},
    )
    remote.client.files.create(file=("batch.jsonl", b"{}"), purpose="batch")

    code, output = copy(remote, own_url)

    assert code == 0, output
    attributes = '{"old": false, "year": 2026, "share": 0.5}'
    assert rows(own_url, "select attributes::text from vector_store_files") == [(attributes,)]
    files = rows(own_url, "select filename, expires_at is not null from files order by filename")
    assert files == [("a.txt", False), ("ends.txt", True)]


@pytest.mark.parametrize(
    ("fault", "reason"), [("cut", "broke off amid the file"), ("failing", "failed to answer")]
)
def test_a_bad_download_stops_nothing_else(remote: Remote, own_url: str, fault: str, reason: str) -> None:
    """It is named with the reason, the others come, and the next run brings it."""
    remote.account.faults[remote.add("s", "a.txt", "The first text.")] = fault
    remote.add("t", "b.txt", "The second text.")

    broken = copy(remote, own_url)
    there = rows(own_url, "select filename from files")
    remote.account.faults.clear()
    whole = copy(remote, own_url)

    assert (broken[0], whole[0]) == (1, 0), broken[1] + whole[1]
    assert "left out: a.txt: " in broken[1]
    assert reason in broken[1]
    assert "Traceback" not in broken[1]
    assert there == [("b.txt",)]
    assert rows(own_url, "select filename from files order by id") == [("b.txt",), ("a.txt",)]
    assert rows(own_url, "select count(*) from vector_store_files") == [(2,)]


def test_the_text_of_any_store_will_do(remote: Remote, own_url: str) -> None:
    """A file whose bytes are refused is taken from the store that has its text, not from the last it is in."""
    file_id = remote.add("read", "a.txt", "A text.")
    unread = remote.client.vector_stores.create(name="unread").id
    remote.client.vector_stores.files.create_and_poll(file_id, vector_store_id=unread)
    with psycopg.connect(conninfo(remote.database_url)) as connection:
        connection.execute(
            "delete from chunks where vector_store_id = (select id from vector_stores where name = 'unread')"
        )
    remote.account.faults["*"] = "refused"

    code, output = copy(remote, own_url)

    assert code == 0, output
    assert rows(own_url, "select filename from files") == [("a.txt",)]


def test_wrong_words_are_said(remote: Remote, own_url: str) -> None:
    """A store that is not there, no key, an address without /v1: one sentence and exit code 1."""
    unknown = copy(remote, own_url, "--store", "nope")
    keyless = run(own_url)
    elsewhere = run(own_url, "--base-url", remote.v1.removesuffix("/v1"), "--api-key", "any")

    assert (unknown[0], keyless[0], elsewhere[0]) == (1, 1, 1)
    assert "no vector store of the id or name 'nope'" in unknown[1]
    assert "OPENAI_API_KEY is not set. Set it, or give --api-key." in keyless[1]
    assert "Does --base-url end in /v1?" in elsewhere[1]
