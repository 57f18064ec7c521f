"""A server under clients of all kinds at once, for a while: `python -m benchmarks.soak [--minutes M] [--streams N]`.

Streams that are read to their ends, storms of clients that hang up, clients that read slowly, and mixed requests, with an
upstream that writes slowly. It prints the server's resident memory at each thousand requests, and at the end what was
answered. It exits with 1 if an answer was neither right nor a refusal with a reason (503, 507), or if the server is not
healthy or still holds connections of the database afterwards.
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import count

import httpx

from benchmarks.memory import Mix, resident_mib
from benchmarks.service import Running, running
from tests.fake_upstream import FakeUpstream
from tests.serving import serve

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


class Soak:
    """The clients, and what they were answered."""

    def __init__(self, service: Running, upstream: FakeUpstream, *, ends_at: float) -> None:
        self._service = service
        self._upstream = upstream
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
            clients = [self._repeat(lambda: self._read(client, pause_seconds=0)) for _ in range(streams)]
            clients += [
                self._repeat(lambda: self._read(client, pause_seconds=_SLOW_LINE_SECONDS))
                for _ in range(_SLOW_READERS)
            ]
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

    async def _read(self, client: httpx.AsyncClient, *, pause_seconds: float) -> None:
        began = time.monotonic()
        async with client.stream("POST", "/chat/completions", json=_SLOW) as answer:
            answer.raise_for_status()
            last = ""
            async for line in answer.aiter_lines():
                if not last:
                    self.first_bytes.append(time.monotonic() - began)
                last = line or last
                await asyncio.sleep(pause_seconds)
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
        except httpx.HTTPStatusError as error:
            if error.response.status_code in _REFUSALS:
                self.outcomes["refused"] += 1
            else:
                self.failures.append(f"{error.request.url.path}: {error.response.status_code}")
        except (httpx.HTTPError, RuntimeError, AssertionError) as error:
            self.failures.append(repr(error))
        self._report()

    def _report(self) -> None:
        done = self.outcomes.total() + len(self.failures)
        if done and done % 1_000 == 0:
            self._upstream.forget()
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--streams", type=int, default=50)
    arguments = parser.parse_args()
    upstream = FakeUpstream()
    with (
        serve(upstream.app) as model,
        running(
            OPENAI_API_KEY="sk-good",
            OPENAI_BASE_URL=model.v1,
            EMBEDDING_PROVIDER="fallback",
            UPSTREAM_MAX_CONCURRENCY="512",
        ) as service,
    ):
        soak = Soak(service, upstream, ends_at=time.monotonic() + 60 * arguments.minutes)
        asyncio.run(soak.run(arguments.streams))
        wrong = remains(service)

    first = sorted(soak.first_bytes) or [0.0]
    print(f"first byte: median {statistics.median(first):.2f} s, p95 {first[int(0.95 * len(first))]:.2f} s")
    print(f"{dict(soak.outcomes)}, failed: {len(soak.failures)}")
    for line in [*list(dict.fromkeys(soak.failures))[:10], *wrong]:
        print(line)
    sys.exit(bool(soak.failures or wrong))


if __name__ == "__main__":
    main()
