"""Spans of the calls of models, with the attributes of OpenTelemetry's GenAI conventions."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opentelemetry.trace import Span, SpanKind

from app.core import tracing
from app.core.types import Json
from app.providers.base import EmbeddingResult, Finished, ProviderEvent, Started, UsageReported

_ASKED = {
    "max_tokens": "gen_ai.request.max_tokens",
    "max_completion_tokens": "gen_ai.request.max_tokens",
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "seed": "gen_ai.request.seed",
    "presence_penalty": "gen_ai.request.presence_penalty",
    "frequency_penalty": "gen_ai.request.frequency_penalty",
}
# Upstream is another process; the other providers work in ours.
_UPSTREAM = "openai"


class ChatSpan:
    """The span of one answer, told by the answer's events."""

    def __init__(self, opened: Span) -> None:
        self._span = opened
        self._began = time.monotonic()
        self._reasons: list[str] = []
        self._has_said = False

    def note(self, event: ProviderEvent) -> None:
        if not self._span.is_recording():
            return
        match event:
            case Started():
                self._span.set_attribute("gen_ai.response.model", event.model)
            case Finished():
                self._reasons.append(event.reason)
                self._span.set_attribute("gen_ai.response.finish_reasons", self._reasons)
            case UsageReported():
                self._note_usage(event.usage)
            case _:
                self._note_first_word()

    def _note_first_word(self) -> None:
        if not self._has_said:
            self._has_said = True
            seconds = time.monotonic() - self._began
            self._span.set_attribute("gen_ai.response.time_to_first_chunk", seconds)

    def _note_usage(self, usage: Json) -> None:
        for name, attribute in (("prompt_tokens", "input"), ("completion_tokens", "output")):
            count = usage.get(name)
            if isinstance(count, int):
                self._span.set_attribute(f"gen_ai.usage.{attribute}_tokens", count)


@contextmanager
def chat_span(provider: str, body: Json) -> Iterator[ChatSpan]:
    """Open the span of an answer. It is open across the yields of the answer's events."""
    attributes = _attributes("chat", provider, str(body.get("model")))
    attributes |= {_ASKED[name]: body[name] for name in _ASKED if isinstance(body.get(name), int | float)}
    with tracing.span(
        f"chat {body.get('model')}", attributes, kind=_kind(provider), is_current=False
    ) as opened:
        yield ChatSpan(opened)


@contextmanager
def embedding_span(provider: str, model: str) -> Iterator[Span]:
    """Open the span of a call that embeds texts."""
    attributes = _attributes("embeddings", provider, model)
    with tracing.span(f"embeddings {model}", attributes, kind=_kind(provider)) as opened:
        yield opened


def note_embeddings(opened: Span, result: EmbeddingResult) -> None:
    """Note what came of such a call."""
    opened.set_attribute("gen_ai.usage.input_tokens", result.prompt_tokens)
    if len(result.vectors):
        opened.set_attribute("gen_ai.embeddings.dimension.count", len(result.vectors[0]))


def _attributes(operation: str, provider: str, model: str) -> dict[str, Any]:
    return {
        "gen_ai.operation.name": operation,
        "gen_ai.provider.name": provider,
        "gen_ai.request.model": model,
    }


def _kind(provider: str) -> SpanKind:
    return SpanKind.CLIENT if provider == _UPSTREAM else SpanKind.INTERNAL
