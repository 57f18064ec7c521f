"""Upstream's chat bodies, whole or in chunks, as our events. Pure; unknown fields pass through."""

from collections.abc import Iterator, Mapping
from typing import Any

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

# We write these fields: upstream's role adds nothing, and its annotations would clash with our citations.
_OURS = frozenset({"role", "content", "refusal", "tool_calls", "annotations", "footnote"})


def delta_events(chunk: Mapping[str, Any]) -> Iterator[ProviderEvent]:
    """Yield the events of one `chat.completion.chunk`."""
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

    yield Started(
        model=str(completion.get("model") or asked_model),
        system_fingerprint=completion.get("system_fingerprint"),
        service_tier=completion.get("service_tier"),
    )
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
