"""Every long-lived object, made once, in order, and closed in reverse."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from app.access.keys import KeyRing
from app.access.rate_limits import RateLimits
from app.access.source_links import SourceLinkSigner
from app.answering.answer import Answerer
from app.answering.attachments import Attachments
from app.answering.responding import Responder
from app.core.chunking import SentenceRule
from app.core.types import EmbeddingSpace
from app.db.database import Database
from app.db.engine import DatabaseUrls
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
from app.library.models import ModelLibrary
from app.library.responses import ResponseLibrary
from app.library.sources import SourceLibrary
from app.library.uploads import UploadLibrary
from app.library.vector_store_files import VectorStoreFileLibrary
from app.library.vector_stores import VectorStoreLibrary
from app.providers.health import ProviderHealth, unlisted_model
from app.providers.openai.connection import UpstreamAddress
from app.providers.select import Providers, ProviderSettings, select_providers
from app.retrieval.documents import DocumentRetriever
from app.retrieval.queries import QueryEmbedder
from app.retrieval.records import RetrievalLog
from app.retrieval.search import Retriever
from app.searching.conversations import ConversationSearch
from app.searching.rewriting import make_rewriter
from app.searching.stores import StoreSearch
from app.settings import Settings
from app.upkeep.expiry import Expiry
from app.upkeep.index_care import IndexCare, IndexPolicy
from app.upkeep.reembedding import Reembedding
from app.upkeep.words import WordsCare

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FrontDoor:
    """What the API itself goes by."""

    streaming_enabled: bool
    max_upload_bytes: int
    max_request_bytes: int
    cors_origins: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Services:
    """What requests are served with."""

    door: FrontDoor
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
    rate_limits: RateLimits


@asynccontextmanager
async def build_services(
    settings: Settings, database_urls: DatabaseUrls, door: FrontDoor
) -> AsyncIterator[Services]:
    """Make all services for a migrated database; close them when the block ends."""
    database = Database.connect(database_urls)
    providers = select_providers(_provider_settings(settings))
    health = ProviderHealth(providers)
    indexes = database.system("index care").vector_indexes
    index_care = IndexCare(
        indexes,
        database.system("index care").index_samples,
        database.system("index care").lexeme_totals,
        providers.embeddings,
        _index_policy(settings),
    )
    rewriter = make_rewriter(providers.chat)
    retriever = Retriever(
        database, QueryEmbedder(providers.embeddings), providers.embeddings.fusion, providers.reranker
    )
    retrievals = RetrievalLog(database)
    embedder = ChunkEmbedder(database, providers.embeddings)
    extractor = Extractor()
    fence_key = await database.system("prompts").secrets.get_or_make("prompt_fence")
    answerer = Answerer(
        ConversationSearch(
            DocumentRetriever(database, retriever), rewriter, max_tokens=settings.max_context_tokens
        ),
        retrievals,
        providers.chat,
        Attachments(database, extractor, fence_key=fence_key, max_tokens=settings.max_context_tokens),
        fence_key=fence_key,
        timeout_seconds=settings.upstream_timeout_seconds,
    )
    pipeline = IngestPipeline(database, extractor, embedder)
    queued = QueuedIngest(database, pipeline)
    keys = KeyRing(settings.bootstrap_keys)
    ingest = IngestLibrary(
        database,
        providers.embeddings,
        chunking=SentenceRule(settings.chunk_size, settings.chunk_overlap),
    )

    async def read_file(claim: Claim) -> None:
        await queued.run(claim)
        index_care.nudge()

    services = Services(
        door=door,
        database=database,
        providers=providers,
        provider_health=health,
        search=StoreSearch(retriever, retrievals, rewriter, model=settings.chat_model),
        retrievals=retrievals,
        answerer=answerer,
        responder=Responder(database, answerer, retention_days=settings.response_retention_days),
        responses=ResponseLibrary(database),
        conversations=ConversationLibrary(database),
        models=ModelLibrary(
            database,
            providers.chat,
            providers.embeddings,
            chat_model=settings.chat_model,
            embedding_model=settings.embedding_model,
        ),
        ingest=ingest,
        intake=Intake(ingest, health),
        files=FileLibrary(database),
        vector_stores=VectorStoreLibrary(database),
        vector_store_files=VectorStoreFileLibrary(database, providers.embeddings),
        file_batches=FileBatchLibrary(database, providers.embeddings),
        uploads=UploadLibrary(database),
        sources=SourceLibrary(database),
        source_links=SourceLinkSigner(
            keys,
            await database.system("source links").secrets.get_or_make("source_links"),
            hours=settings.citation_link_hours,
        ),
        worker=Worker(database.system("queue").jobs, read_file),
        index_care=index_care,
        reembedding=Reembedding(database, embedder, indexes),
        words_care=WordsCare(database),
        keys=keys,
        rate_limits=RateLimits(settings.rate_limit_requests_per_minute, settings.rate_limit_storage_url),
    )
    tasks = [
        asyncio.create_task(index_care.run(), name="index-care"),
        asyncio.create_task(services.words_care.run(), name="words-care"),
        asyncio.create_task(Expiry(database.system("expiry").expired_rows).run(), name="expiry"),
        asyncio.create_task(_say_who_answers(providers, health, settings.chat_model), name="provider-probe"),
    ]
    if settings.worker == "on":
        tasks.append(asyncio.create_task(services.worker.run(), name="worker"))
    try:
        yield services
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await extractor.aclose()
        await providers.close()
        await database.close()


async def _say_who_answers(providers: Providers, health: ProviderHealth, chat_model: str) -> None:
    """Say at start-up which providers answer, and loudly when no call to one of them can succeed."""
    reasons = await health.reasons(time.monotonic())
    for part, name in providers.names.items():
        if part in reasons:
            log.error("provider_not_ready", part=part, provider=name, reason=reasons[part])
        else:
            log.info("provider_ready", part=part, provider=name)
    if "chat" not in reasons and (unlisted := await unlisted_model(providers.chat, chat_model)):
        log.warning("chat_model_not_listed", model=chat_model, reason=unlisted)


def front_door(settings: Settings, version: str) -> FrontDoor:
    return FrontDoor(
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
            settings.embedding_api_key, settings.embedding_base_url, timeout, "EMBEDDING_API_KEY"
        ),
        rerank_address=UpstreamAddress(
            settings.rerank_api_key,
            settings.rerank_base_url,
            settings.rerank_timeout_seconds,
            "RERANK_API_KEY",
        ),
        rerank_model=settings.rerank_model,
        max_concurrency=settings.upstream_max_concurrency,
    )
