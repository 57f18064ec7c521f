"""Memory of a server over many mixed requests: `python -m benchmarks.memory [--requests N] [--traced] [NAME=VALUE ...]`.

It prints the resident memory of the server process at marks: a line that goes on rising is a leak or a fragmented heap.
With `--traced` the server runs in this process under tracemalloc, and what Python itself holds more at the end than after
a third of the requests is printed by place. If that is little, the rest belongs to the allocator. NAME=VALUE sets the
server's environment, such as MALLOC_ARENA_MAX=2.
"""

import argparse
import asyncio
import gc
import os
import random
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from app.core.telemetry import configure_logging
from app.main import create_app
from app.postgres.embedded import start_embedded
from app.settings import Settings
from benchmarks.service import running
from tests.serving import serve

CLIENTS = 8
MARKS = 10
DOCUMENTS = 60


class Mix:
    """Requests as clients of all kinds send them, in an order that is the same in each run."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._random = random.Random(7)
        self._kinds = (self.chat, self.chat, self.stream, self.search, self.embed, self.list, self.wrong)

    async def fill(self) -> None:
        for number in range(DOCUMENTS):
            await self.ingest(number)

    async def one(self, number: int) -> None:
        if number % 20 == 0:
            await self.ingest(DOCUMENTS + number, is_kept=False)
        else:
            await self._random.choice(self._kinds)(number)

    async def ingest(self, number: int, *, is_kept: bool = True) -> None:
        sentences = [
            f"Rule {number}.{n} grants {n} days of leave to office {number % 17}." for n in range(60)
        ]
        body = {"text": " ".join(sentences), "filename": f"{number}.txt"}
        answer = await self._client.post("/ingest", json=body)
        answer.raise_for_status()
        if not is_kept:
            file_id = answer.json()["data"][0]["file_id"]
            (await self._client.delete(f"/files/{file_id}")).raise_for_status()

    async def chat(self, number: int) -> None:
        (await self._client.post("/chat/completions", json=self._question(number))).raise_for_status()

    async def stream(self, number: int) -> None:
        body = self._question(number) | {"stream": True}
        async with self._client.stream("POST", "/chat/completions", json=body) as answer:
            async for _ in answer.aiter_bytes():
                pass

    async def search(self, number: int) -> None:
        body = {"query": f"leave of office {number % 17}"}
        (await self._client.post("/vector_stores/default/search", json=body)).raise_for_status()

    async def embed(self, number: int) -> None:
        body = {"model": "text-embedding-3-small", "input": [f"text {number}", "another"]}
        (await self._client.post("/embeddings", json=body)).raise_for_status()

    async def list(self, _number: int) -> None:
        (await self._client.get("/files?limit=100")).raise_for_status()

    async def wrong(self, number: int) -> None:
        assert (await self._client.get(f"/files/file-{number:024d}")).status_code == 404

    def _question(self, number: int) -> dict[str, Any]:
        question = (
            f"How many days of leave does rule {self._random.randrange(DOCUMENTS)}.{number % 60} grant?"
        )
        return {"model": "gpt-4o", "messages": [{"role": "user", "content": question}]}


async def send(v1: str, requests: int, at_mark: Callable[[int], None]) -> None:
    """Send the mix with a few clients at once; `at_mark` is called at each tenth of the requests."""
    async with httpx.AsyncClient(base_url=v1, timeout=60) as client:
        mix = Mix(client)
        await mix.fill()
        numbers = iter(range(1, requests + 1))
        done = 0

        async def work() -> None:
            nonlocal done
            for number in numbers:
                await mix.one(number)
                done += 1
                if done % (requests // MARKS) == 0:
                    at_mark(done)

        await asyncio.gather(*(work() for _ in range(CLIENTS)))


def resident_mib(pid: int) -> float:
    """Return a process's resident memory."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def measure(requests: int, settings: dict[str, str]) -> None:
    """Print the server's memory at the marks."""
    with running(workers=0, **settings) as service:
        asyncio.run(
            send(service.v1, requests, lambda done: print(f"{done:>8} requests  {resident_mib(service.pid):7.1f} MiB", flush=True))
        )  # fmt: skip


def trace(requests: int) -> None:
    """Print what Python holds more at the end than after a third."""
    snapshots: list[tracemalloc.Snapshot] = []

    def at_mark(done: int) -> None:
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
        print(
            f"{done:>8} requests  {held / 2**20:7.1f} MiB traced  {resident_mib(os.getpid()):7.1f} MiB",
            flush=True,
        )
        if done in (requests // MARKS * 3, requests // MARKS * MARKS):
            snapshots.append(tracemalloc.take_snapshot())

    configure_logging(level="error", style="text")
    with in_process() as v1:
        tracemalloc.start(2)
        asyncio.run(send(v1, requests, at_mark))
    for difference in snapshots[-1].compare_to(snapshots[0], "traceback")[:12]:
        print(f"{difference.size_diff / 1024:+9.1f} KiB {difference.count_diff:+7} objects")
        print("\n".join(difference.traceback.format()[-6:]))


@contextmanager
def in_process() -> Iterator[str]:
    """Serve from this process, and yield the address of its API."""
    with TemporaryDirectory() as folder, start_embedded(Path(folder) / "data") as held:
        settings = Settings(_env_file=None, data_dir=Path(folder) / "data", log_level="error")
        assert held.url
        with serve(create_app(settings)) as server:
            yield server.v1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--traced", action="store_true")
    parser.add_argument("settings", nargs="*", metavar="NAME=VALUE")
    arguments = parser.parse_args()
    if arguments.traced:
        trace(arguments.requests)
    else:
        measure(arguments.requests, dict(setting.split("=", 1) for setting in arguments.settings))


if __name__ == "__main__":
    main()
