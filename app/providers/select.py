"""Chooses from the settings who writes, who embeds and who re-ranks. Only this file decides.

What asks upstream is imported when it is chosen: the SDK and its transport take a third of a worker's start.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from app.core.types import EmbeddingSpace
from app.core.waiting import Gate
from app.providers.base import ChatProvider, DecisionProvider, EmbeddingProvider, Provider, RerankProvider
from app.providers.fallback.answerer import FallbackChat
from app.providers.fallback.embeddings import FallbackEmbeddings
from app.providers.guard import GuardedChat, GuardedEmbeddings
from app.providers.local.embeddings import LocalEmbeddings
from app.providers.openai.address import StreamLimits, UpstreamAddress

if TYPE_CHECKING:
    from app.providers.openai.connection import OpenAIConnection

ChatChoice = Literal["fallback", "openai"]
EmbeddingChoice = Literal["fallback", "local", "openai"]
ProviderRole = Literal["chat", "embeddings", "reranking", "verification"]


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """What the settings say about providers; None is unset.

    `embedding_address` and `rerank_address` hold their own settings only. Without a base URL there is no re-ranker.
    """

    dev_fallbacks: bool | None
    embedding_provider: EmbeddingChoice | None
    chat_model: str
    embedding_space: EmbeddingSpace
    chat_address: UpstreamAddress
    embedding_address: UpstreamAddress
    rerank_address: UpstreamAddress
    rerank_model: str | None
    verifies_by_model: bool
    verify_model: str | None
    verify_timeout_seconds: float
    max_concurrency: int
    stream_limits: StreamLimits


@dataclass(frozen=True, slots=True)
class Providers:
    """The choices. Without a re-ranker the results keep the order of the search.

    Without `decisions` the words alone say whether a citation is verified.
    """

    chat: ChatProvider
    embeddings: EmbeddingProvider
    reranker: RerankProvider | None = None
    decisions: DecisionProvider | None = None

    @property
    def by_role(self) -> Mapping[ProviderRole, Provider]:
        """The providers by their role."""
        roles: dict[ProviderRole, Provider] = {"chat": self.chat, "embeddings": self.embeddings}
        optional: dict[ProviderRole, Provider | None] = {
            "reranking": self.reranker,
            "verification": self.decisions,
        }
        return roles | {role: provider for role, provider in optional.items() if provider is not None}

    @property
    def names(self) -> dict[ProviderRole, str]:
        """The providers' names by their role."""
        return {role: provider.name for role, provider in self.by_role.items()}

    async def close(self) -> None:
        await asyncio.gather(*(provider.close() for provider in self.by_role.values()))


def select_providers(settings: ProviderSettings) -> Providers:
    """Return the providers that the settings ask for. None replaces another at run time."""
    return Providers(
        GuardedChat(_chat(settings), _gate(settings, "Too many answers are being written at once.")),
        GuardedEmbeddings(
            _embeddings(settings), _gate(settings, "Too many texts are being embedded at once.")
        ),
        _reranker(settings),
        _decisions(settings),
    )


def _gate(settings: ProviderSettings, refusal: str) -> Gate:
    return Gate(settings.max_concurrency, refusal=f"{refusal} Try again in a moment.")


def choose_chat(settings: ProviderSettings) -> ChatChoice:
    """Return who writes: as DEV_FALLBACKS says, else upstream if there is a key or an address."""
    if settings.dev_fallbacks is not None:
        return "fallback" if settings.dev_fallbacks else "openai"
    return "openai" if settings.chat_address.is_given else "fallback"


def has_model(chat_name: str) -> bool:
    """Whether the chat provider of this name asks a model. The fallback quotes the documents."""
    return chat_name != FallbackChat.name


def choose_embeddings(settings: ProviderSettings) -> EmbeddingChoice:
    """Return who embeds: as EMBEDDING_PROVIDER says, else upstream if embeddings have a key or an address, else as chats do."""
    if settings.embedding_provider is not None:
        return settings.embedding_provider
    if settings.dev_fallbacks is None and settings.embedding_address.is_given:
        return "openai"
    return choose_chat(settings)


def _chat(settings: ProviderSettings) -> ChatProvider:
    match choose_chat(settings):
        case "fallback":
            return FallbackChat(model=settings.chat_model)
        case "openai":
            from app.providers.openai.chat import OpenAIChat  # noqa: PLC0415 - see above

            return OpenAIChat(_connection(settings.chat_address), settings.stream_limits)


def _embeddings(settings: ProviderSettings) -> EmbeddingProvider:
    space = settings.embedding_space
    match choose_embeddings(settings):
        case "fallback":
            return FallbackEmbeddings(dimensions=space.dimensions, stands_for=space.model)
        case "local":
            return LocalEmbeddings(dimensions=space.dimensions, stands_for=space.model)
        case "openai":
            from app.providers.openai.embeddings import OpenAIEmbeddings  # noqa: PLC0415 - see above

            address = _embedding_address(settings.chat_address, settings.embedding_address)
            return OpenAIEmbeddings(_connection(address), space=space)


def _connection(address: UpstreamAddress) -> "OpenAIConnection":
    from app.providers.openai.connection import OpenAIConnection  # noqa: PLC0415 - see above

    return OpenAIConnection(address)


def _embedding_address(chat: UpstreamAddress, own: UpstreamAddress) -> UpstreamAddress:
    """Return the address for embeddings. What is not set for them is taken from chats."""
    if not own.is_given:
        return chat
    located = own if own.base_url else chat
    return UpstreamAddress(
        own.api_key or chat.api_key,
        located.base_url,
        own.timeout_seconds,
        own.key_setting,
        located.url_setting,
    )


def _reranker(settings: ProviderSettings) -> RerankProvider | None:
    if settings.rerank_address.base_url is None:
        return None

    from app.providers.rerank import UpstreamReranker  # noqa: PLC0415 - see above

    return UpstreamReranker(settings.rerank_address, model=settings.rerank_model)


def _decisions(settings: ProviderSettings) -> DecisionProvider | None:
    if not settings.verifies_by_model:
        return None

    from app.providers.openai.decisions import UpstreamDecisions  # noqa: PLC0415 - see above

    return UpstreamDecisions(
        _connection(settings.chat_address),
        model=settings.verify_model,
        chat_model=settings.chat_model,
        timeout_seconds=settings.verify_timeout_seconds,
    )
