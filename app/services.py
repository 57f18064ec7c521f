"""Builds every long-lived object once, in order, and closes them in reverse order."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Literal

import structlog

from app.access.first_answers import FirstAnswers
from app.access.keys import KeyRing, SourceLinkSigner
from app.access.limit_storage import LimitStorage
from app.access.rate_limits import RateLimits, UsageLog
from app.answering.answer import Answerer
from app.answering.prompt import Attachments
from app.answering.responding import Responder
from app.answering.verdicts import ModelJudge
from app.core.chunking import SentenceRule
from app.core.types import EmbeddingSpace
from app.db.announcements import FILES_READ, KEYS_CHANGED, STORES_CHANGED
from app.db.database import Database
from app.db.engine import READING_POOLS, DatabaseUrls, PoolSizes, sqlalchemy_url
from app.db.jobs import Claim
from app.ingest.embedding import ChunkEmbedder
from app.ingest.extract import Extractor
from app.ingest.pipeline import IngestPipeline
from app.ingest.queued import QueuedIngest
from app.jobs.worker import Worker
from app.library.conversations import ConversationLibrary
from app.library.file_batches import FileBatchLibrary
from app.library.files import FileLibrary
from app.library.ingest import IngestLibrary
from app.library.intake import Intake
from app.library.keys import KeyLibrary
from app.library.models import ModelLibrary
from app.library.responses import ResponseLibrary
from app.library.sources import SourceLibrary
from app.library.uploads import UploadLibrary
from app.library.vector_store_files import VectorStoreFileLibrary
from app.library.vector_stores import VectorStoreLibrary
from app.providers.health import ProviderHealth, unlisted_model
from app.providers.openai.address import StreamLimits, UpstreamAddress
from app.providers.select import Providers, ProviderSettings, select_providers
from app.retrieval.documents import DocumentRetriever
from app.retrieval.plan import QueryEmbedder
from app.retrieval.records import RetrievalLog
from app.retrieval.search import Retriever
from app.searching.conversations import ConversationSearch, make_rewriter
from app.searching.gate import make_search_gate
from app.searching.stores import StoreSearch
from app.settings import Settings
from app.upkeep.expiry import Expiry
from app.upkeep.index_care import IndexCare, IndexPolicy
from app.upkeep.reembedding import Reembedding
from app.upkeep.words import WordsCare

log = structlog.get_logger()

# What a process is there for decides what goes on in its background. A command does only what it was called for.
Role = Literal["server", "worker", "command"]


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """The settings that the API itself reads."""

    streaming_enabled: bool
    max_upload_bytes: int
    max_request_bytes: int
    cors_origins: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Services:
    """The long-lived objects that requests use."""

    api_settings: ApiSettings
    database: Database
    providers: Providers
    provider_health: ProviderHealth
    search: StoreSearch
    retrievals: RetrievalLog
    answerer: Answerer
    responder: Responder
    responses: ResponseLibrary
    conversations: ConversationLibrary
    models: ModelLibrary
    ingest: IngestLibrary
    intake: Intake
    files: FileLibrary
    vector_stores: VectorStoreLibrary
    vector_store_files: VectorStoreFileLibrary
    file_batches: FileBatchLibrary
    uploads: UploadLibrary
    sources: SourceLibrary
    source_links: SourceLinkSigner
    worker: Worker
    index_care: IndexCare
    reembedding: Reembedding
    words_care: WordsCare
    keys: KeyRing
    key_library: KeyLibrary
    rate_limits: RateLimits
    usage: UsageLog
    first_answers: FirstAnswers


@dataclass(frozen=True, slots=True)
class _Base:
    """What the services are made of, and what is closed after them."""

    database: Database
    providers: Providers
    extractor: Extractor
    usage: UsageLog
    rate_limits: RateLimits

    async def close(self) -> None:
        await self.usage.save()
        await self.extractor.aclose()
        await self.providers.close()
        await self.database.close()


@asynccontextmanager
async def build_services(
    settings: Settings, database_urls: DatabaseUrls, api_settings: ApiSettings, *, role: Role = "server"
) -> AsyncIterator[Services]:
    """Make all services for a migrated database, with the background tasks of a role; close them when the block ends."""
    base = _make_base(settings, database_urls, role)
    services = await _make_services(settings, api_settings, base)
    tasks = [asyncio.create_task(work, name=name) for name, work in _background(settings, services, role)]
    try:
        yield services
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await services.retrievals.close()
        await base.close()


def _make_base(settings: Settings, database_urls: DatabaseUrls, role: Role) -> _Base:
    reading = tuple(sqlalchemy_url(url.get_secret_value()) for url in settings.read_urls)
    sizes = READING_POOLS if role == "worker" else PoolSizes.shared_by(settings.workers)
    database = Database.connect(replace(database_urls, reading=reading), sizes)
    usage = UsageLog(database.system("usage").usage)
    rate_limits = RateLimits(
        LimitStorage(settings.rate_limit_storage_url),
        usage,
        requests_per_minute=settings.rate_limit_requests_per_minute,
        tokens_per_minute=settings.rate_limit_tokens_per_minute,
    )
    providers = select_providers(_provider_settings(settings))
    return _Base(database, providers, Extractor(), usage, rate_limits)


async def _make_services(settings: Settings, api_settings: ApiSettings, base: _Base) -> Services:
    database, embeddings = base.database, base.providers.embeddings
    health = ProviderHealth(base.providers)
    retriever = Retriever(database, QueryEmbedder(embeddings), embeddings.fusion, base.providers.reranker)
    retrievals = RetrievalLog(database)
    rewriter = make_rewriter(base.providers.chat)
    gate = make_search_gate(embeddings)
    search = ConversationSearch(
        retriever,
        DocumentRetriever(database, retriever),
        rewriter,
        gate,
        max_tokens=settings.max_context_tokens,
    )
    answerer = await _make_answerer(settings, base, search, retrievals)
    embedder = ChunkEmbedder(database, embeddings)
    index_care = _make_index_care(settings, base)
    ingest = IngestLibrary(
        database, embeddings, chunking=SentenceRule(settings.chunk_size, settings.chunk_overlap)
    )
    keys = KeyRing(settings.bootstrap_keys, database.system("keys").keys, page_key=settings.page_api_key)
    return Services(
        api_settings=api_settings,
        database=database,
        providers=base.providers,
        provider_health=health,
        search=StoreSearch(retriever, retrievals, rewriter, gate, model=settings.chat_model),
        retrievals=retrievals,
        answerer=answerer,
        responder=Responder(database, answerer, retention_days=settings.response_retention_days),
        responses=ResponseLibrary(database),
        conversations=ConversationLibrary(database),
        models=_make_model_library(settings, base),
        ingest=ingest,
        intake=Intake(ingest, health),
        files=FileLibrary(database),
        vector_stores=VectorStoreLibrary(database),
        vector_store_files=VectorStoreFileLibrary(database, embeddings),
        file_batches=FileBatchLibrary(database, embeddings),
        uploads=UploadLibrary(database),
        sources=SourceLibrary(database),
        source_links=await _make_link_signer(settings, base, keys),
        worker=_make_worker(base, embedder, index_care),
        index_care=index_care,
        reembedding=Reembedding(database, embedder, database.system("index care").vector_indexes),
        words_care=WordsCare(database),
        keys=keys,
        key_library=KeyLibrary(database.system("keys").keys, database.system("audit").audit),
        rate_limits=base.rate_limits,
        usage=base.usage,
        first_answers=FirstAnswers(database.system("idempotency").idempotent_answers),
    )


async def _make_answerer(
    settings: Settings, base: _Base, search: ConversationSearch, retrievals: RetrievalLog
) -> Answerer:
    fence_key = await base.database.system("prompts").secrets.get_or_make("prompt_fence")
    attachments = Attachments(
        base.database, base.extractor, fence_key=fence_key, max_tokens=settings.max_context_tokens
    )
    decisions = base.providers.decisions
    return Answerer(
        search=search,
        records=retrievals,
        chat=base.providers.chat,
        attachments=attachments,
        limits=base.rate_limits,
        judge=ModelJudge(decisions, fence_key=fence_key) if decisions else None,
        fence_key=fence_key,
        timeout_seconds=settings.upstream_timeout_seconds,
    )


def _make_index_care(settings: Settings, base: _Base) -> IndexCare:
    system = base.database.system("index care")
    return IndexCare(
        system.vector_indexes,
        system.index_samples,
        system.lexeme_totals,
        base.providers.embeddings,
        _index_policy(settings),
    )


def _make_model_library(settings: Settings, base: _Base) -> ModelLibrary:
    return ModelLibrary(
        base.database,
        base.providers.chat,
        base.providers.embeddings,
        chat_model=settings.chat_model,
        embedding_model=settings.embedding_model,
    )


async def _make_link_signer(settings: Settings, base: _Base, keys: KeyRing) -> SourceLinkSigner:
    secret = await base.database.system("source links").secrets.get_or_make("source_links")
    return SourceLinkSigner(keys, secret, hours=settings.citation_link_hours, now=base.database.now)


def _make_worker(base: _Base, embedder: ChunkEmbedder, index_care: IndexCare) -> Worker:
    queued = QueuedIngest(base.database, IngestPipeline(base.database, base.extractor, embedder))

    async def read_files(claims: Sequence[Claim]) -> Mapping[Claim, Exception]:
        failures = await queued.run(claims)
        index_care.nudge()
        return failures

    return Worker(base.database.system("queue").jobs, read_files, ready=embedder.ready)


def _background(
    settings: Settings, services: Services, role: Role
) -> Iterator[tuple[str, Coroutine[None, None, None]]]:
    """Yield what goes on beside the calls of a process, each with a name."""
    yield "database-pulse", services.database.run()
    yield "usage", services.usage.run()
    if role in ("server", "worker"):
        yield "index-care", services.index_care.run()
        yield "words-care", services.words_care.run()
        yield "expiry", Expiry(services.database.system("expiry").expired_rows).run()
    if role == "server":
        hearers = {
            KEYS_CHANGED: lambda _: services.keys.forget(),
            STORES_CHANGED: lambda _: services.models.forget_stores(),
            FILES_READ: services.vector_store_files.note_read,
        }
        yield "announcements", services.database.system("announcements").announcements.listen(hearers)
        yield (
            "provider-probe",
            _say_who_answers(services.providers, services.provider_health, settings.chat_model),
        )
        if settings.worker == "on":
            yield "worker", services.worker.run()


async def _say_who_answers(providers: Providers, health: ProviderHealth, chat_model: str) -> None:
    """Log at start-up which providers answer. It is an error when no call to one of them can succeed."""
    reasons = await health.reasons(time.monotonic())
    for role, name in providers.names.items():
        if role in reasons:
            log.error("provider_not_ready", part=role, provider=name, reason=reasons[role])
        else:
            log.info("provider_ready", part=role, provider=name)
    if "chat" not in reasons and (unlisted := await unlisted_model(providers.chat, chat_model)):
        log.warning("chat_model_not_listed", model=chat_model, reason=unlisted)


def make_api_settings(settings: Settings, version: str) -> ApiSettings:
    return ApiSettings(
        streaming_enabled=settings.streaming_enabled,
        max_upload_bytes=settings.max_upload_bytes,
        max_request_bytes=settings.max_request_bytes,
        cors_origins=settings.cors_origins,
        version=version,
    )


def _index_policy(settings: Settings) -> IndexPolicy:
    return IndexPolicy(
        min_chunks=settings.vector_index_min_chunks,
        build=settings.vector_index_build,
        lists=settings.pgvector_ivfflat_lists,
        probes=settings.pgvector_ivfflat_probes,
    )


def _provider_settings(settings: Settings) -> ProviderSettings:
    timeout = settings.upstream_timeout_seconds
    return ProviderSettings(
        dev_fallbacks=settings.dev_fallbacks,
        embedding_provider=settings.embedding_provider,
        chat_model=settings.chat_model,
        embedding_space=EmbeddingSpace(settings.embedding_model, settings.embedding_dimensions),
        chat_address=UpstreamAddress(settings.openai_api_key, settings.openai_base_url, timeout),
        embedding_address=UpstreamAddress(
            settings.embedding_api_key,
            settings.embedding_base_url,
            timeout,
            "EMBEDDING_API_KEY",
            "EMBEDDING_BASE_URL",
        ),
        rerank_address=UpstreamAddress(
            settings.rerank_api_key,
            settings.rerank_base_url,
            settings.rerank_timeout_seconds,
            "RERANK_API_KEY",
        ),
        rerank_model=settings.rerank_model,
        verifies_by_model=settings.verify == "model",
        verify_model=settings.verify_model,
        verify_timeout_seconds=settings.verify_timeout_seconds,
        max_concurrency=settings.upstream_max_concurrency,
        stream_limits=StreamLimits(settings.upstream_first_byte_seconds, settings.upstream_pause_seconds),
    )
