"""Searches that only measure: stored vectors as queries, without the rows of their own files, and how long each took."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text

from app.core.types import SearchRoute
from app.db.candidates import SearchSpec, SemanticLeg
from app.db.chunk_search import PLANNER_SETTINGS, ChunkKey, ChunkSearch
from app.db.connections import SystemConnections
from app.db.vector_indexes import StoreIndex

_NEIGHBOURS = 10
# As few as a search asks for, a semantic one of ten chunks. For more, an index may be read further.
_CANDIDATES = 50
_PLANNER = text(f"select {PLANNER_SETTINGS}")


@dataclass(frozen=True, slots=True)
class Sample:
    """A vector to search for. `file_id` is the file whose chunks are left out, None if the vector is a real query."""

    embedding: NDArray[np.float32]
    file_id: int | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """The nearest ten of each sample, and how many seconds each search took."""

    keys: tuple[frozenset[ChunkKey], ...]
    seconds: tuple[float, ...]


class IndexSamples:
    """Draws samples from stores, and searches for them."""

    def __init__(self, connections: SystemConnections) -> None:
        self._connections = connections

    async def draw(self, store: StoreIndex, *, count: int) -> list[Sample]:
        """Return stored vectors, each with its file."""
        query = text("""
            select file_id, embedding from chunks where vector_store_id = :store_id order by random() limit :count""")
        async with self._connections.begin() as connection:
            rows = await connection.execute(query, {"store_id": store.store_id, "count": count})
            return [Sample(embedding.to_numpy().astype(np.float32), file_id) for file_id, embedding in rows]

    async def recent_queries(self, store: StoreIndex, *, count: int) -> list[str]:
        """Return what was searched for last in this store alone, each text once."""
        query = text("""
            select query from (
                select r.record->'queries'->>0 as query, max(r.id) as latest from retrievals r
                where r.record->'vector_store_ids' = jsonb_build_array(cast(:store_id as text))
                group by 1) asked
            order by latest desc limit :count""")
        async with self._connections.begin() as connection:
            return list(await connection.scalars(query, {"store_id": store.public_id, "count": count}))

    async def search(
        self,
        store: StoreIndex,
        samples: Sequence[Sample],
        *,
        route: SearchRoute,
        probes: int = 1,
        limit: int = _CANDIDATES,
    ) -> Answers:
        """Search for each sample, as a search of the whole store would, one after another."""
        keys, seconds = [], []
        for sample in samples:
            async with self._connections.begin() as connection:
                spec = SearchSpec(
                    (store.store_id,),
                    limit,
                    semantic=SemanticLeg(sample.embedding, route, probes),
                    without_file=sample.file_id,
                )
                await connection.execute(_PLANNER)
                started = time.perf_counter()
                found = await ChunkSearch(connection, None).find_candidates(spec)
                seconds.append(time.perf_counter() - started)
            nearest = sorted(found, key=lambda candidate: (-(candidate.cosine or 0.0), candidate.key))
            keys.append(frozenset(candidate.key for candidate in nearest[:_NEIGHBOURS]))
        return Answers(tuple(keys), tuple(seconds))
