"""The processes that read files beside a server: replaced when they die, gone when the server is."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from app.cli.ingest_processes import fitting_count
from tests.conftest import conninfo
from tests.processes import ROOT, commands, is_alive, kill, start_server, wait_until


@pytest.fixture
def server(free_port: int, clean_url: str) -> Iterator["subprocess.Popen[bytes]"]:
    process = start_server(free_port, DATABASE_URL=clean_url, INGEST_PROCESSES="1")
    yield process
    process.kill()
    process.wait()


def readers_of(server: "subprocess.Popen[bytes]") -> list[int]:
    """The living processes that a server has started to read files."""
    return [
        pid
        for pid, command in commands()
        if "--until-stdin-ends" in command and parent_of(pid) == server.pid and is_alive(pid)
    ]


def parent_of(pid: int) -> int | None:
    """Return a process's parent, or None if it has ended meanwhile: other tests' processes are looked at, too."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[1])
    except OSError:
        return None


def take_in(port: int, text: str) -> int:
    """Return the number of chunks of a document that was read."""
    answer = httpx.post(f"http://127.0.0.1:{port}/v1/ingest", json={"text": text}, timeout=60)
    answer.raise_for_status()
    chunks: int = answer.json()["data"][0]["chunks"]
    return chunks


def test_a_file_is_read_by_a_process_that_is_replaced_when_it_dies(
    server: "subprocess.Popen[bytes]", free_port: int
) -> None:
    """The server itself reads nothing: while that process stands still, a file waits. Its figures are the server's."""
    assert wait_until(lambda: len(readers_of(server)) == 1)
    assert take_in(free_port, "Parental leave lasts nine months.") == 1
    [reader] = readers_of(server)
    page = httpx.get(f"http://127.0.0.1:{free_port}/metrics").text

    os.kill(reader, signal.SIGSTOP)
    waiting = httpx.post(
        f"http://127.0.0.1:{free_port}/v1/ingest", json={"text": "It is paid.", "wait": False}
    ).json()
    url = f"http://127.0.0.1:{free_port}/v1/vector_stores/{waiting['vector_store_id']}/files"
    time.sleep(1)
    unread = [file["status"] for file in httpx.get(url).json()["data"]]
    kill([reader])

    # What that process has counted is shown with the rest.
    assert 'footnote_embedded_texts_total{provider="fallback",purpose="document"} 1.0' in page
    assert "process_resident_memory_bytes" in page
    assert sorted(unread) == ["completed", "in_progress"]
    assert wait_until(lambda: len(readers_of(server)) == 1)
    assert readers_of(server) != [reader]
    assert take_in(free_port, "It is paid in full for six months.") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread has no priority of its own")
def test_chats_go_first(tmp_path: Path, free_port: int) -> None:
    """Where the cores are busy. The one thread that would start PostgreSQL again gives nothing of its priority away."""
    server = start_server(free_port, DATA_DIR=str(tmp_path), INGEST_PROCESSES="1")
    try:
        assert take_in(free_port, "Parental leave lasts nine months.") == 1
        [reader] = readers_of(server)
        niceness = os.getpriority(os.PRIO_PROCESS, server.pid)
        of_reader = [
            os.getpriority(os.PRIO_PROCESS, int(task.name)) for task in Path(f"/proc/{reader}/task").iterdir()
        ]
    finally:
        server.terminate()
        server.wait(60)

    assert of_reader.count(niceness) == 1
    assert of_reader.count(niceness + 10) == len(of_reader) - 1 > 0


@pytest.mark.parametrize(
    ("cores", "gigabytes", "count"),
    [(1, 8, 1), (2, 8, 2), (2, 2, 1), (2, 0.5, 1), (4, 16, 2), (8, 16, 4), (64, 512, 4), (8, 5, 2)],
)
def test_as_many_as_fit_the_machine(cores: int, gigabytes: float, count: int) -> None:
    """Unless somebody says how many."""
    assert fitting_count(cores=cores, memory=int(gigabytes * 1024**3)) == count


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_none_outlives_its_server(server: "subprocess.Popen[bytes]", how: signal.Signals) -> None:
    """Whether the server ends in order or is killed."""
    assert wait_until(lambda: len(readers_of(server)) == 1)
    [reader] = readers_of(server)

    server.send_signal(how)
    code = server.wait(60)

    assert code == (0 if how == signal.SIGTERM else -signal.SIGKILL)
    assert wait_until(lambda: not is_alive(reader))


def test_a_worker_that_is_told_to_end_gives_its_files_back(clean_url: str, free_port: int) -> None:
    """Without waiting for the minute in which a dead worker's files are kept for it."""
    server = start_server(free_port, DATABASE_URL=clean_url, WORKER="off")
    try:
        text = "\n".join(f"Sentence {number} of a long document." for number in range(60_000))
        httpx.post(
            f"http://127.0.0.1:{free_port}/v1/ingest", json={"text": text, "wait": False}
        ).raise_for_status()
        worker = subprocess.Popen(
            [sys.executable, "-m", "app", "worker"],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": clean_url, "LOG_LEVEL": "error"},
        )
        with psycopg.connect(conninfo(clean_url), autocommit=True) as connection:
            assert wait_until(lambda: leased(connection) == 1)
            worker.terminate()
            assert worker.wait(60) == 0
            assert leased(connection) == 0
    finally:
        server.kill()
        server.wait()


def leased(connection: "psycopg.Connection[tuple[int]]") -> int:
    row = connection.execute(
        "select count(*) from vector_store_files where lease_until is not null"
    ).fetchone()
    assert row is not None
    return row[0]
