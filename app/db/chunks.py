"""Chunks in the database: known embeddings, and COPY of new chunks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from pgvector import Bit, HalfVector
from sqlalchemy import CursorResult, LargeBinary, bindparam, delete, func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.lexemes import ChunkWords
from app.core.sign_bits import needs_projection, projected_signs
from app.core.types import EmbeddingSpace
from app.db.copying import copy_rows
from app.models import Chunk, VectorStore, VectorStoreFile


@dataclass(frozen=True, slots=True)
class NewChunk:
    """A chunk to store. `sha256` is of the text that was embedded, heading included; `words` are what it is found by.

    `page_end` is given where the chunk ends on another page than it begins on.
    """

    content: str
    sha256: bytes
    char_start: int
    char_end: int
    page: int | None
    heading: str | None
    embedding: NDArray[np.float32]
    words: ChunkWords
    page_end: int | None = None
    table_header: str | None = None


class ChunkRepository:
    """One project's chunks."""

    def __init__(self, session: AsyncSession, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    async def known_embeddings(
        self, hashes: Sequence[bytes], space: EmbeddingSpace
    ) -> dict[bytes, NDArray[np.float32]]:
        """Return the embeddings, in this space, of texts that the project has stored before."""
        query = (
            select(Chunk.content_sha256, Chunk.embedding)
            .ext(distinct_on(Chunk.content_sha256))
            .join(VectorStore, VectorStore.id == Chunk.vector_store_id)
            .where(
                Chunk.project_id == self._project_id,
                Chunk.content_sha256 == func.any(bindparam(None, list(hashes), type_=ARRAY(LargeBinary))),
            )
            .where(VectorStore.embedding_model == space.model, VectorStore.dimensions == space.dimensions)
            .order_by(Chunk.content_sha256)
            .limit(len(hashes))
        )
        rows = await self._session.execute(query)
        return {sha256: embedding.to_numpy().astype(np.float32) for sha256, embedding in rows}

    async def delete(self, store_id: int, file_id: int) -> None:
        """Delete a membership's chunks, to be replaced in the same transaction."""
        await self._session.execute(
            delete(Chunk).where(Chunk.vector_store_id == store_id, Chunk.file_id == file_id)
        )

    async def copy_from(self, donor: VectorStoreFile, *, store_id: int, file_id: int) -> int:
        """Store the chunks of another membership once more, for this one; return how many there were."""
        columns = [
            column.name
            for column in Chunk.__table__.columns
            if column.computed is None and column.name not in ("vector_store_id", "file_id")
        ]
        same = select(literal(store_id), literal(file_id), *(getattr(Chunk, name) for name in columns)).where(
            Chunk.vector_store_id == donor.vector_store_id, Chunk.file_id == donor.file_id
        )
        statement = insert(Chunk).from_select(["vector_store_id", "file_id", *columns], same)
        result = await self._session.execute(statement.execution_options(preserve_rowcount=True))
        return int(cast("CursorResult[Any]", result).rowcount)

    async def copy(self, store_id: int, file_id: int, chunks: Iterable[NewChunk]) -> None:
        """Store a file's chunks, in order."""
        rows = (
            (
                store_id,
                file_id,
                ordinal,
                self._project_id,
                chunk.content,
                chunk.sha256,
                chunk.char_start,
                chunk.char_end,
                chunk.page,
                chunk.page_end,
                chunk.heading,
                chunk.table_header,
                HalfVector(chunk.embedding),
                projected_bits(chunk.embedding),
            )
            for ordinal, chunk in enumerate(chunks)
        )
        await copy_rows(
            self._session,
            "copy chunks (vector_store_id, file_id, ordinal, project_id, content, content_sha256, "
            "char_start, char_end, page, page_end, heading, table_header, embedding, projected) from stdin (format binary)",
            types=(
                "int8",
                "int8",
                "int8",
                "varchar",
                "varchar",
                "bytea",
                "int8",
                "int8",
                "int8",
                "int8",
                "varchar",
                "varchar",
                "halfvec",
                "bit",
            ),
            rows=rows,
        )


def projected_bits(embedding: NDArray[np.float32]) -> Bit | None:
    """Return what is stored beside an embedding to find it by, None where its own signs are enough."""
    return Bit(projected_signs(embedding)) if needs_projection(len(embedding)) else None
