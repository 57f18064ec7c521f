"""Chooses who embeds and who writes, from the settings' words: the only place that decides."""

from dataclasses import dataclass

from app.core.types import EmbeddingSpace
from app.providers.base import ChatProvider, EmbeddingProvider
from app.providers.fallback.answerer import FallbackChat
from app.providers.fallback.embeddings import FallbackEmbeddings
from app.providers.guard import Gate, GuardedChat, GuardedEmbeddings
from app.providers.openai.chat import OpenAIChat
from app.providers.openai.connection import OpenAIConnection, UpstreamAddress
from app.providers.openai.embeddings import OpenAIEmbeddings


@dataclass(frozen=True, slots=True)
class ProviderChoice:
    """What the providers are made from. `embedding_address` is None when embeddings live where chat does."""

    use_fallback: bool
    chat_model: str
    embedding_space: EmbeddingSpace
    chat_address: UpstreamAddress
    embedding_address: UpstreamAddress | None
    max_concurrency: int


@dataclass(frozen=True, slots=True)
class Providers:
    """Who answers. `connections` are to be closed in the end."""

    chat: ChatProvider
    embeddings: EmbeddingProvider
    connections: tuple[OpenAIConnection, ...] = ()

    @property
    def embeds_elsewhere(self) -> bool:
        """Whether embeddings have an upstream of their own."""
        return len(self.connections) > 1

    async def close(self) -> None:
        for connection in self.connections:
            await connection.close()


def select_providers(choice: ProviderChoice) -> Providers:
    """Return the deterministic fallback, or upstream: never one in place of the other at run time."""
    chat_gate, embedding_gate = Gate(choice.max_concurrency), Gate(choice.max_concurrency)
    if choice.use_fallback:
        return Providers(
            GuardedChat(FallbackChat(model=choice.chat_model), chat_gate),
            GuardedEmbeddings(
                FallbackEmbeddings(dimensions=choice.embedding_space.dimensions), embedding_gate
            ),
        )

    chat = OpenAIConnection(choice.chat_address)
    embedding = OpenAIConnection(choice.embedding_address) if choice.embedding_address else chat
    embeddings = OpenAIEmbeddings(embedding, space=choice.embedding_space)
    connections = (chat,) if embedding is chat else (chat, embedding)
    return Providers(
        GuardedChat(OpenAIChat(chat), chat_gate), GuardedEmbeddings(embeddings, embedding_gate), connections
    )
