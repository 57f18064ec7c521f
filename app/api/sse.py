"""Server-sent events: frames, the end mark, errors in mid-stream, and upstream closed when the client goes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
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

# Running streams end by themselves within the server's grace: do not cut them at the first signal.
AppStatus.enable_automatic_graceful_drain = False

_T = TypeVar("_T")
_DONE = b"data: [DONE]\n\n"


class ClientGone(Exception):
    """The client closed its connection."""


def event_stream(
    bodies: AsyncIterator[dict[str, Any]], *, close: Callable[[], Awaitable[None]], headers: dict[str, str]
) -> EventSourceResponse:
    """Return a stream of `data:` frames that ends with [DONE]; `close` is awaited however it ends.

    An error in mid-stream is sent as a frame of its own, without [DONE]: SDKs raise on it.
    """

    async def frames() -> AsyncIterator[bytes]:
        try:
            async for body in bodies:
                yield _frame(body)
            yield _DONE
        except FootnoteError as error:
            log.warning("stream_failed", status=error.status, code=error.code)
            yield _frame(error_body(error))
        except Exception:
            metrics.unhandled_errors.inc()
            log.exception("stream_failed")
            yield _frame(error_body(FootnoteError("The server had an error while writing the answer.")))
        finally:
            await asyncio.shield(close())

    return EventSourceResponse(
        frames(),
        headers={"cache-control": "no-cache"} | headers,
        ping=15,
        sep="\n",
        ping_message_factory=lambda: ServerSentEvent(comment="ping"),
    )


def _frame(body: dict[str, Any]) -> bytes:
    return b"data: " + orjson.dumps(body) + b"\n\n"


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
