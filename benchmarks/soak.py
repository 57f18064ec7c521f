"""A server under clients of all kinds at once, for a while: `python -m benchmarks.soak [--minutes M] [--streams N]`.

Streams that are read to their ends, storms of clients that hang up, clients that read slowly, and mixed requests, with an
upstream that writes slowly and has a process of its own. The streams are read from bare sockets, because a client library
costs more than the server does. It prints the server's resident memory at each thousand requests, and at the end what was
answered and when the first byte came: as these clients saw it, and as the server counts it. It exits with 1 if an answer was neither right nor a refusal with a reason (503, 507), or if the server is not
healthy or still holds connections of the database afterwards.
"""

import argparse
import asyncio
import json
import multiprocessing
import re
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import count, pairwise

import httpx
import uvicorn

from benchmarks.memory import Mix, resident_mib
from benchmarks.service import Running, await_port, free_port, running
from tests.fake_upstream import FakeUpstream

_REFUSALS = (503, 507)
_MIXERS = 4
_SLOW_READERS = 10
_STORM = 50
_STORM_EVERY_SECONDS = 5.0
_SLOW_LINE_SECONDS = 0.3
_PAUSE_SECONDS = 0.5
_SETTLED_SECONDS = 20.0
_QUESTION = {"role": "user", "content": "How many days of leave does rule 7.7 grant?"}
_SLOW = {"model": "gpt-slow", "messages": [_QUESTION], "stream": True}
_LONGEST_SECONDS = 60
_FORGET_EVERY_SECONDS = 10
_COUNTED = re.compile(r'footnote_first_token_seconds_bucket\{le="([^"]+)"\} (\S+)')


class Refused(Exception):
    """A server that says it has too much to do."""


class Soak:
    """The clients, and what they were answered."""

    def __init__(self, service: Running, *, ends_at: float) -> None:
        self._service = service
        self._ends_at = ends_at
        # Two mixers that ingest the same text would delete one another's file.
        self._numbers = count(1)
        self.outcomes: Counter[str] = Counter()
        self.failures: list[str] = []
        self.first_bytes: list[float] = []

    async def run(self, streams: int) -> None:
        """Let all clients call until the time is up."""
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=self._service.v1, timeout=60, limits=limits) as client:
            mix = Mix(client)
            await mix.fill()
            clients = [self._repeat(self._stream) for _ in range(streams)]
            clients += [self._repeat(lambda: self._read_slowly(client)) for _ in range(_SLOW_READERS)]
            clients += [self._mix(mix) for _ in range(_MIXERS)]
            await asyncio.gather(*clients, self._storms(client))

    async def _repeat(self, call: Callable[[], Awaitable[None]]) -> None:
        while time.monotonic() < self._ends_at:
            await self._judged(call)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _mix(self, mix: Mix) -> None:
        while time.monotonic() < self._ends_at:
            await self._judged(lambda: mix.one(next(self._numbers)))

    async def _storms(self, client: httpx.AsyncClient) -> None:
        while time.monotonic() < self._ends_at:
            await asyncio.gather(*(self._judged(lambda: self._hang_up(client)) for _ in range(_STORM)))
            await asyncio.sleep(_STORM_EVERY_SECONDS)

    async def _stream(self) -> None:
        """Read a stream to its end from a connection of its own, and note when its first byte came."""
        url = httpx.URL(self._service.v1)
        body = json.dumps(_SLOW).encode()
        head = f"POST {url.path}/chat/completions HTTP/1.1\r\nhost: {url.host}\r\ncontent-type: application/json\r\n"
        began = time.monotonic()
        async with asyncio.timeout(_LONGEST_SECONDS):
            reader, writer = await asyncio.open_connection(url.host, url.port)
            try:
                writer.write(
                    f"{head}connection: close\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body
                )
                status = int((await reader.readuntil(b"\r\n")).split()[1])
                first_byte = time.monotonic() - began
                rest = await reader.read(-1)
            finally:
                writer.close()
        if status in _REFUSALS:
            raise Refused
        self.first_bytes.append(first_byte)
        if status != httpx.codes.OK or b"data: [DONE]" not in rest[-40:]:
            raise RuntimeError(f"a stream of status {status} ended with {rest[-40:]!r}")

    async def _read_slowly(self, client: httpx.AsyncClient) -> None:
        async with client.stream("POST", "/chat/completions", json=_SLOW) as answer:
            answer.raise_for_status()
            last = ""
            async for line in answer.aiter_lines():
                last = line or last
                await asyncio.sleep(_SLOW_LINE_SECONDS)
        if last != "data: [DONE]":
            raise RuntimeError(f"a stream ended with {last!r}")

    async def _hang_up(self, client: httpx.AsyncClient) -> None:
        async with client.stream("POST", "/chat/completions", json=_SLOW) as answer:
            answer.raise_for_status()
            async for _ in answer.aiter_bytes():
                break

    async def _judged(self, call: Callable[[], Awaitable[None]]) -> None:
        """Call once; count it as answered, refused with a reason, or failed."""
        try:
            await call()
            self.outcomes["answered"] += 1
        except Refused:
            self.outcomes["refused"] += 1
        except httpx.HTTPStatusError as error:
            if error.response.status_code in _REFUSALS:
                self.outcomes["refused"] += 1
            else:
                self.failures.append(f"{error.request.url.path}: {error.response.status_code}")
        except (httpx.HTTPError, OSError, EOFError, RuntimeError, AssertionError) as error:
            self.failures.append(repr(error))
        self._report()

    def _report(self) -> None:
        done = self.outcomes.total() + len(self.failures)
        if done and done % 1_000 == 0:
            print(
                f"{done:>8} requests  {resident_mib(self._service.pid):7.1f} MiB  {dict(self.outcomes)}",
                flush=True,
            )


def remains(service: Running) -> list[str]:
    """Return what is wrong with the server once its clients are gone."""
    deadline = time.monotonic() + _SETTLED_SECONDS
    root = service.v1.removesuffix("/v1")
    while True:
        held = [
            line
            for line in httpx.get(f"{root}/metrics").text.splitlines()
            if line.startswith('footnote_pool_connections{state="in_use"}') and not line.endswith(" 0.0")
        ]
        status = httpx.get(f"{root}/readyz").status_code
        wrong = held + ([] if status == httpx.codes.OK else [f"/readyz is {status}"])
        if not wrong or time.monotonic() > deadline:
            return wrong
        time.sleep(1)


def counted_first_bytes(service: Running) -> str:
    """Return between which times the 95th of 100 first words went out, by the server's own count."""
    text = httpx.get(f"{service.v1.removesuffix('/v1')}/metrics").text
    buckets = [("0", 0.0), *((border, float(number)) for border, number in _COUNTED.findall(text))]
    wanted = 0.95 * buckets[-1][1]
    return next(
        (f"{low} to {high} s" for (low, _), (high, number) in pairwise(buckets) if number >= wanted), "-"
    )


@contextmanager
def slow_upstream() -> Iterator[str]:
    """Serve the fake upstream in a process of its own, so that its words do not wait for the clients."""
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=_serve_upstream, args=(port,), daemon=True)
    process.start()
    try:
        await_port(port)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.join()


def _serve_upstream(port: int) -> None:
    upstream = FakeUpstream()

    def forget() -> None:
        while True:
            time.sleep(_FORGET_EVERY_SECONDS)
            upstream.forget()

    threading.Thread(target=forget, daemon=True).start()
    uvicorn.run(upstream.app, host="127.0.0.1", port=port, log_level="error")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--streams", type=int, default=50)
    arguments = parser.parse_args()
    with (
        slow_upstream() as url,
        running(
            OPENAI_API_KEY="sk-good",
            OPENAI_BASE_URL=url,
            EMBEDDING_PROVIDER="fallback",
            UPSTREAM_MAX_CONCURRENCY="512",
        ) as service,
    ):
        soak = Soak(service, ends_at=time.monotonic() + 60 * arguments.minutes)
        asyncio.run(soak.run(arguments.streams))
        counted = counted_first_bytes(service)
        wrong = remains(service)

    first = sorted(soak.first_bytes) or [0.0]
    print(f"first byte: median {statistics.median(first):.2f} s, p95 {first[int(0.95 * len(first))]:.2f} s")
    print(f"first word as the server counts it: p95 {counted}")
    print(f"{dict(soak.outcomes)}, failed: {len(soak.failures)}")
    for line in [*list(dict.fromkeys(soak.failures))[:10], *wrong]:
        print(line)
    sys.exit(bool(soak.failures or wrong))


if __name__ == "__main__":
    main()
