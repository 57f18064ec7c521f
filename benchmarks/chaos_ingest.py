"""kill -9 of every part in turn, and of all at once, while files are ingested: what is left, and is it whole.

    python -m benchmarks.chaos_ingest [FOLDER] [--files 500] [--kills 20] [--seed 1]

The parts are the server, a worker, PostgreSQL and its keeper; the moments are random. FOLDER is a collection with a
corpus.jsonl; without it the files are made up. Prints one line of counts; exits 1 when anything acknowledged was lost, half
visible, doubled or stuck.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx
import psycopg

from app.postgres.embedded import start_embedded
from benchmarks.service import await_ready
from benchmarks.texts import distinct_documents
from tests.processes import everything, keepers, kill, kill_everything, postmasters

_PORT = 8_765
_URL = f"http://127.0.0.1:{_PORT}/v1"
_DONE_SECONDS = 400
_PARTS = ("server", "worker", "postgres", "keeper", "everything")


class Service:
    """A server without a worker, and a separate worker, on one embedded PostgreSQL."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._environment = os.environ | {
            "DATA_DIR": str(data_dir),
            "PORT": str(_PORT),
            "LOG_LEVEL": "error",
            "WORKER": "on",
        }
        self.server = self._start("serve")
        await_ready(_PORT)
        self.worker = self._start("worker")

    def kill(self, what: str) -> None:
        """Kill one part the hard way, and start it again."""
        if what in ("postgres", "keeper"):
            kill((postmasters if what == "postgres" else keepers)(self._data_dir))
        if what == "everything":
            kill([self.server.pid, self.worker.pid, *everything(self._data_dir)])
        if what in ("server", "everything"):
            kill([self.server.pid])
            self.server.wait()
            self.server = self._start("serve")
        if what in ("worker", "everything"):
            kill([self.worker.pid])
            self.worker.wait()
            self.worker = self._start("worker")
        await_ready(_PORT)

    def stop(self) -> None:
        for process in (self.server, self.worker):
            process.terminate()
            process.wait(60)

    def _start(self, command: str) -> "subprocess.Popen[bytes]":
        # They log what they miss, which is what is killed here.
        quiet = subprocess.DEVNULL
        return subprocess.Popen(
            [sys.executable, "-m", "app", command], env=self._environment, stdout=quiet, stderr=quiet
        )


def main() -> None:
    """Run the experiment that the arguments describe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)

    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder) / "data"
        service = Service(data_dir)
        store = httpx.post(f"{_URL}/vector_stores", json={"name": "chaos"}).json()["id"]
        acknowledged: set[str] = set()
        texts = _texts(arguments.folder, arguments.files)
        clients = [
            threading.Thread(target=_upload, args=(store, texts[part::4], acknowledged)) for part in range(4)
        ]
        for client in clients:
            client.start()
        kills = [_PARTS[number % len(_PARTS)] for number in range(arguments.kills)]
        for what in kills:
            time.sleep(chance.uniform(0.1, 2.5))
            service.kill(what)
        for client in clients:
            client.join()
        waited = _await_done(store)
        service.stop()
        verdict = _judge(data_dir, acknowledged)
        kill_everything(data_dir)

    print(
        f"files={arguments.files} kills={ {what: kills.count(what) for what in sorted(set(kills))} } "
        f"acknowledged={len(acknowledged)} seconds_after_last_upload={waited:.0f} {verdict}"
    )
    sys.exit(any(verdict.values()))


def _texts(folder: Path | None, count: int) -> list[str]:
    if folder is not None:
        return list(distinct_documents(folder, count))
    return [
        " ".join(f"Rule {number}.{n} grants {n} days of leave to office {number % 17}." for n in range(200))
        for number in range(count)
    ]


def _upload(store: str, texts: list[str], acknowledged: set[str]) -> None:
    """Send files as any client would: again when the connection breaks; note what was acknowledged."""
    with httpx.Client(timeout=30) as client:
        for number, text in enumerate(texts):
            file_id = _insist(
                client,
                f"{_URL}/files",
                {"files": {"file": (f"{number}.txt", text)}, "data": {"purpose": "assistants"}},
            )
            acknowledged.add(
                _insist(client, f"{_URL}/vector_stores/{store}/files", {"json": {"file_id": file_id}})
            )


def _insist(client: httpx.Client, url: str, request: dict[str, object]) -> str:
    while True:
        try:
            answer = client.post(url, **request)  # type: ignore[arg-type]
        except httpx.TransportError:
            time.sleep(0.2)
            continue
        if answer.status_code == 200:
            return str(answer.json()["id"])
        if answer.status_code != 503:
            raise RuntimeError(f"{answer.status_code}: {answer.text}")
        time.sleep(0.2)


def _await_done(store: str) -> float:
    started = time.monotonic()
    while time.monotonic() - started < _DONE_SECONDS:
        try:
            counts = httpx.get(f"{_URL}/vector_stores/{store}", timeout=30).json()["file_counts"]
            if not counts["in_progress"]:
                break
        except (httpx.TransportError, KeyError):
            pass
        time.sleep(0.5)
    return time.monotonic() - started


def _judge(data_dir: Path, acknowledged: set[str]) -> dict[str, int]:
    """Count what must not be."""
    with start_embedded(data_dir) as held:
        url = held.url.replace("postgresql+psycopg://", "postgresql://")
        with psycopg.connect(url) as connection:
            rows = connection.execute("""
                select f.public_id, m.status, m.chunk_count, count(c.ordinal), count(distinct c.ordinal),
                       coalesce(max(c.ordinal) + 1, 0)
                from vector_store_files m join files f on f.id = m.file_id
                left join chunks c on c.vector_store_id = m.vector_store_id and c.file_id = m.file_id
                group by f.public_id, m.status, m.chunk_count""").fetchall()
            counted = connection.execute("select sum(chunk_count) from vector_stores").fetchone()
    completed = {file_id for file_id, status, *_ in rows if status == "completed"}
    return {
        "lost": len(acknowledged - completed),
        "stuck": sum(status == "in_progress" for _, status, *_ in rows),
        "failed": sum(status == "failed" for _, status, *_ in rows),
        "half": sum(status != "completed" and chunks > 0 for _, status, _, chunks, *_ in rows)
        + sum(said != chunks or chunks != last for _, _, said, chunks, _, last in rows),
        "doubled": sum(chunks != distinct for _, _, _, chunks, distinct, _ in rows),
        "miscounted": abs(int(counted[0] if counted else 0) - sum(row[3] for row in rows)),
    }


if __name__ == "__main__":
    main()
