"""A store's move to another embedding space, in the database: what is there, what is missing, and the switch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pgvector import HalfVector
from sqlalchemy import and_, delete, func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.types import Caller, EmbeddingSpace
from app.db.chunk_search import space_of
from app.db.chunks import projected_bits
from app.db.locks import keep_store
from app.db.vector_stores import VectorStoreWriter
from app.models import Chunk, NextEmbedding, VectorStore

_SWITCH = text("""
    update chunks c set embedding = n.embedding, projected = n.projected
    from next_embeddings n
    where c.project_id = :project_id and n.project_id = :project_id
      and c.vector_store_id = :store_id and n.vector_store_id = :store_id
      and n.file_id = c.file_id and n.ordinal = c.ordinal and n.content_sha256 = c.content_sha256
""")

_STAGED = and_(
    NextEmbedding.vector_store_id == Chunk.vector_store_id,
    NextEmbedding.file_id == Chunk.file_id,
    NextEmbedding.ordinal == Chunk.ordinal,
    NextEmbedding.content_sha256 == Chunk.content_sha256,
)


@dataclass(frozen=True, slots=True)
class MissingChunk:
    """A chunk without an embedding in the next space."""

    file_id: int
    ordinal: int
    sha256: bytes
    heading: str | None
    table_header: str | None
    content: str


class ReembeddingReader:
    """Moves of one project's stores."""

    def __init__(self, session: AsyncSession, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    async def missing(self, store_id: int, *, after: tuple[int, int], limit: int) -> list[MissingChunk]:
        """Return the first chunks beyond `after` (file, ordinal) that are not embedded in the next space yet."""
        query = (
            select(
                Chunk.file_id,
                Chunk.ordinal,
                Chunk.content_sha256,
                Chunk.heading,
                Chunk.table_header,
                Chunk.content,
            )
            .where(Chunk.vector_store_id == store_id, Chunk.project_id == self._project_id)
            .where(tuple_(Chunk.file_id, Chunk.ordinal) > after)
            .where(~select(NextEmbedding.ordinal).where(_STAGED).exists())
            .order_by(Chunk.file_id, Chunk.ordinal)
            .limit(limit)
        )
        return [MissingChunk(*row) for row in await self._session.execute(query)]

    async def count_missing(self, store_id: int) -> int:
        """Return how many chunks are not embedded in the next space yet."""
        query = (
            select(func.count())
            .select_from(Chunk)
            .where(Chunk.vector_store_id == store_id, Chunk.project_id == self._project_id)
            .where(~select(NextEmbedding.ordinal).where(_STAGED).exists())
        )
        return await self._session.scalar(query) or 0


class ReembeddingWriter(ReembeddingReader):
    """Moves of one project's stores, to read and to change."""

    def __init__(self, session: AsyncSession, project_id: str) -> None:
        super().__init__(session, project_id)
        self._stores = VectorStoreWriter(session, Caller(project_id))

    async def begin(self, store_id: int, space: EmbeddingSpace) -> None:
        """Note the store's next space. Embeddings that were prepared for another space are dropped."""
        store = await self._stores.get_by_key(store_id)
        if (store.next_embedding_model, store.next_dimensions) == (space.model, space.dimensions):
            return
        await self._drop_prepared(store_id)
        store.next_embedding_model, store.next_dimensions = space.model, space.dimensions
        await self._session.flush()

    async def put(
        self,
        store_id: int,
        chunks: Sequence[MissingChunk],
        embeddings: Mapping[bytes, NDArray[np.float32]],
    ) -> None:
        """Keep embeddings, by the chunks' hashes, for the switch; those of files that are gone are left out."""
        living = await self._living_files(store_id, {chunk.file_id for chunk in chunks})
        rows = [
            {
                "project_id": self._project_id,
                "vector_store_id": store_id,
                "file_id": chunk.file_id,
                "ordinal": chunk.ordinal,
                "content_sha256": chunk.sha256,
                "embedding": HalfVector(embeddings[chunk.sha256]),
                "projected": projected_bits(embeddings[chunk.sha256]),
            }
            for chunk in chunks
            if chunk.file_id in living
        ]
        if not rows:
            return
        statement = insert(NextEmbedding)
        fresh = {name: statement.excluded[name] for name in ("content_sha256", "embedding", "projected")}
        keys = ["vector_store_id", "file_id", "ordinal"]
        await self._session.execute(statement.on_conflict_do_update(index_elements=keys, set_=fresh), rows)

    async def switch(self, store_id: int, space: EmbeddingSpace) -> bool:
        """Move all chunks of the store to its next space at once. False when a chunk was added that is not embedded yet."""
        # From here to the commit no file is completed in the store.
        store = await self._stores.bind_space(store_id, space)
        # Another process may have been faster, or our commit succeeded and its answer was lost.
        if space_of(store) != space:
            if await self.count_missing(store_id):
                return False
            await self._session.execute(_SWITCH, {"project_id": self._project_id, "store_id": store_id})
        await self._session.execute(
            update(VectorStore)
            .where(VectorStore.project_id == self._project_id, VectorStore.id == store_id)
            .values(
                embedding_model=space.model,
                dimensions=space.dimensions,
                next_embedding_model=None,
                next_dimensions=None,
            )
        )
        await self._drop_prepared(store_id)
        return True

    async def _living_files(self, store_id: int, file_ids: set[int]) -> set[int]:
        """Return which of the files still have chunks in the store, and keep them from being deleted meanwhile."""
        await keep_store(await self._session.connection(), self._project_id, store_id)
        query = text("""
            select file_id from vector_store_files
            where project_id = :project_id and vector_store_id = :store_id and file_id = any(:file_ids) order by file_id for key share""")
        found = await self._session.scalars(
            query, {"project_id": self._project_id, "store_id": store_id, "file_ids": sorted(file_ids)}
        )
        return set(found)

    async def _drop_prepared(self, store_id: int) -> None:
        await self._session.execute(
            delete(NextEmbedding).where(
                NextEmbedding.project_id == self._project_id, NextEmbedding.vector_store_id == store_id
            )
        )
