"""Chats through Footnote against the same upstream asked directly, and against another proxy if one is named.

    python -m benchmarks.chat_proxy [--peer http://127.0.0.1:4000/v1 --peer-key KEY]

The upstream is local, and nothing is retrieved. Prints the p50 of the first byte of a stream over upstream's own, for one
that answers at once and one that thinks for a tenth of a second; requests a second on one worker (and over the peer's), and how many database
connections three hundred open streams hold.
"""

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import statistics
import time
from collections.abc import AsyncIterator, Iterator

import httpx
import psycopg
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from benchmarks.service import Running, await_port, free_port, running

_STREAMS = 300
_AT_ONCE = 32
_SECONDS = 8.0
_WORDS = 40
_THINKING_SECONDS = 0.1


def main() -> None:
    """Run the measurement that the arguments describe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", help="the /v1 address of another proxy in front of --upstream-port")
    parser.add_argument("--peer-key", default="any")
    parser.add_argument("--upstream-port", type=int, default=0)
    arguments = parser.parse_args()
    with (
        upstream(arguments.upstream_port or free_port()) as direct,
        running(
            OPENAI_BASE_URL=direct, OPENAI_API_KEY="sk-any", UPSTREAM_MAX_CONCURRENCY=str(2 * _STREAMS)
        ) as service,
    ):
        asyncio.run(_measure(service, direct, arguments.peer, arguments.peer_key))


@contextlib.contextmanager
def upstream(port: int) -> Iterator[str]:
    """Serve an upstream in a process of its own; yield its /v1 address."""
    process = multiprocessing.Process(target=_serve_upstream, args=(port,), daemon=True)
    process.start()
    await_port(port)
    try:
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()


async def _measure(service: Running, direct: str, peer: str | None, key: str) -> None:
    for model in ("quick", "thinking"):
        ours, own = await _first_byte(service.v1, model), await _first_byte(direct, model)
        print(
            f"first byte/upstream={ours / own:.2f} model={model} (p50 {1_000 * ours:.1f} / {1_000 * own:.1f} ms)"
        )
    rate, upstream_rate = await _rate(service.v1), await _rate(direct)
    line = f"requests/s={rate:.0f} of upstream={rate / upstream_rate:.2f} at_once={_AT_ONCE}"
    if peer:
        peer_rate = await _rate(peer, key)
        line += f" over peer={rate / peer_rate:.1f} ({peer_rate:.0f})"
    print(line)
    before, during = await _connections_of_streams(service)
    print(f"connections={during} with {_STREAMS} open streams, {before} before")


async def _first_byte(base_url: str, model: str) -> float:
    async with httpx.AsyncClient(base_url=base_url, timeout=30) as client:
        taken = []
        for number in range(120):
            started = time.perf_counter()
            async with client.stream(
                "POST", "chat/completions", json=chat_body(stream=True, model=model)
            ) as answer:
                async for _ in answer.aiter_raw():
                    break
            if number >= 20:
                taken.append(time.perf_counter() - started)
        return statistics.median(taken)


async def _rate(base_url: str, key: str = "any") -> float:
    end = 0.0
    headers = {"authorization": f"Bearer {key}"}
    limits = httpx.Limits(max_connections=_AT_ONCE)

    async with httpx.AsyncClient(base_url=base_url, timeout=30, limits=limits, headers=headers) as client:

        async def work() -> int:
            done = 0
            while time.perf_counter() < end:
                (await client.post("chat/completions", json=chat_body())).raise_for_status()
                done += 1
            return done

        (await client.post("chat/completions", json=chat_body())).raise_for_status()
        end = time.perf_counter() + _SECONDS
        return sum(await asyncio.gather(*(work() for _ in range(_AT_ONCE)))) / _SECONDS


async def _connections_of_streams(service: Running) -> tuple[int, int]:
    """Return how many connections to the database are in a transaction, before and during slow streams."""
    before = _busy(service.database)
    limits = httpx.Limits(max_connections=_STREAMS)
    async with httpx.AsyncClient(base_url=service.v1, timeout=60, limits=limits) as client:
        open_streams = asyncio.Semaphore(0)

        async def read() -> None:
            async with client.stream(
                "POST", "chat/completions", json=chat_body(stream=True, model="slow")
            ) as answer:
                async for _ in answer.aiter_raw():
                    open_streams.release()
                    break
                await asyncio.sleep(60)

        streams = [asyncio.create_task(read()) for _ in range(_STREAMS)]
        for _ in range(_STREAMS):
            await open_streams.acquire()
        during = await asyncio.to_thread(_busy, service.database)
        for stream in streams:
            stream.cancel()
        await asyncio.gather(*streams, return_exceptions=True)
    return before, during


def _busy(database: str) -> int:
    with psycopg.connect(database) as connection:
        row = connection.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() "
            "and state <> 'idle'"
        ).fetchone()
    assert row is not None, "an aggregate returns a row"
    return int(row[0])


def chat_body(*, stream: bool = False, model: str = "quick") -> dict[str, object]:
    """Return a chat for which nothing is retrieved."""
    messages = [{"role": "user", "content": "How long does parental leave last?"}]
    return {"model": model, "messages": messages, "stream": stream, "footnote": {"enabled": False}}


def _serve_upstream(port: int) -> None:
    app = Starlette(
        routes=[Route("/v1/chat/completions", _chat, methods=["POST"]), Route("/v1/models", _models)]
    )
    uvicorn.run(app, port=port, log_level="error")


async def _models(_: Request) -> Response:
    return JSONResponse({"object": "list", "data": [{"id": "quick", "object": "model"}]})


async def _chat(request: Request) -> Response:
    body = await request.json()
    if body["model"] == "thinking":
        await asyncio.sleep(_THINKING_SECONDS)
    head = {"id": "chatcmpl-1", "created": 1, "model": body["model"]}
    if body.get("stream"):
        return StreamingResponse(_deltas(head, slow=body["model"] == "slow"), media_type="text/event-stream")
    message = {"role": "assistant", "content": "word " * _WORDS}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    usage = {"prompt_tokens": 9, "completion_tokens": _WORDS, "total_tokens": 9 + _WORDS}
    return JSONResponse(head | {"object": "chat.completion", "choices": [choice], "usage": usage})


async def _deltas(head: dict[str, object], *, slow: bool) -> AsyncIterator[bytes]:
    for number in range(_WORDS):
        if slow:
            await asyncio.sleep(0.5)
        delta = {"role": "assistant", "content": "word "} if number == 0 else {"content": "word "}
        choice = {"index": 0, "delta": delta, "finish_reason": None, "logprobs": None}
        yield _frame(head | {"object": "chat.completion.chunk", "choices": [choice]})
    choice = {"index": 0, "delta": {}, "finish_reason": "stop", "logprobs": None}
    yield _frame(head | {"object": "chat.completion.chunk", "choices": [choice]})
    yield b"data: [DONE]\n\n"


def _frame(body: dict[str, object]) -> bytes:
    return f"data: {json.dumps(body)}\n\n".encode()


if __name__ == "__main__":
    main()
