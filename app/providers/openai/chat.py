"""Chat completions from upstream, whole or streamed, as the same events. Unknown fields pass through."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Iterator, Mapping
from typing import Any, TypeVar

import openai
import orjson

from app.core.errors import UpstreamFailed, UpstreamTimedOut
from app.core.types import Json
from app.providers.base import (
    ChatProviderRequest,
    ExtraDelta,
    Finished,
    ProviderEvent,
    RefusalDelta,
    Started,
    TextDelta,
    ToolCallDelta,
    UsageReported,
)
from app.providers.openai.address import StreamLimits
from app.providers.openai.connection import OpenAIConnection, UpstreamStream
from app.providers.openai.errors import broken_off


class EventData:
    """Takes a stream in pieces of any size. Names, ids and comments are passed over."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Yield the data of each event that is now complete."""
        lines = (self._rest + piece).splitlines(keepends=True)
        # A line that ends in CR may go on with LF.
        self._rest = b"" if not lines or lines[-1].endswith(b"\n") else lines.pop()
        for line in lines:
            content = line.rstrip(b"\r\n")
            if content.startswith(b"data:"):
                self._data.append(content[5:].removeprefix(b" "))
            elif not content:
                data = b"\n".join(self._data)
                self._data.clear()
                if data:
                    yield data


# We write these fields: upstream's role adds nothing, and its annotations would clash with our citations.
_OURS = frozenset({"role", "content", "refusal", "tool_calls", "annotations", "footnote"})


class _StreamedEvents:
    """Reads a stream of `chat.completion.chunk`s, in pieces of any size."""

    def __init__(self, *, asked_model: str) -> None:
        self._asked_model = asked_model
        self._data = EventData()
        self._failure: UpstreamFailed | None = None
        self._is_started = False
        self._is_finished = False
        self.has_begun = False
        self.is_done = False

    def feed(self, piece: bytes) -> list[ProviderEvent] | None:
        """Return the events of the chunks that are now complete, None when there is no chunk.

        The next call raises UpstreamFailed for a chunk that is none, so that what came before it is delivered.
        """
        self._raise_failure()
        events: list[ProviderEvent] | None = None
        try:
            for data in self._data.feed(piece):
                if data.startswith(b"[DONE]"):
                    self.is_done = True
                    break
                events = [] if events is None else events
                self._read(data, events)
        except UpstreamFailed as error:
            self._failure = error
        return events

    def check_whole(self) -> None:
        """Raise UpstreamFailed for a stream that ended before the answer was complete."""
        self._raise_failure()
        if not self._is_finished:
            raise UpstreamFailed("The upstream model server ended its stream before the answer was complete.")

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _read(self, data: bytes, events: list[ProviderEvent]) -> None:
        """Add the events of one chunk."""
        chunk = _parsed(data)
        if not self._is_started:
            self._is_started = True
            events.append(_started(chunk, self._asked_model))
        for event in _delta_events(chunk):
            self.has_begun = True
            self._is_finished = self._is_finished or isinstance(event, Finished)
            events.append(event)


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        chunk = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise UpstreamFailed("The upstream model server sent a chunk that is not JSON.") from error
    if not isinstance(chunk, dict):
        raise UpstreamFailed("The upstream model server sent a chunk that is no object.")
    if failure := chunk.get("error"):
        raise broken_off(failure.get("code") if isinstance(failure, dict) else None)
    return chunk


def _started(body: Mapping[str, Any], asked_model: str) -> Started:
    return Started(
        model=str(body.get("model") or asked_model),
        system_fingerprint=body.get("system_fingerprint"),
        service_tier=body.get("service_tier"),
    )


def _delta_events(chunk: Mapping[str, Any]) -> Iterator[ProviderEvent]:
    for choice in chunk.get("choices") or ():
        yield from _message_events(
            choice.get("index") or 0, choice.get("delta") or {}, logprobs=choice.get("logprobs")
        )
        if choice.get("finish_reason"):
            yield Finished(choice.get("index") or 0, str(choice["finish_reason"]))
    if chunk.get("usage"):
        yield UsageReported(chunk["usage"])


def _completion_events(completion: Any, *, asked_model: str) -> Iterator[ProviderEvent]:
    """Yield the events of a whole `chat.completion`: the same as if it had been streamed."""
    if not isinstance(completion, dict) or not completion.get("choices"):
        raise UpstreamFailed("The upstream model server answered with something that is no completion.")

    yield _started(completion, asked_model)
    for position, choice in enumerate(completion["choices"]):
        index = choice.get("index", position)
        yield from _message_events(index, choice.get("message") or {}, logprobs=choice.get("logprobs"))
        yield Finished(index, str(choice.get("finish_reason") or "stop"))
    if completion.get("usage"):
        yield UsageReported(completion["usage"])


def _message_events(
    index: int, message: Mapping[str, Any], *, logprobs: Mapping[str, Any] | None
) -> Iterator[ProviderEvent]:
    extra = {key: value for key, value in message.items() if key not in _OURS and value is not None}
    if extra:
        yield ExtraDelta(index, extra)
    if message.get("content") or logprobs:
        yield TextDelta(index, message.get("content") or "", logprobs)
    if message.get("refusal"):
        yield RefusalDelta(index, message["refusal"])
    for position, call in enumerate(message.get("tool_calls") or ()):
        yield _tool_call(index, position, call)


def _tool_call(index: int, position: int, call: Mapping[str, Any]) -> ToolCallDelta:
    inner = call.get("function") or call.get("custom") or {}
    kind = call.get("type") or ("custom" if "custom" in call else "function")
    return ToolCallDelta(
        index,
        call.get("index", position),
        str(inner.get("arguments") or inner.get("input") or ""),
        call_id=call.get("id"),
        kind=str(kind) if call.get("id") else None,
        name=inner.get("name"),
    )


_T = TypeVar("_T")
_PATH = "/chat/completions"
_TOO_LATE = "The upstream model server did not answer in time."


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
        for event in _completion_events(completion, asked_model=str(request.body["model"])):
            yield event

    async def _streamed(
        self, request: ChatProviderRequest, deadline: float
    ) -> AsyncGenerator[ProviderEvent, None]:
        # Usage is always requested, because our own counters need it.
        body = dict(request.body) | {"stream_options": {"include_usage": True}}
        head_by = min(deadline, time.monotonic() + self._limits.first_byte_seconds)
        stream = await self._before(head_by, body, self._connection.open_stream(_PATH, body))
        streamed = _StreamedEvents(asked_model=str(request.body["model"]))
        try:
            while (events := await self._next(stream, streamed, deadline)) is not None:
                for event in events:
                    yield event
            streamed.check_whole()
            await stream.drain()
        finally:
            stream.close()

    async def _next(
        self, stream: UpstreamStream, streamed: _StreamedEvents, deadline: float
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
