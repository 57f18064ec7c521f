"""The first byte of a grounded chat beside a client that takes in many files, over that of an idle server.

    python -m benchmarks.beside [--files 2000] [--characters 1500]

The fallback embeds and answers, and the server starts the processes that read files, as it does by default. Prints the
p50 and p99 of the first byte, idle and from the first upload until all files can be searched; their ratio; and files a
second. Run it on a quiet machine: the p99 of an idle server is what all is measured by.
"""

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Callable

import httpx
import openai

from benchmarks.prose import Prose
from benchmarks.service import running

_IDLE_CHATS = 300
_WARM_UP_CHATS = 50
# A person does not ask without a pause, and without one the chats alone would use up the processor.
_PAUSE_SECONDS = 0.02
_QUESTION = "How long does parental leave last?"


def main() -> None:
    """Run the measurement that the arguments describe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--characters", type=int, default=1_500)
    arguments = parser.parse_args()
    texts = Prose().texts(arguments.files, characters=arguments.characters)

    with running() as service, httpx.Client(timeout=60) as client:
        _fill(service.v1)
        _first_bytes(client, service.v1, lambda chats: chats < _WARM_UP_CHATS)
        idle = _first_bytes(client, service.v1, lambda chats: chats < _IDLE_CHATS)
        taking_in = multiprocessing.Process(target=_take_in, args=(service.v1, texts))
        begun = time.perf_counter()
        taking_in.start()
        beside = _first_bytes(client, service.v1, lambda _: taking_in.is_alive())
        rate = len(texts) / (time.perf_counter() - begun)
    for name, seconds in (("idle", idle), ("beside", beside)):
        print(f"{name}: p50={1_000 * statistics.median(seconds):.1f} ms p99={1_000 * _p99(seconds):.1f} ms")
    print(f"p99 beside/idle={_p99(beside) / _p99(idle):.1f} files/s={rate:.1f} files={len(texts)}")


def _fill(base_url: str) -> None:
    text = b"Parental leave lasts nine months. It is paid in full for six of them."
    sent = {"files": {"file": ("leave.txt", text)}, "data": {"vector_store": "hr"}}
    httpx.post(f"{base_url}/ingest", timeout=60, **sent).raise_for_status()  # type: ignore[arg-type]


def _first_bytes(client: httpx.Client, base_url: str, goes_on: Callable[[int], bool]) -> list[float]:
    """Return the seconds until the first byte of each chat, one chat after another."""
    body = {"model": "gpt-5.4-mini@hr", "messages": [{"role": "user", "content": _QUESTION}], "stream": True}
    taken: list[float] = []
    while goes_on(len(taken)):
        started = time.perf_counter()
        with client.stream("POST", f"{base_url}/chat/completions", json=body) as response:
            pieces = response.iter_raw()
            next(pieces)
            taken.append(time.perf_counter() - started)
            for _ in pieces:
                pass
        time.sleep(_PAUSE_SECONDS)
    return taken


def _take_in(base_url: str, texts: list[str]) -> None:
    with openai.OpenAI(base_url=base_url, api_key="any") as client:
        store = client.vector_stores.create().id
        files = [
            client.files.create(file=(f"{number}.txt", text.encode()), purpose="assistants").id
            for number, text in enumerate(texts)
        ]
        for first in range(0, len(files), 500):
            client.vector_stores.file_batches.create_and_poll(store, file_ids=files[first : first + 500])


def _p99(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=100)[98]


if __name__ == "__main__":
    main()
