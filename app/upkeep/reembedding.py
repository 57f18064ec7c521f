"""Moves stores to another embedding space while the old one serves: prepared apart, switched at once, resumable."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import stamina
import structlog

from app.core.errors import Conflict, NotFound, Overloaded
from app.core.types import Caller, EmbeddingSpace
from app.db.chunk_search import space_of
from app.db.database import Database
from app.db.project import ProjectWriter
from app.db.reembedding import MissingChunk
from app.db.vector_indexes import VectorIndexes
from app.ingest.chunking import embedded_text
from app.ingest.embedding import ChunkEmbedder
from app.models import VectorStore
from app.providers.base import Embeddings

_T = TypeVar("_T")

log = structlog.get_logger()

_GROUP = 256
_START = (0, -1)
_BUILDER_SECONDS = 0.5
_SWITCH_SECONDS = 3_600
# If a command is killed during its switch, its statement continues in PostgreSQL and locks the store until it ends.
_when_free = stamina.AsyncRetryingCaller(
    attempts=None, timeout=900, wait_initial=1, wait_max=1, wait_jitter=0
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a store's chunks are embedded in the next space."""

    done: int
    total: int


class Reembedding:
    """Moves one project's stores."""

    def __init__(self, database: Database, embedder: ChunkEmbedder, indexes: VectorIndexes) -> None:
        self._database = database
        self._embedder = embedder
        self._indexes = indexes

    async def find_stores(
        self, caller: Caller, references: list[str], space: EmbeddingSpace
    ) -> list[VectorStore]:
        """Return the stores of these ids or names, or all, that are in another space. NotFound for one that is not there."""
        async with self._database.project(caller.project_id).read() as snapshot:
            if references:
                stores = [await snapshot.vector_stores.get(reference) for reference in references]
            else:
                stores = await snapshot.vector_stores.list_all()
        return [store for store in stores if space_of(store) not in (None, space)]

    async def move(
        self, caller: Caller, store: VectorStore, space: EmbeddingSpace
    ) -> AsyncIterator[Progress]:
        """Embed the store's chunks again and switch to them. Yields as it goes. If interrupted, run it again; it resumes.

        Raises Conflict when the space is not served here.
        """
        if not await self._embedder.serves(space):
            raise Conflict(
                f"The provider has no model {space.model!r}. Set OPENAI_API_KEY, EMBEDDING_BASE_URL or EMBEDDING_MODEL "
                "so that it does.",
                code="embedding_model_mismatch",
            )
        await self._when_free(caller, lambda tx: tx.reembedding.begin(store.id, space))
        while True:
            async for progress in self._prepare(caller, store.id, space):
                yield progress
            # An index over the old space cannot take vectors of other dimensions, and would search in the wrong lists.
            while not await self._indexes.drop(store.id):  # noqa: ASYNC110 - another process builds, and tells nobody
                await asyncio.sleep(_BUILDER_SECONDS)
            if await self._switch(caller, store.id, space):
                log.info("store_reembedded", vector_store_id=store.public_id, model=space.model)
                return

    async def _prepare(self, caller: Caller, store_id: int, space: EmbeddingSpace) -> AsyncIterator[Progress]:
        """Embed what is missing, group by group."""
        async with self._database.project(caller.project_id).read() as snapshot:
            missing = await snapshot.reembedding.count_missing(store_id)
            total = (await snapshot.vector_stores.get_by_key(store_id)).chunk_count
        yield Progress(max(0, total - missing), total)
        border = _START
        while True:
            async with self._database.project(caller.project_id).read() as snapshot:
                group = await snapshot.reembedding.missing(store_id, after=border, limit=_GROUP)
            if not group:
                return
            border = (group[-1].file_id, group[-1].ordinal)
            texts = {
                chunk.sha256: embedded_text(chunk.heading, chunk.table_header, chunk.content)
                for chunk in group
            }
            embeddings = await self._embedder.embed(caller, texts, space)
            await self._put(caller, store_id, group, embeddings)
            missing -= len(group)
            yield Progress(max(0, total - missing), total)

    async def _put(
        self, caller: Caller, store_id: int, group: list[MissingChunk], embeddings: dict[bytes, Embeddings]
    ) -> None:
        await self._when_free(caller, lambda tx: tx.reembedding.put(store_id, group, embeddings))

    async def _switch(self, caller: Caller, store_id: int, space: EmbeddingSpace) -> bool:
        """Switch, and return whether there is nothing left to move."""
        try:
            return await self._when_free(caller, lambda tx: tx.reembedding.switch(store_id, space))
        except NotFound:
            return True  # deleted meanwhile

    async def _when_free(self, caller: Caller, work: Callable[[ProjectWriter], Awaitable[_T]]) -> _T:
        """Do some work in a transaction, once no other transaction locks the store and its files."""

        async def attempt() -> _T:
            async with self._database.project(caller.project_id).write(timeout_seconds=_SWITCH_SECONDS) as tx:
                return await work(tx)

        return await _when_free(Overloaded, attempt)
