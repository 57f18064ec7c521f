"""Chat completions from upstream, whole or streamed, as the same events."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable
from dataclasses import dataclass
from typing import TypeVar

import openai

from app.core.errors import UpstreamTimedOut
from app.core.types import Json
from app.providers.base import ChatProviderRequest, ProviderEvent
from app.providers.openai.chunks import StreamedEvents, completion_events
from app.providers.openai.connection import OpenAIConnection
from app.providers.openai.transport import UpstreamStream

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

    def respond(
        self, request: ChatProviderRequest, *, deadline: float
    ) -> AsyncGenerator[ProviderEvent, None]:
        ways = self._streamed if request.body.get("stream") else self._plain
        return ways(request, deadline)

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
        streamed = StreamedEvents(asked_model=request.model)
        try:
            while (events := await self._next(stream, streamed, deadline)) is not None:
                for event in events:
                    yield event
            streamed.check_whole()
            await stream.drain()
        finally:
            stream.close()

    async def _next(
        self, stream: UpstreamStream, streamed: StreamedEvents, deadline: float
    ) -> list[ProviderEvent] | None:
        """Return the events that come next, None at the end.

        Raises UpstreamTimedOut after the deadline, or after a pause once the answer has begun.
        """
        has_begun = streamed.has_begun
        seconds = self._limits.pause_seconds if has_begun else max(0.0, deadline - time.monotonic())
        try:
            async with asyncio.timeout(seconds):
                while not streamed.is_done and (piece := await self._read(stream)):
                    if (events := streamed.feed(piece)) is not None:
                        return events
        except TimeoutError:
            raise UpstreamTimedOut(
                f"The upstream model server paused for more than {seconds:g} seconds amid its answer."
                if has_begun
                else _TOO_LATE
            ) from None
        return None

    async def _read(self, stream: UpstreamStream) -> bytes:
        try:
            return await stream.read()
        except openai.OpenAIError as error:
            raise self._connection.translated(error) from error

    async def _before(self, deadline: float, body: Json, work: Awaitable[_T]) -> _T:
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                return await work
        except TimeoutError:
            self._connection.breaker(_PATH, body).note_timeout()
            raise UpstreamTimedOut(_TOO_LATE) from None
