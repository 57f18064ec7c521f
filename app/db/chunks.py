"""Chunks in the database: known embeddings, and COPY of new chunks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from pgvector import Bit
from sqlalchemy import CursorResult, LargeBinary, bindparam, delete, func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.chunk_words import ChunkWords
from app.core.sign_bits import needs_projection, projected_signs
from app.core.types import EmbeddingSpace
from app.db.copying import copy_rows
from app.models import Chunk, VectorStore, VectorStoreFile

CHUNK_COLUMNS = {
    "vector_store_id": "int8",
    "file_id": "int8",
    "ordinal": "int8",
    "project_id": "varchar",
    "content": "varchar",
    "content_sha256": "bytea",
    "char_start": "int8",
    "char_end": "int8",
    "page": "int8",
    "page_end": "int8",
    "heading": "varchar",
    "table_header": "varchar",
    "embedding": "halfvec",
    "projected": "bit",
}

# Built once: building it costs more than running it.
_KNOWN = (
    select(Chunk.content_sha256, Chunk.embedding)
    .ext(distinct_on(Chunk.content_sha256))
    .join(VectorStore, VectorStore.id == Chunk.vector_store_id)
    .where(
        Chunk.project_id == bindparam("project_id"),
        Chunk.content_sha256 == func.any(bindparam("hashes", type_=ARRAY(LargeBinary))),
        VectorStore.embedding_model == bindparam("model"),
        VectorStore.dimensions == bindparam("dimensions"),
    )
    .order_by(Chunk.content_sha256)
    .limit(bindparam("most"))
)


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


class ChunkWriter:
    """One project's chunks."""

    def __init__(self, session: AsyncSession, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    async def known_embeddings(
        self, hashes: Sequence[bytes], space: EmbeddingSpace
    ) -> dict[bytes, NDArray[np.float32]]:
        """Return the embeddings, in this space, of texts that the project has stored before."""
        wanted = {
            "project_id": self._project_id,
            "hashes": list(hashes),
            "model": space.model,
            "dimensions": space.dimensions,
            "most": len(hashes),
        }
        rows = await self._session.execute(_KNOWN, wanted)
        return {sha256: embedding.to_numpy().astype(np.float32) for sha256, embedding in rows}

    async def delete(self, store_id: int, file_id: int) -> None:
        """Delete a membership's chunks, to be replaced in the same transaction."""
        await self._session.execute(
            delete(Chunk).where(
                Chunk.project_id == self._project_id,
                Chunk.vector_store_id == store_id,
                Chunk.file_id == file_id,
            )
        )

    async def copy_from(self, donor: VectorStoreFile, *, store_id: int, file_id: int) -> int:
        """Copy the chunks of another membership to this one; return how many there were."""
        columns = [
            column.name
            for column in Chunk.__table__.columns
            if column.computed is None and column.name not in ("vector_store_id", "file_id")
        ]
        same = select(literal(store_id), literal(file_id), *(getattr(Chunk, name) for name in columns)).where(
            Chunk.project_id == self._project_id,
            Chunk.vector_store_id == donor.vector_store_id,
            Chunk.file_id == donor.file_id,
        )
        statement = insert(Chunk).from_select(["vector_store_id", "file_id", *columns], same)
        result = await self._session.execute(statement.execution_options(preserve_rowcount=True))
        return int(cast("CursorResult[Any]", result).rowcount)

    async def copy(self, store_id: int, files: Mapping[int, Iterable[NewChunk]]) -> None:
        """Store the chunks of files, each file's in order, by the files' keys."""
        rows = chunk_rows(self._project_id, store_id, files)
        await copy_rows(self._session, "chunks", CHUNK_COLUMNS, rows)


def chunk_rows(
    project_id: str, store_id: int, files: Mapping[int, Iterable[NewChunk]]
) -> Iterator[Sequence[object]]:
    """Yield the chunks of files, by the files' keys, as rows of CHUNK_COLUMNS."""
    for file_id, chunks in files.items():
        for ordinal, chunk in enumerate(chunks):
            embedding = chunk.embedding
            yield (
                store_id,
                file_id,
                ordinal,
                project_id,
                chunk.content,
                chunk.sha256,
                chunk.char_start,
                chunk.char_end,
                chunk.page,
                chunk.page_end,
                chunk.heading,
                chunk.table_header,
                embedding,
                projected_signs(embedding) if needs_projection(len(embedding)) else None,
            )


def projected_bits(embedding: NDArray[np.float32]) -> Bit | None:
    """Return the projected signs of an embedding, None if its own signs are enough."""
    return Bit(projected_signs(embedding)) if needs_projection(len(embedding)) else None
