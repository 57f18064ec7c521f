"""Wraps every provider: no call inside a transaction, and a limited number of calls at once."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager

from opentelemetry.trace import Span

from app.core import metrics
from app.core.gate import Gate
from app.core.scope import refuse_inside_transaction
from app.core.types import EmbeddingSpace, Json
from app.providers.base import (
    ChatProvider,
    ChatProviderRequest,
    EmbeddingProvider,
    EmbeddingResult,
    ProviderEvent,
    Purpose,
    TokenInput,
)
from app.providers.spans import chat_span, embedding_span, note_embeddings


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
            metrics.chat_calls.labels(self.name).inc()
            with chat_span(self.name, request.body) as span:
                async with aclosing(self._provider.respond(request, deadline=deadline)) as events:
                    async for event in events:
                        span.note(event)
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
            note_embeddings(span, result)
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
            note_embeddings(span, result)
            return result

    @asynccontextmanager
    async def _call(self, purpose: str, texts: Sequence[TokenInput], model: str) -> AsyncIterator[Span]:
        refuse_inside_transaction("An embedding model")
        async with self._gate.place():
            metrics.embedding_calls.labels(self.name, purpose).inc()
            metrics.embedded_texts.labels(self.name, purpose).inc(len(texts))
            with embedding_span(self.name, model) as span:
                yield span
