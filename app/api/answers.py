"""POST /v1/chat/completions, and what all routes that answer share: the check of the model, events, clients that hang up, headers."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
import structlog
from fastapi import APIRouter, Request, Response
from starlette.types import Receive, Scope, Send

from app.answering.answer import Answer, Answerer
from app.answering.chat_completions import fold_completion, stream_chunks
from app.api.bodies import json_response, read_json
from app.api.dependencies import PlainRoute, admitted, source_links
from app.api.documentation import documented
from app.api.errors import CLIENT_CLOSED_REQUEST
from app.core import telemetry
from app.core.errors import FootnoteError, InvalidRequest
from app.core.permissions import SourceLinks
from app.core.types import Caller
from app.library.models import ModelLibrary
from app.services import ApiSettings
from app.wire.chat_completions import ChatCompletionRequest, answer_request
from app.wire.errors import error_body

log = structlog.get_logger()

_PING_SECONDS = 15
# Whoever hangs up sooner is noticed then.
_UNWATCHED_SECONDS = 0.1
_PING = b": ping\n\n"

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
_CHAT_FRAMING = Framing(lambda error: [error_body(error)], end_mark=b"data: [DONE]\n\n")


class ClientGone(Exception):
    """The client closed its connection."""


def event_stream(
    bodies: AsyncIterator[dict[str, Any]],
    *,
    close: Callable[[], Awaitable[None]],
    headers: dict[str, str],
    framing: Framing = _CHAT_FRAMING,
) -> Response:
    """Return a stream of frames; `close` is awaited however it ends."""

    async def frames() -> AsyncGenerator[bytes, None]:
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
            telemetry.unhandled_errors.inc()
            log.exception("stream_failed")
            for body in framing.failure(FootnoteError("The server had an error while writing the answer.")):
                yield framing.frame(body)
        finally:
            await asyncio.shield(close())

    return _EventStream(frames(), headers)


class _EventStream(Response):
    """Sends frames as they come, and a comment now and then, which keeps proxies awake."""

    media_type = "text/event-stream"

    def __init__(self, frames: AsyncGenerator[bytes, None], headers: Mapping[str, str]) -> None:
        self._frames = frames
        self.status_code = 200
        self.background = None
        self.init_headers(
            {"cache-control": "no-cache", **headers, "connection": "keep-alive", "x-accel-buffering": "no"}
        )

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        async def write() -> None:
            async with aclosing(self._frames) as frames:
                await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
                async for frame in frames:
                    await send({"type": "http.response.body", "body": frame, "more_body": True})
            await send({"type": "http.response.body", "body": b""})

        async def ping() -> None:
            await send({"type": "http.response.body", "body": _PING, "more_body": True})

        with suppress(ClientGone):
            await _until_gone(receive, write(), pause=ping)


async def _no_pause() -> None:
    """Do nothing."""


async def _until_gone(
    receive: Receive, work: Coroutine[Any, Any, _T], *, pause: Callable[[], Awaitable[None]] = _no_pause
) -> _T:
    """Return what `work` returns, or cancel it and raise ClientGone when the client hangs up first.

    The body must have been read. `pause` is awaited every fifteen seconds.
    """
    watch = _Watch(receive, pause)
    try:
        return await work
    finally:
        await watch.end()


class _Watch:
    """Cancels the task that makes it when the client hangs up. Answers that are quick are not worth a task beside them."""

    def __init__(self, receive: Receive, pause: Callable[[], Awaitable[None]]) -> None:
        self._receive = receive
        self._pause = pause
        self._answering = asyncio.current_task()
        self._watching: asyncio.Task[None] | None = None
        self._is_gone = False
        self._start = asyncio.get_running_loop().call_later(_UNWATCHED_SECONDS, self._begin)

    async def end(self) -> None:
        """Look no longer; raise ClientGone if the client was what ended the task's work."""
        self._start.cancel()
        if self._watching is None:
            return
        self._watching.cancel()
        await asyncio.gather(self._watching, return_exceptions=True)
        # Whoever else cancels the task is not kept waiting.
        if self._is_gone and self._answering is not None and not self._answering.uncancel():
            raise ClientGone

    def _begin(self) -> None:
        self._watching = asyncio.create_task(self._look())

    async def _look(self) -> None:
        await _disconnected(self._receive, self._pause)
        self._is_gone = True
        if self._answering is not None:
            self._answering.cancel()


async def _disconnected(receive: Receive, pause: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            async with asyncio.timeout(_PING_SECONDS):
                message = await receive()
        except TimeoutError:
            await pause()
        else:
            if message["type"] == "http.disconnect":
                return


def check_answerable(models: ModelLibrary, api_settings: ApiSettings, *, model: str, stream: bool) -> None:
    """Raise NotFound for a model that is not there, InvalidRequest where streams are turned off."""
    models.check_chat(model)
    if stream and not api_settings.streaming_enabled:
        raise InvalidRequest(
            "Streaming is turned off on this server (STREAMING_ENABLED=false). Send stream: false.",
            param="stream",
            code="streaming_disabled",
        )


async def unless_gone(request: Request, answering: Coroutine[Any, Any, Response]) -> Response:
    """Return the response, or stop the work and note 499 when the client hangs up first."""
    try:
        return await _until_gone(request.receive, answering)
    except ClientGone:
        return Response(status_code=CLIENT_CLOSED_REQUEST)


def answer_headers(answer: Answer) -> dict[str, str]:
    """Return the headers that name the provider and the retrieval."""
    headers = {"x-footnote-provider": answer.provider, **answer.reservation.headers}
    if answer.retrieval is not None:
        headers["x-footnote-retrieval-id"] = answer.retrieval.retrieval_id
    return headers


router = APIRouter(tags=["chat"], route_class=PlainRoute)


@router.post("/v1/chat/completions", openapi_extra=documented(ChatCompletionRequest))
async def create_chat_completion(request: Request) -> Response:
    """Answer a chat from the caller's documents, plain or streamed."""
    services, caller = await admitted(request)
    body = await read_json(request, ChatCompletionRequest)
    check_answerable(services.models, services.api_settings, model=body.model, stream=body.stream)
    links = await source_links(request, services.source_links, caller)
    respond = _streamed if body.stream else _plain
    return await unless_gone(request, respond(services.answerer, caller, body, links))


async def _streamed(
    answerer: Answerer, caller: Caller, body: ChatCompletionRequest, links: SourceLinks
) -> Response:
    answer = await answerer.start(caller, answer_request(body))
    chunks = stream_chunks(answer, choices=body.n or 1, includes_usage=body.includes_usage, links=links)
    return event_stream(chunks, close=answer.aclose, headers=answer_headers(answer))


async def _plain(
    answerer: Answerer, caller: Caller, body: ChatCompletionRequest, links: SourceLinks
) -> Response:
    answer = await answerer.start(caller, answer_request(body))
    try:
        completion = await fold_completion(answer, links=links)
    finally:
        await answer.aclose()
    return json_response(completion, headers=answer_headers(answer))
