"""kill -9 of the server during an ingest: after a new start everything acknowledged is there, and nothing by half."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from app.postgres.embedded import start_embedded
from tests.conftest import conninfo, sdk
from tests.processes import start_server

_ROOT = Path(__file__).parents[2]


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data directory whose PostgreSQL is gone afterwards."""
    yield tmp_path / "data"
    deadline = time.monotonic() + 60
    keeper_is_up = f"app.postgres.keeper\0{tmp_path / 'data'}".encode()
    while time.monotonic() < deadline and any(keeper_is_up in command for command in _commands()):
        time.sleep(0.1)


def _commands() -> list[bytes]:
    commands = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            commands.append((entry / "cmdline").read_bytes())
        except OSError:
            continue
    return commands


def ingest_until_it_dies(url: str, acknowledged: dict[str, int]) -> None:
    """Send documents of some thirty chunks, one after another, and note those that were acknowledged."""
    sentences = " ".join(f"Sentence {number} of a document that takes its time." for number in range(450))
    with httpx.Client(timeout=120) as client:
        for number in range(len(acknowledged), 10_000):
            body = {
                "text": f"Document {number} of process {os.urandom(4).hex()}. {sentences}",
                "filename": f"{number}.txt",
            }
            try:
                response = client.post(f"{url}/v1/ingest", json=body)
            except httpx.TransportError:
                return
            if response.status_code == 200:
                entry: dict[str, Any] = response.json()["data"][0]
                acknowledged[entry["file_id"]] = entry["chunks"]


def test_kill_9_during_an_ingest_loses_nothing_acknowledged(data_dir: Path, free_port: int) -> None:
    """Thrice: the server dies while two clients upload; the database holds each acknowledged document whole."""
    acknowledged: list[dict[str, int]] = [{}, {}]
    url = f"http://127.0.0.1:{free_port}"
    for pause in (0.0, 0.05, 0.13):
        process = start_server(free_port, DATA_DIR=str(data_dir))
        clients = [threading.Thread(target=ingest_until_it_dies, args=(url, mine)) for mine in acknowledged]
        for client in clients:
            client.start()
        wanted = sum(map(len, acknowledged)) + 3
        deadline = time.monotonic() + 60
        while sum(map(len, acknowledged)) < wanted and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.wait()
        for client in clients:
            client.join()

    process = start_server(free_port, DATA_DIR=str(data_dir))
    answer = httpx.post(
        f"{url}/v1/chat/completions",
        json={"model": "gpt-4o", "messages": [{"role": "user", "content": "Which document takes its time?"}]},
    )
    with start_embedded(data_dir) as held, psycopg.connect(conninfo(held.url)) as connection:
        rows = connection.execute(
            "select f.public_id, m.chunk_count, (select count(*) from chunks c where c.file_id = f.id) "
            "from files f join vector_store_files m on m.file_id = f.id"
        ).fetchall()
        orphans = connection.execute(
            "select count(*) from files f where not exists (select from vector_store_files m where m.file_id = f.id)"
        ).fetchone()
        counted = connection.execute("select sum(chunk_count) from vector_stores").fetchone()
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) in (0, -signal.SIGTERM), "uvicorn ends by the signal that it was asked to end by"

    stored = {file_id: chunks for file_id, _, chunks in rows}
    expected = acknowledged[0] | acknowledged[1]
    assert len(expected) >= 9
    assert expected.items() <= stored.items()
    assert all(said == there for _, said, there in rows)
    assert orphans == (0,)
    assert counted == (sum(stored.values()),)
    assert answer.json()["footnote"]["chunks"]


def test_kill_9_of_the_server_leaves_no_job_stuck(data_dir: Path, free_port: int) -> None:
    """The living servers read all attached files: none is lost, doubled or read by half."""
    process = start_server(free_port, DATA_DIR=str(data_dir))
    client = sdk(f"http://127.0.0.1:{free_port}/v1")
    store = client.vector_stores.create().id
    sentences = " ".join(f"Sentence {number} of a file that takes its time." for number in range(150))
    names = [f"{number}.txt" for number in range(40)]
    files = [
        client.files.create(file=(name, f"{name} {sentences}".encode()), purpose="assistants")
        for name in names
    ]
    batch = client.vector_stores.file_batches.create(store, file_ids=[file.id for file in files])

    for completed in (3, 15):
        while batch.file_counts.completed < completed:
            time.sleep(0.05)
            batch = client.vector_stores.file_batches.retrieve(batch.id, vector_store_id=store)
        process.send_signal(signal.SIGKILL)
        process.wait()
        end_leases(data_dir)
        process = start_server(free_port, DATA_DIR=str(data_dir))
    batch = client.vector_stores.file_batches.poll(batch.id, vector_store_id=store)

    with start_embedded(data_dir) as held, psycopg.connect(conninfo(held.url)) as connection:
        chunks = connection.execute(
            "select m.chunk_count, count(c.*), count(distinct c.ordinal) from vector_store_files m "
            "join chunks c using (vector_store_id, file_id) group by m.file_id, m.chunk_count"
        ).fetchall()
    process.send_signal(signal.SIGTERM)
    process.wait(60)
    assert (batch.file_counts.completed, batch.file_counts.total) == (40, 40)
    assert len(chunks) == 40
    assert all(said == there == distinct for said, there, distinct in chunks)


def end_leases(data_dir: Path) -> None:
    """Let the minute pass after which a dead worker's jobs are free."""
    with start_embedded(data_dir) as held, psycopg.connect(conninfo(held.url)) as connection:
        connection.execute("update vector_store_files set lease_until = now() where lease_until is not null")
