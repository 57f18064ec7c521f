"""Server-sent events: frames, the end mark, errors inside a stream, and closing upstream when the client hangs up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
import structlog
from fastapi import Request
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import AppStatus

from app.core import metrics
from app.core.errors import FootnoteError
from app.wire.errors import error_body

log = structlog.get_logger()

# Running streams may end within the server's shutdown time: do not cut them at the first signal.
AppStatus.enable_automatic_graceful_drain = False

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Framing:
    """How one API writes its events: with names or without, the end mark, and the end of a stream that breaks."""

    failure: Callable[[FootnoteError], Iterable[dict[str, Any]]]
    named: bool = False
    end_mark: bytes = b""

    def frame(self, body: dict[str, Any]) -> bytes:
        name = b"event: " + body["type"].encode() + b"\n" if self.named else b""
        return name + b"data: " + orjson.dumps(body) + b"\n\n"


# Chat streams: SDKs raise on the error's frame. No end mark follows it.
CHAT_FRAMING = Framing(lambda error: [error_body(error)], end_mark=b"data: [DONE]\n\n")


class ClientGone(Exception):
    """The client closed its connection."""


def event_stream(
    bodies: AsyncIterator[dict[str, Any]],
    *,
    close: Callable[[], Awaitable[None]],
    headers: dict[str, str],
    framing: Framing = CHAT_FRAMING,
) -> EventSourceResponse:
    """Return a stream of frames; `close` is awaited however it ends."""

    async def frames() -> AsyncIterator[bytes]:
        try:
            async for body in bodies:
                yield framing.frame(body)
            if framing.end_mark:
                yield framing.end_mark
        except FootnoteError as error:
            log.warning("stream_failed", status=error.status, code=error.code)
            for body in framing.failure(error):
                yield framing.frame(body)
        except Exception:
            metrics.unhandled_errors.inc()
            log.exception("stream_failed")
            for body in framing.failure(FootnoteError("The server had an error while writing the answer.")):
                yield framing.frame(body)
        finally:
            await asyncio.shield(close())

    return EventSourceResponse(
        frames(),
        headers={"cache-control": "no-cache"} | headers,
        ping=15,
        sep="\n",
        ping_message_factory=lambda: ServerSentEvent(comment="ping"),
    )


async def until_gone(request: Request, work: Coroutine[Any, Any, _T]) -> _T:
    """Return what `work` returns, or cancel it and raise ClientGone when the client hangs up first.

    The body must have been read.
    """
    working = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientGone
        return working.result()
    finally:
        for task in (working, watching):
            task.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
