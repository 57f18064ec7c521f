"""footnote import-openai: another server's files and stores are copied here once; an interrupted copy resumes."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openai
import psycopg
import pytest
from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from app.db.migrating import migrate
from tests.conftest import conninfo, sdk
from tests.serving import LiveServer, serve

_ROOT = Path(__file__).parents[2]
_TEXTS = 12


@pytest.fixture
def own_url(make_database: Callable[[str], str]) -> str:
    """An empty database to copy into."""
    url = make_database("import")
    migrate(url)
    return url


@pytest.fixture
def remote(live_server: LiveServer) -> LiveServer:
    """A server with two stores: texts with attributes and a static chunking, and a file that cannot be read."""
    client = sdk(live_server.v1)
    first = client.vector_stores.create(
        name="texts", metadata={"team": "hr"}, expires_after={"anchor": "last_active_at", "days": 9}
    )
    for number in range(_TEXTS):
        client.vector_stores.files.upload_and_poll(
            vector_store_id=first.id,
            file=(f"{number}.txt", f"Fact number {number} is a fact.".encode()),
            attributes={"number": number},
        )
    second = client.vector_stores.create(name="others")
    client.vector_stores.files.upload_and_poll(
        vector_store_id=second.id,
        file=("static.txt", b"A text in chunks of its own size."),
        chunking_strategy={
            "type": "static",
            "static": {"max_chunk_size_tokens": 200, "chunk_overlap_tokens": 10},
        },
    )
    client.vector_stores.files.upload_and_poll(vector_store_id=second.id, file=("cut.pdf", b"%PDF-1.7 cut"))
    client.files.create(file=("alone.txt", b"In no store."), purpose="user_data")
    return live_server


def start(url: str, base_url: str, *options: str) -> "subprocess.Popen[str]":
    environment = os.environ | {"DATABASE_URL": url, "LOG_LEVEL": "error", "DEV_FALLBACKS": "true"}
    return subprocess.Popen(
        [sys.executable, "-m", "app", "import-openai", "--base-url", base_url, "--api-key", "any", *options],
        cwd=_ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(url: str, base_url: str, *options: str) -> tuple[int, str]:
    process = start(url, base_url, *options)
    output, _ = process.communicate(timeout=300)
    return process.returncode, output


def rows(url: str, query: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(conninfo(url)) as connection:
        return connection.execute(query).fetchall()


_MEMBERSHIPS = """
    select s.name, f.filename, m.status, m.attributes, m.chunking
    from vector_store_files m join files f on f.id = m.file_id join vector_stores s on s.id = m.vector_store_id
    order by s.name, f.id
"""


def test_shelves_are_copied_once(remote: LiveServer, own_url: str) -> None:
    """Files, stores, attributes, chunking; a second run brings only what is new."""
    code, output = run(own_url, remote.v1, "--wait")
    again, printed = run(own_url, remote.v1, "--json")

    assert (code, again) == (0, 0), output
    assert json.loads(printed) | {"source": ""} == {
        "source": "",
        "files": len(rows(own_url, "select 1 from files")),
        "vector_stores": 2,
        "copied": True,
        "left_out": [],
    }
    copied = rows(own_url, _MEMBERSHIPS)
    assert [row[3] for row in copied if row[0] == "texts"] == [{"number": n} for n in range(_TEXTS)]
    assert all(type(row[3]["number"]) is int for row in copied if row[0] == "texts")
    statuses = {row[1]: row[2] for row in copied}
    assert statuses.pop("cut.pdf") == "failed"
    assert set(statuses.values()) == {"completed"}
    static = next(row[4] for row in copied if row[1] == "static.txt")
    assert static == {"max_chunk_size_tokens": 200, "chunk_overlap_tokens": 10}
    assert rows(own_url, "select count(*) from files") == [(_TEXTS + 3,)]
    stores = rows(own_url, "select name, metadata, expires_after_days from vector_stores order by name")
    assert stores == [("others", {}, None), ("texts", {"team": "hr"}, 9)]


def test_two_copies_at_once_make_one(remote: LiveServer, own_url: str) -> None:
    """The second one finds what the first has copied."""
    together = [start(own_url, remote.v1) for _ in range(2)]
    outputs = [process.communicate(timeout=300)[0] for process in together]

    assert [process.returncode for process in together] == [0, 0], outputs
    assert rows(own_url, "select count(*) from files") == [(_TEXTS + 3,)]
    assert rows(own_url, "select count(*) from vector_stores") == [(2,)]


def test_one_store_and_a_dry_run(remote: LiveServer, own_url: str) -> None:
    """Nothing is copied dry; of a named store only its own files come."""
    code, output = run(own_url, remote.v1, "--dry-run")
    assert (code, rows(own_url, "select count(*) from files")) == (0, [(0,)]), output

    assert run(own_url, remote.v1, "--store", "others")[0] == 0

    assert rows(own_url, "select filename from files order by id") == [("static.txt",), ("cut.pdf",)]


def test_a_killed_copy_resumes(remote: LiveServer, own_url: str) -> None:
    """Kill -9 in the middle; the next run copies the rest and nothing twice."""
    process = start(own_url, remote.v1)
    deadline = time.monotonic() + 60
    while rows(own_url, "select count(*) from files")[0][0] < 4 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()

    code, output = run(own_url, remote.v1)

    assert code == 0, output
    names = [name for (name,) in rows(own_url, "select filename from files")]
    assert len(names) == len(set(names)) == _TEXTS + 3
    assert rows(own_url, "select count(*) from vector_store_files") == [(_TEXTS + 2,)]
    assert rows(own_url, "select count(*) from vector_stores") == [(2,)]


def test_text_stands_in_for_bytes_that_are_not_given(remote: LiveServer, own_url: str) -> None:
    """OpenAI gives no bytes of assistants' files: what a store has parsed is taken; the rest is named."""
    with serve(_refusing(remote)) as stingy:
        code, output = run(own_url, stingy.v1, "--wait")

    assert code == 1
    assert "left out: alone.txt" in output
    copied = {row[1]: row[2] for row in rows(own_url, _MEMBERSHIPS)}
    assert copied["0.txt"] == copied["static.txt"] == "completed"
    assert "cut.pdf" not in copied


def _refusing(remote: LiveServer) -> FastAPI:
    """A server that passes everything on but the content of files."""
    app = FastAPI()

    @app.get("/v1/{path:path}")
    async def passed_on(path: str, request: Request) -> Response:
        if path.startswith("files/") and path.endswith("/content"):
            error = {"message": "Not allowed to download files of purpose: assistants", "code": None}
            return JSONResponse({"error": error}, status_code=400)
        async with openai.AsyncOpenAI(base_url=remote.v1, api_key="any") as client:
            answer = await client.get(
                f"/{path}", cast_to=object, options={"params": dict(request.query_params)}
            )
        return JSONResponse(answer)

    return app
