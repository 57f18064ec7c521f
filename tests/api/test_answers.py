"""Streams of events: frames, comments in between, errors, and clients that hang up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import pytest
from starlette.types import Message

from app.api import answers
from app.core.errors import UpstreamFailed


class Client:
    """The server's side of one connection: it collects what is sent, and hangs up when a test says so."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.heard = asyncio.Condition()
        self.gone = asyncio.Event()
        self.closed = 0
        self.asked = 0

    async def receive(self) -> Message:
        self.asked += 1
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)
        async with self.heard:
            self.heard.notify_all()

    async def await_body(self, start: bytes) -> None:
        """Return once the body begins like this."""
        async with self.heard, asyncio.timeout(60):
            await self.heard.wait_for(lambda: self.body.startswith(start))

    async def close(self) -> None:
        self.closed += 1

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])

    async def get(self, bodies: AsyncIterator[dict[str, Any]]) -> None:
        stream = answers.event_stream(bodies, close=self.close, headers={"x-footnote-provider": "p"})
        await stream({"type": "http"}, self.receive, self.send)


async def counted(
    pause: Awaitable[object] | None = None, error: Exception | None = None
) -> AsyncIterator[dict[str, Any]]:
    yield {"n": 1}
    if pause is not None:
        await pause
    if error is not None:
        raise error
    yield {"n": 2}


async def test_a_stream_is_frames_and_an_end_mark() -> None:
    """The head says that nobody may keep or collect it, and the answer is closed once."""
    client = Client()

    await client.get(counted())

    assert client.body == b'data: {"n":1}\n\ndata: {"n":2}\n\ndata: [DONE]\n\n'
    assert client.sent[-1] == {"type": "http.response.body", "body": b""}
    assert dict(client.sent[0]["headers"]) == {
        b"cache-control": b"no-cache",
        b"x-footnote-provider": b"p",
        b"connection": b"keep-alive",
        b"x-accel-buffering": b"no",
        b"content-type": b"text/event-stream; charset=utf-8",
    }
    assert client.closed == 1


async def test_a_quiet_stream_has_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies close connections on which nothing comes."""
    monkeypatch.setattr(answers, "_PING_SECONDS", 0.05)
    client = Client()
    two_comments = b'data: {"n":1}\n\n: ping\n\n: ping\n\n'

    await client.get(counted(pause=client.await_body(two_comments)))

    assert client.body.startswith(two_comments)
    assert client.body.endswith(b"data: [DONE]\n\n")


async def test_a_client_that_hangs_up_ends_the_answer() -> None:
    """What was under way is closed, and nothing more is sent."""
    client = Client()
    getting = asyncio.ensure_future(client.get(counted(pause=asyncio.sleep(60))))
    await client.await_body(b'data: {"n":1}\n\n')

    client.gone.set()
    await asyncio.wait_for(getting, 30)

    assert client.body == b'data: {"n":1}\n\n'
    assert client.closed == 1


async def test_a_client_is_watched_only_while_it_waits() -> None:
    """A quick answer is not worth a task beside it. Of a longer one, whether the client is still there is asked once."""
    quick, slow = Client(), Client()

    await quick.get(counted())
    await slow.get(counted(pause=asyncio.sleep(0.3)))

    assert (quick.asked, slow.asked) == (0, 1)


async def test_whoever_else_ends_an_answer_is_not_kept_waiting() -> None:
    """A server that ends cancels its requests; that is no client that hung up."""
    client = Client()
    getting = asyncio.ensure_future(client.get(counted(pause=asyncio.sleep(60))))
    await client.await_body(b'data: {"n":1}\n\n')

    getting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(getting, 30)

    assert client.closed == 1


@pytest.mark.parametrize("error", [UpstreamFailed("It broke."), RuntimeError("secret")])
async def test_an_error_is_the_last_frame(error: Exception) -> None:
    """No end mark follows, and an unforeseen error's words stay here."""
    client = Client()

    await client.get(counted(error=error))

    assert b'"error"' in client.body.rpartition(b"data: ")[2]
    assert b"[DONE]" not in client.body
    assert b"secret" not in client.body
    assert client.closed == 1
