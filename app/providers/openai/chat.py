"""Chat completions from upstream, whole or streamed, as the same events."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeVar

import openai
from openai import AsyncStream

from app.core.errors import UpstreamFailed, UpstreamTimedOut
from app.core.types import Json
from app.providers.base import ChatProviderRequest, Finished, ProviderEvent, Started
from app.providers.openai.chunks import completion_events, delta_events
from app.providers.openai.connection import OpenAIConnection

_T = TypeVar("_T")
_PATH = "/chat/completions"
_TOO_LATE = "The upstream model server did not answer in time."


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """How long a stream's status line may take, and how long upstream may pause once it has begun to answer.

    Between the two a model may think: the deadline of the whole request holds there.
    """

    first_byte_seconds: float = 30
    pause_seconds: float = 30


class OpenAIChat:
    """Chat completions from upstream."""

    name = "openai"
    model_owner = "upstream"
    follows_instructions = True

    def __init__(self, connection: OpenAIConnection, limits: StreamLimits | None = None) -> None:
        self._connection = connection
        self._limits = limits or StreamLimits()

    def answers_to(self, model: str) -> bool:  # noqa: ARG002 - upstream judges the name
        return True

    def check_request(self, body: Json) -> None:
        """Leave it to upstream."""

    async def respond(
        self, request: ChatProviderRequest, *, deadline: float
    ) -> AsyncGenerator[ProviderEvent, None]:
        ways = self._streamed if request.body.get("stream") else self._plain
        async with aclosing(ways(request, deadline)) as events:
            async for event in events:
                yield event

    async def models(self) -> list[str]:
        return await self._connection.model_ids()

    async def check(self) -> None:
        await self._connection.model_ids()

    async def close(self) -> None:
        await self._connection.close()

    async def _plain(
        self, request: ChatProviderRequest, deadline: float
    ) -> AsyncGenerator[ProviderEvent, None]:
        body = dict(request.body)
        completion = await self._before(deadline, body, self._connection.post(_PATH, body))
        for event in completion_events(completion, asked_model=request.model):
            yield event

    async def _streamed(
        self, request: ChatProviderRequest, deadline: float
    ) -> AsyncGenerator[ProviderEvent, None]:
        # Usage is always requested, because our own counters need it.
        body = dict(request.body) | {"stream_options": {"include_usage": True}}
        head_by = min(deadline, time.monotonic() + self._limits.first_byte_seconds)
        stream = await self._before(head_by, body, self._connection.open_stream(_PATH, body))
        try:
            started, begun, finished = False, False, False
            chunks = self._chunks(stream)  # closed with the stream below
            while (chunk := await self._next(chunks, None if begun else deadline)) is not None:
                if not started:
                    yield _started(chunk, request.model)
                    started = True
                for event in delta_events(chunk):
                    begun, finished = True, finished or isinstance(event, Finished)
                    yield event
            if not finished:
                raise UpstreamFailed(
                    "The upstream model server ended its stream before the answer was complete."
                )
        finally:
            await stream.close()

    async def _next(
        self, chunks: AsyncGenerator[dict[str, Any], None], deadline: float | None
    ) -> dict[str, Any] | None:
        """Return the next chunk, None at the end; raise UpstreamTimedOut after the deadline, or after a pause without one."""
        seconds = self._limits.pause_seconds if deadline is None else max(0.0, deadline - time.monotonic())
        try:
            async with asyncio.timeout(seconds):
                return await anext(chunks, None)
        except TimeoutError:
            raise UpstreamTimedOut(
                f"The upstream model server paused for more than {seconds:g} seconds amid its answer."
                if deadline is None
                else _TOO_LATE
            ) from None

    async def _chunks(self, stream: AsyncStream[object]) -> AsyncGenerator[dict[str, Any], None]:
        try:
            async for chunk in stream:
                if not isinstance(chunk, dict):
                    raise UpstreamFailed("The upstream model server sent a chunk that is no object.")
                yield chunk
        except openai.OpenAIError as error:
            raise self._connection.translated(error) from error
        except ValueError as error:
            raise UpstreamFailed("The upstream model server sent a chunk that is not JSON.") from error

    async def _before(self, deadline: float, body: Json, work: Awaitable[_T]) -> _T:
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                return await work
        except TimeoutError:
            self._connection.breaker(_PATH, body).note_timeout()
            raise UpstreamTimedOut(_TOO_LATE) from None


def _started(chunk: dict[str, Any], asked_model: str) -> Started:
    return Started(
        model=str(chunk.get("model") or asked_model),
        system_fingerprint=chunk.get("system_fingerprint"),
        service_tier=chunk.get("service_tier"),
    )
