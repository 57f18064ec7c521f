"""The embedding cache in the database: what was embedded before, by the hash of its text."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from pgvector import HalfVector
from sqlalchemy import LargeBinary, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.types import EmbeddingSpace
from app.models import CachedEmbedding

# Built once: building these costs more than running them.
_FIND = select(CachedEmbedding.sha256, CachedEmbedding.embedding).where(
    CachedEmbedding.project_id == bindparam("project_id"),
    CachedEmbedding.model == bindparam("model"),
    CachedEmbedding.dimensions == bindparam("dimensions"),
    CachedEmbedding.sha256 == func.any(bindparam("hashes", type_=ARRAY(LargeBinary))),
)
_PUT = insert(CachedEmbedding).on_conflict_do_nothing()


class EmbeddingCache:
    """One project's cached embeddings."""

    def __init__(self, session: AsyncSession, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    async def find(self, hashes: Sequence[bytes], space: EmbeddingSpace) -> dict[bytes, NDArray[np.float32]]:
        """Return the known embeddings of these texts, by their hashes."""
        wanted = {
            "project_id": self._project_id,
            "model": space.model,
            "dimensions": space.dimensions,
            "hashes": list(hashes),
        }
        rows = await self._session.execute(_FIND, wanted)
        return {sha256: embedding.to_numpy().astype(np.float32) for sha256, embedding in rows}

    async def put(self, embeddings: Mapping[bytes, NDArray[np.float32]], space: EmbeddingSpace) -> None:
        """Keep embeddings by the hashes of their texts."""
        place = {"project_id": self._project_id, "model": space.model, "dimensions": space.dimensions}
        # In one order, always: two workers with the same texts wait for each other instead of deadlocking.
        rows = [
            place | {"sha256": key, "embedding": HalfVector(vector)}
            for key, vector in sorted(embeddings.items(), key=lambda item: item[0])
        ]
        await self._session.execute(_PUT, rows)
