"""Upstream's chat bodies, whole or in chunks, as our events. Pure; unknown fields pass through."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from app.core.errors import UpstreamFailed
from app.providers.base import (
    ExtraDelta,
    Finished,
    ProviderEvent,
    RefusalDelta,
    Started,
    TextDelta,
    ToolCallDelta,
    UsageReported,
)
from app.providers.openai.errors import broken_off
from app.providers.openai.event_data import EventData

# We write these fields: upstream's role adds nothing, and its annotations would clash with our citations.
_OURS = frozenset({"role", "content", "refusal", "tool_calls", "annotations", "footnote"})


class StreamedEvents:
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


def completion_events(completion: Any, *, asked_model: str) -> Iterator[ProviderEvent]:
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
