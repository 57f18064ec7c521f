"""Stores, files and searches by the stock OpenAI SDK, against any server that speaks its API.

    python -m benchmarks.peers [--base-url http://127.0.0.1:8000/v1 --api-key KEY] [--documents 40] [--words 1500]

Without an address, a Footnote of its own is started. Prints files a second until they can be searched (four clients
upload and attach), and searches: the p50 of one client, and how many a second eight clients make.
"""

import argparse
import asyncio
import contextlib
import statistics
import time

from openai import AsyncOpenAI

from benchmarks.prose import Prose
from benchmarks.service import running

_WRITERS = 4
_READERS = 8
_SECONDS = 5.0
_CHARACTERS_A_WORD = 5.4


def main() -> None:
    """Measure the server that the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base-url")
    parser.add_argument("--api-key", default="any")
    parser.add_argument("--documents", type=int, default=40)
    parser.add_argument("--words", type=int, default=1_500)
    arguments = parser.parse_args()
    with contextlib.ExitStack() as stack:
        base_url = arguments.base_url or stack.enter_context(running()).v1
        asyncio.run(_measure(base_url, arguments.api_key, arguments.documents, arguments.words))


async def _measure(base_url: str, key: str, documents: int, words: int) -> None:
    prose = Prose()
    texts = prose.texts(documents, characters=round(words * _CHARACTERS_A_WORD))
    questions = prose.questions(50)
    async with AsyncOpenAI(base_url=base_url, api_key=key, max_retries=0) as client:
        store = (await client.vector_stores.create(name="peers")).id
        # A server that has just started may still be loading what reads files.
        await _write(client, store, [(documents, prose.texts(1, characters=1_000)[0])])
        started = time.perf_counter()
        waiting = list(enumerate(texts))
        await asyncio.gather(*(_write(client, store, waiting) for _ in range(_WRITERS)))
        files = documents / (time.perf_counter() - started)
        print(f"files/s until searchable={files:.1f} documents={documents} words={words} clients={_WRITERS}")

        alone = await _search(client, store, questions, 0)
        begun = time.perf_counter()
        together = await asyncio.gather(
            *(_search(client, store, questions, place) for place in range(_READERS))
        )
        rate = sum(map(len, together)) / (time.perf_counter() - begun)
        print(
            f"search p50={1_000 * statistics.median(alone):.1f} ms one client, {rate:.0f} a second by {_READERS}"
        )


async def _write(client: AsyncOpenAI, store: str, waiting: list[tuple[int, str]]) -> None:
    """Upload and attach files until none waits, each until it can be searched."""
    while waiting:
        number, text = waiting.pop()
        file = await client.files.create(file=(f"{number}.txt", text.encode()), purpose="assistants")
        await client.vector_stores.files.create(store, file_id=file.id)
        await client.vector_stores.files.poll(file.id, vector_store_id=store, poll_interval_ms=20)


async def _search(client: AsyncOpenAI, store: str, questions: list[str], first: int) -> list[float]:
    """Return the seconds of each search that one client made, one after the other."""
    taken: list[float] = []
    until = time.perf_counter() + _SECONDS
    while (started := time.perf_counter()) < until:
        question = questions[(first + len(taken)) % len(questions)]
        await client.vector_stores.search(store, query=question)
        taken.append(time.perf_counter() - started)
    return taken


if __name__ == "__main__":
    main()
