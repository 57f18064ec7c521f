"""One file into one store: extract, chunk, embed, store. All its chunks appear in one transaction, or none."""

import asyncio
import hashlib
import mimetypes
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from app.core import ids
from app.core.types import Caller, Json
from app.db.chunks import NewChunk
from app.db.database import Database, Transaction
from app.db.embedding_spaces import check_space
from app.db.vector_store_files import StoreFile
from app.ingest.chunking import ChunkingRule, ChunkSpan, chunk_document
from app.ingest.embedding import ChunkEmbedder
from app.ingest.extract import Extractor
from app.models import File, VectorStore, VectorStoreFile
from app.providers.base import Embeddings

log = structlog.get_logger()

_HASH_PIECE_BYTES = 1024 * 1024
_STORE_SECONDS = 300


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
class _Prepared:
    """All that the closing transaction stores."""

    incoming: IngestFile
    sha256: bytes
    chunking: dict[str, int]
    spans: list[ChunkSpan]
    hashes: list[bytes]
    embeddings: dict[bytes, Embeddings]

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

    async def ingest(self, caller: Caller, store: VectorStore, incoming: IngestFile) -> Ingested:
        """Take in one file and return once it is searchable; InvalidRequest says why it cannot be read."""
        self._check_space(store)
        sha256 = await asyncio.to_thread(_hash_file, incoming.path)
        chunking = {"chunk_size": self._rule.size, "chunk_overlap": self._rule.overlap}
        async with self._database.snapshot(caller.project_id) as snapshot:
            same = await snapshot.vector_store_files.find_same(
                store.id, sha256=sha256, filename=incoming.filename, chunking=chunking
            )
        if same is not None:
            return _reused(store, same)

        document = await self._extractor.extract(incoming.path, filename=incoming.filename)
        spans = await asyncio.to_thread(chunk_document, document, self._rule)
        hashes = [hashlib.sha256(span.embedded_text.encode()).digest() for span in spans]
        texts = {key: span.embedded_text for key, span in zip(hashes, spans, strict=True)}
        embeddings = await self._embedder.embed(caller, texts)
        return await self._store(
            caller, store, _Prepared(incoming, sha256, chunking, spans, hashes, embeddings)
        )

    async def _store(self, caller: Caller, store: VectorStore, prepared: _Prepared) -> Ingested:
        incoming = prepared.incoming
        with incoming.path.open("rb") as content:
            async with self._database.transaction(caller.project_id, timeout_seconds=_STORE_SECONDS) as tx:
                await tx.vector_store_files.lock_content(store.id, prepared.sha256)
                same = await tx.vector_store_files.find_same(
                    store.id,
                    sha256=prepared.sha256,
                    filename=incoming.filename,
                    chunking=prepared.chunking,
                )
                if same is not None:
                    return _reused(store, same)

                file = await tx.files.create(_new_file(caller, prepared), content)
                membership = await self._attach(tx, store, file, prepared)
        log.info(
            "file_ingested",
            file_id=file.public_id,
            vector_store_id=store.public_id,
            chunks=len(prepared.spans),
        )
        return Ingested(store, file, membership, reused=False)

    async def _attach(
        self, tx: Transaction, store: VectorStore, file: File, prepared: _Prepared
    ) -> VectorStoreFile:
        usage_bytes = sum(len(span.text.encode()) for span in prepared.spans)
        membership = await tx.vector_store_files.attach(
            VectorStoreFile(
                vector_store_id=store.id,
                file_id=file.id,
                project_id=file.project_id,
                status="completed",
                attributes=dict(prepared.incoming.attributes),
                chunking=prepared.chunking,
                chunk_count=len(prepared.spans),
                usage_bytes=usage_bytes,
                source=prepared.incoming.source,
                notes=dict(prepared.incoming.metadata),
            )
        )
        await tx.chunks.copy(store.id, file.id, prepared.new_chunks())

        # Last, because the store's row stays locked from here to the commit.
        bound = await tx.vector_stores.bind_space(
            store.id, model=self._embedder.model, dimensions=self._embedder.dimensions
        )
        self._check_space(bound)
        await tx.vector_stores.add_counts(store.id, chunks=len(prepared.spans), usage_bytes=usage_bytes)
        return membership

    def _check_space(self, store: VectorStore) -> None:
        check_space(store, model=self._embedder.model, dimensions=self._embedder.dimensions)


def _new_file(caller: Caller, prepared: _Prepared) -> File:
    filename = prepared.incoming.filename
    return File(
        public_id=ids.make_file_id(),
        project_id=caller.project_id,
        filename=filename,
        purpose="assistants",
        mime_type=mimetypes.guess_type(filename)[0] or "application/octet-stream",
        size_bytes=prepared.incoming.path.stat().st_size,
        sha256=prepared.sha256,
    )


def _reused(store: VectorStore, same: StoreFile) -> Ingested:
    return Ingested(store, same.file, same.membership, reused=True)


def _hash_file(path: Path) -> bytes:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_HASH_PIECE_BYTES):
            digest.update(piece)
    return digest.digest()
