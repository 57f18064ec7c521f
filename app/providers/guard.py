"""Wraps every provider: no call inside a transaction, a limited number of calls at once, and a span for each."""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager
from typing import Any

from opentelemetry.trace import Span, SpanKind

from app.core import telemetry
from app.core.types import EmbeddingSpace, Json
from app.core.waiting import Gate, refuse_inside_transaction
from app.providers.base import (
    ChatProvider,
    ChatProviderRequest,
    EmbeddingProvider,
    EmbeddingResult,
    Finished,
    ProviderEvent,
    Purpose,
    Started,
    TokenInput,
    UsageReported,
)

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


class _ChatSpan:
    """The span of one answer, told by the answer's events."""

    def __init__(self, opened: Span) -> None:
        self._span = opened
        self._began = time.monotonic()
        self._reasons: list[str] = []
        self._has_said = False

    def note(self, event: ProviderEvent) -> None:
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
def _chat_span(provider: str, body: Json) -> Iterator[_ChatSpan]:
    """Open the span of an answer. It is open across the yields of the answer's events."""
    attributes = _attributes("chat", provider, str(body.get("model")))
    attributes |= {_ASKED[name]: body[name] for name in _ASKED if isinstance(body.get(name), int | float)}
    with telemetry.span(
        f"chat {body.get('model')}", attributes, kind=_kind(provider), is_current=False
    ) as opened:
        yield _ChatSpan(opened)


async def _told(
    events: AsyncGenerator[ProviderEvent, None], provider: str, body: Json
) -> AsyncGenerator[ProviderEvent, None]:
    """Yield the events of an answer, and tell its span of them."""
    with _chat_span(provider, body) as span:
        async with aclosing(events):
            async for event in events:
                span.note(event)
                yield event


@contextmanager
def _embedding_span(provider: str, model: str) -> Iterator[Span]:
    """Open the span of a call that embeds texts."""
    attributes = _attributes("embeddings", provider, model)
    with telemetry.span(f"embeddings {model}", attributes, kind=_kind(provider)) as opened:
        yield opened


def _note_embeddings(opened: Span, result: EmbeddingResult) -> None:
    """Note what came of such a call."""
    if result.prompt_tokens is not None:
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


class GuardedChat:
    """A chat provider behind the gate."""

    def __init__(self, provider: ChatProvider, gate: Gate) -> None:
        self._provider = provider
        self._gate = gate
        self.name = provider.name
        self.model_owner = provider.model_owner
        self.follows_instructions = provider.follows_instructions

    def answers_to(self, model: str) -> bool:
        return self._provider.answers_to(model)

    def check_request(self, body: Json) -> None:
        self._provider.check_request(body)

    async def respond(
        self, request: ChatProviderRequest, *, deadline: float
    ) -> AsyncGenerator[ProviderEvent, None]:
        refuse_inside_transaction("A chat model")
        # The place is held across the stream's yields on purpose. The reader of the stream closes it.
        async with self._gate.place():
            telemetry.note_chat_call(self.name)
            events = self._provider.respond(request, deadline=deadline)
            if telemetry.are_spans_recorded():
                events = _told(events, self.name, request.body)
            async with aclosing(events):
                async for event in events:
                    yield event

    async def models(self) -> list[str]:
        refuse_inside_transaction("A chat model")
        return await self._provider.models()

    async def check(self) -> None:
        refuse_inside_transaction("A chat model")
        await self._provider.check()

    async def close(self) -> None:
        await self._provider.close()


class GuardedEmbeddings:
    """An embedding provider behind the gate."""

    def __init__(self, provider: EmbeddingProvider, gate: Gate) -> None:
        self._provider = provider
        self._gate = gate
        self.name = provider.name
        self.space = provider.space
        self.fusion = provider.fusion
        self.is_cheap = provider.is_cheap

    def answers_to(self, model: str) -> bool:
        return self._provider.answers_to(model)

    async def check(self) -> None:
        refuse_inside_transaction("An embedding model")
        await self._provider.check()

    async def close(self) -> None:
        await self._provider.close()

    async def serves(self, space: EmbeddingSpace) -> bool:
        refuse_inside_transaction("An embedding model")
        return await self._provider.serves(space)

    async def embed(
        self, texts: Sequence[TokenInput], *, purpose: Purpose, space: EmbeddingSpace | None = None
    ) -> EmbeddingResult:
        async with self._call(purpose, texts, (space or self.space).model) as span:
            result = await self._provider.embed(texts, purpose=purpose, space=space)
            _note_embeddings(span, result)
            return result

    async def embed_as(
        self,
        texts: Sequence[TokenInput],
        *,
        model: str,
        dimensions: int | None,
        extra: Json | None = None,
    ) -> EmbeddingResult:
        async with self._call("caller", texts, model) as span:
            result = await self._provider.embed_as(texts, model=model, dimensions=dimensions, extra=extra)
            _note_embeddings(span, result)
            return result

    @asynccontextmanager
    async def _call(self, purpose: str, texts: Sequence[TokenInput], model: str) -> AsyncIterator[Span]:
        refuse_inside_transaction("An embedding model")
        async with self._gate.place():
            telemetry.note_embedding_call(self.name, purpose, len(texts))
            with _embedding_span(self.name, model) as span:
                yield span
