"""One file into one store: extract, chunk, embed, store. All its chunks appear in one transaction, or none."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from app.core import metrics
from app.core.types import Caller, Json
from app.db.chunks import NewChunk
from app.db.database import Database, Snapshot, Transaction
from app.db.embedding_spaces import check_space
from app.db.files import file_at
from app.db.vector_store_files import StoreFile
from app.ingest.chunking import ChunkingRule, ChunkSpan, DocumentText, chunk_document
from app.ingest.embedding import ChunkEmbedder
from app.ingest.extract import Extractor
from app.ingest.token_chunking import TokenRule, chunk_by_tokens
from app.models import File, VectorStore, VectorStoreFile
from app.providers.base import Embeddings

log = structlog.get_logger()

STORE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class IngestFile:
    """A file to take in: its bytes lie at `path`, which stays the caller's to remove."""

    path: Path
    filename: str
    source: str | None = None
    attributes: Json = field(default_factory=dict)
    metadata: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ingested:
    """A file in a store. `reused` says that the store held the same bytes before, and nothing was done."""

    store: VectorStore
    file: File
    membership: VectorStoreFile
    reused: bool


@dataclass(frozen=True, slots=True)
class PreparedChunks:
    """A file's chunks with their embeddings: all that a closing transaction stores."""

    spans: list[ChunkSpan]
    hashes: list[bytes]
    embeddings: dict[bytes, Embeddings]

    @property
    def usage_bytes(self) -> int:
        return sum(len(span.text.encode()) for span in self.spans)

    def new_chunks(self) -> list[NewChunk]:
        return [
            NewChunk(
                content=span.text,
                sha256=key,
                char_start=span.start,
                char_end=span.end,
                page=span.page,
                heading=span.heading,
                embedding=self.embeddings[key],
            )
            for span, key in zip(self.spans, self.hashes, strict=True)
        ]


class IngestPipeline:
    """Takes files into vector stores."""

    def __init__(
        self, database: Database, extractor: Extractor, embedder: ChunkEmbedder, rule: ChunkingRule
    ) -> None:
        self._database = database
        self._extractor = extractor
        self._embedder = embedder
        self._rule = rule

    async def find_or_create_store(self, caller: Caller, reference: str | None) -> VectorStore:
        """Return the store of this id or name, a new one for a new name, the default without a reference.

        Raises NotFound for an id that is not there.
        """
        async with self._database.transaction(caller.project_id) as tx:
            if reference is None:
                return await tx.vector_stores.get_or_create_default()
            store = await tx.vector_stores.find(reference)
            if store is not None:
                return store
            if reference.startswith("vs_"):
                return await tx.vector_stores.get(reference)
            return await tx.vector_stores.create(name=reference)

    @property
    def chunking(self) -> dict[str, int]:
        """The rule of this server, as memberships note it."""
        return {"chunk_size": self._rule.size, "chunk_overlap": self._rule.overlap}

    async def ingest(self, caller: Caller, store: VectorStore, incoming: IngestFile) -> Ingested:
        """Take in one file and return once it is searchable; InvalidRequest says why it cannot be read."""
        self.check_space(store)
        file = await asyncio.to_thread(
            file_at,
            incoming.path,
            project_id=caller.project_id,
            filename=incoming.filename,
            purpose="assistants",
        )
        async with self._database.snapshot(caller.project_id) as snapshot:
            same = await snapshot.vector_store_files.find_same(
                store.id, sha256=file.sha256, filename=file.filename, chunking=self.chunking
            )
        if same is not None:
            return _reused(store, same)

        prepared = await self.prepare(
            caller, incoming.path, filename=incoming.filename, chunking=self.chunking
        )
        return await self._store(store, incoming, file=file, prepared=prepared)

    async def prepare(
        self, caller: Caller, path: Path, *, filename: str, chunking: Mapping[str, int]
    ) -> PreparedChunks:
        """Read, chunk and embed the file at `path`, outside of any transaction."""
        document = await self._extractor.extract(path, filename=filename)
        spans = await asyncio.to_thread(_chunk, document, chunking)
        hashes = [hashlib.sha256(span.embedded_text.encode()).digest() for span in spans]
        texts = {key: span.embedded_text for key, span in zip(hashes, spans, strict=True)}
        return PreparedChunks(spans, hashes, await self._embedder.embed(caller, texts))

    async def find_donor(self, snapshot: Snapshot, job: StoreFile) -> VectorStoreFile | None:
        """Return a membership whose chunks would be the same, or None."""
        return await snapshot.vector_store_files.find_donor(
            job, model=self._embedder.model, dimensions=self._embedder.dimensions
        )

    async def put_chunks(
        self, tx: Transaction, membership: VectorStoreFile, prepared: PreparedChunks
    ) -> None:
        """Store a membership's chunks in place of any before, complete it, and count them into its store."""
        await tx.chunks.delete(membership.vector_store_id, membership.file_id)
        await tx.chunks.copy(membership.vector_store_id, membership.file_id, prepared.new_chunks())
        await self._complete(
            tx, membership, chunk_count=len(prepared.spans), usage_bytes=prepared.usage_bytes
        )

    async def copy_chunks(self, tx: Transaction, membership: VectorStoreFile, donor: VectorStoreFile) -> bool:
        """Do the same with another membership's chunks; False, and nothing is done, when they are gone."""
        await tx.chunks.delete(membership.vector_store_id, membership.file_id)
        copied = await tx.chunks.copy_from(
            donor, store_id=membership.vector_store_id, file_id=membership.file_id
        )
        if copied:
            metrics.reused_embeddings.inc(copied)
            await self._complete(tx, membership, chunk_count=copied, usage_bytes=donor.usage_bytes)
        return copied > 0

    async def _complete(
        self, tx: Transaction, membership: VectorStoreFile, *, chunk_count: int, usage_bytes: int
    ) -> None:
        was_chunks, was_bytes = membership.chunk_count, membership.usage_bytes
        await tx.vector_store_files.complete(membership, chunk_count=chunk_count, usage_bytes=usage_bytes)

        # Last, because the store's row stays locked from here to the commit.
        bound = await tx.vector_stores.bind_space(
            membership.vector_store_id, model=self._embedder.model, dimensions=self._embedder.dimensions
        )
        self.check_space(bound)
        await tx.vector_stores.add_counts(
            membership.vector_store_id, chunks=chunk_count - was_chunks, usage_bytes=usage_bytes - was_bytes
        )

    def check_space(self, store: VectorStore) -> None:
        """Raise Conflict when the store is embedded otherwise than this server embeds."""
        check_space(store, model=self._embedder.model, dimensions=self._embedder.dimensions)

    async def _store(
        self, store: VectorStore, incoming: IngestFile, *, file: File, prepared: PreparedChunks
    ) -> Ingested:
        with incoming.path.open("rb") as content:
            async with self._database.transaction(file.project_id, timeout_seconds=STORE_SECONDS) as tx:
                await tx.vector_store_files.lock_content(store.id, file.sha256)
                same = await tx.vector_store_files.find_same(
                    store.id, sha256=file.sha256, filename=file.filename, chunking=self.chunking
                )
                if same is not None:
                    return _reused(store, same)

                await tx.files.create(file, content)
                membership = await tx.vector_store_files.attach(
                    VectorStoreFile(
                        vector_store_id=store.id,
                        file_id=file.id,
                        project_id=file.project_id,
                        status="completed",
                        attributes=dict(incoming.attributes),
                        chunking=self.chunking,
                        source=incoming.source,
                        notes=dict(incoming.metadata),
                    )
                )
                await self.put_chunks(tx, membership, prepared)
        log.info(
            "file_ingested",
            file_id=file.public_id,
            vector_store_id=store.public_id,
            chunks=len(prepared.spans),
        )
        return Ingested(store, file, membership, reused=False)


def _chunk(document: DocumentText, chunking: Mapping[str, int]) -> list[ChunkSpan]:
    if "max_chunk_size_tokens" in chunking:
        rule = TokenRule(chunking["max_chunk_size_tokens"], chunking["chunk_overlap_tokens"])
        return chunk_by_tokens(document, rule)
    return chunk_document(document, ChunkingRule(chunking["chunk_size"], chunking["chunk_overlap"]))


def _reused(store: VectorStore, same: StoreFile) -> Ingested:
    return Ingested(store, same.file, same.membership, reused=True)
