"""IVFFlat indexes: one partial index a store, built, rebuilt and dropped CONCURRENTLY so that reads and writes go on.

It is over the embeddings, or over their sign bits where these are enough (see core/sign_bits). A bit takes the place of two
bytes, so such an index is a sixteenth as large, and its lists are read faster; the best by signs are compared exactly.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.core.priority import give_way_soon
from app.core.sign_bits import ENOUGH_DIMENSIONS, needs_projection
from app.core.types import EmbeddingSpace
from app.db.connections import SystemConnections

_ONE_BUILDER_AT_A_TIME = 7_021_946_352
_MEMORY_FLOOR_MIB = 64

# Parallel workers take cores from running searches. On two cores, during eleven builds each over 30,000 embeddings of 1,536
# dimensions, the median p99 of searches was 1.3 of idle without them and 1.7 with. The builds took 7 s either way.
_WITHOUT_HELPERS = text("set max_parallel_maintenance_workers = 0")

_OF_EMBEDDINGS, _OF_SIGNS = "halfvec_cosine_ops", "bit_hamming_ops"
# A process of 0.2 that runs beside this one builds all indexes over embeddings. Those of long ones are of no use here.
_LIST = text(f"""
    select s.id, s.public_id, s.name, s.embedding_model, s.dimensions, s.chunk_count, s.usage_bytes,
           case when i.indisvalid and o.opcname is not null then s.ivfflat_lists end, s.ivfflat_chunks_at_build,
           s.ivfflat_probes, s.ivfflat_recall, s.ivfflat_gain, s.ivfflat_serves, s.ivfflat_chunks_at_check
    from vector_stores s
    left join pg_index i on i.indexrelid = to_regclass('chunks_ivfflat_' || s.id)
    left join pg_opclass o on o.oid = i.indclass[0]
        and o.opcname = case when s.dimensions < {ENOUGH_DIMENSIONS} then '{_OF_EMBEDDINGS}' else '{_OF_SIGNS}' end
    where s.chunk_count >= :min_chunks or s.ivfflat_lists is not null
    order by s.id
""")  # noqa: S608 - only names and numbers of our own
_NOTE_BUILT = text("""
    update vector_stores set ivfflat_lists = :lists, ivfflat_chunks_at_build = chunk_count, ivfflat_built_at = now(),
        ivfflat_probes = null, ivfflat_recall = null, ivfflat_gain = null,
        ivfflat_serves = false, ivfflat_chunks_at_check = null
    where id = :store_id
""")
_NOTE_CHECKED = text("""
    update vector_stores set ivfflat_probes = :probes, ivfflat_recall = :recall, ivfflat_gain = :gain,
        ivfflat_serves = :serves, ivfflat_chunks_at_check = chunk_count
    where id = :store_id and ivfflat_lists is not null
""")
_NOTE_DROPPED = text("""
    update vector_stores set ivfflat_lists = null, ivfflat_chunks_at_build = null, ivfflat_built_at = null,
        ivfflat_probes = null, ivfflat_recall = null, ivfflat_gain = null,
        ivfflat_serves = false, ivfflat_chunks_at_check = null
    where id = :store_id
""")
_MAY_BE_BUILT = text("""
    select from vector_stores where id = :store_id and dimensions = :dimensions and next_embedding_model is null
""")
# An interrupted build leaves an invalid index behind; REINDEX adds an ending to the name.
_LEFTOVERS = text("""
    select c.relname from pg_class c join pg_index i on i.indexrelid = c.oid
    where c.relnamespace = current_schema()::regnamespace and c.relname ~ '^chunks_ivfflat_[0-9]+'
      and (not i.indisvalid or not exists (
          select from vector_stores s where c.relname = 'chunks_ivfflat_' || s.id
      ))
    order by 1
""")


@dataclass(frozen=True, slots=True)
class StoreIndex:
    """A store's chunks and the index over them. `lists` is None without a usable index, `probes` before its check.

    `recall` is the estimated share of the exact top ten at `probes`, `gain` how many times faster than a scan it is.
    """

    store_id: int
    public_id: str
    name: str
    model: str | None
    dimensions: int | None
    chunk_count: int
    usage_bytes: int
    lists: int | None
    chunks_at_build: int | None
    probes: int | None = None
    recall: float | None = None
    gain: float | None = None
    serves: bool = False
    chunks_at_check: int | None = None

    @property
    def space(self) -> EmbeddingSpace | None:
        """The embedding space of the store's chunks, None before its first."""
        if self.model is None or self.dimensions is None:
            return None
        return EmbeddingSpace(self.model, self.dimensions)


class VectorIndexes:
    """Builds, drops and lists the IVFFlat indexes of all projects."""

    def __init__(self, connections: SystemConnections, owner: AsyncEngine) -> None:
        self._connections = connections
        self._owner = owner

    async def list(self, *, min_chunks: int | None = None) -> list[StoreIndex]:
        """Return the stores that have an index, and those with at least `min_chunks` chunks if that is given."""
        async with self._connections.begin() as connection:
            return [StoreIndex(*row) for row in await connection.execute(_LIST, {"min_chunks": min_chunks})]

    async def build(self, store: StoreIndex, *, lists: int) -> bool:
        """Build the store's index with this many lists, and ANALYZE.

        False when another process is building, or the store is moving to another embedding space: an index of the old
        one would not fit the new embeddings.
        A present index serves until the new one replaces it.
        """
        assert store.dimensions is not None, "a store with chunks has an embedding space"
        name = index_name(store.store_id)
        async with self._building() as connection:
            # Asked under the lock, which a move takes to drop the index after it has begun.
            place = {"store_id": store.store_id, "dimensions": store.dimensions}
            if connection is None or (await connection.execute(_MAY_BE_BUILT, place)).first() is None:
                return False
            memory = _memory_mib(lists, store.dimensions)
            await connection.execute(text(f"set maintenance_work_mem = '{memory}MB'"))
            await connection.execute(_WITHOUT_HELPERS)
            if store.lists is not None:
                await connection.execute(text(f"alter index {name} set (lists = {lists})"))
                await connection.execute(text(f"reindex index concurrently {name}"))
            else:
                await connection.execute(text(f"drop index concurrently if exists {name}"))
                await connection.execute(
                    text(
                        f"create index concurrently {name} on chunks "
                        f"using ivfflat ({_key(store.dimensions)}) "
                        f"with (lists = {lists}) where vector_store_id = {store.store_id}"
                    )
                )
            await connection.execute(text("analyze chunks"))
            await connection.execute(_NOTE_BUILT, {"lists": lists, "store_id": store.store_id})
        return True

    async def note_check(
        self, store_id: int, *, probes: int, recall: float, gain: float, serves: bool
    ) -> None:
        """Remember what a measurement of the index has shown, and whether searches go through it."""
        found = {"probes": probes, "recall": recall, "gain": gain, "serves": serves}
        async with self._connections.begin() as connection:
            await connection.execute(_NOTE_CHECKED, found | {"store_id": store_id})

    async def drop(self, store_id: int) -> bool:
        """Drop the store's index, if it has one. False when another process is building."""
        async with self._building() as connection:
            if connection is not None:
                await connection.execute(_NOTE_DROPPED, {"store_id": store_id})
                await connection.execute(text(f"drop index concurrently if exists {index_name(store_id)}"))
        return connection is not None

    async def drop_leftovers(self) -> int:
        """Drop the indexes of deleted stores and those that interrupted builds have left; return how many."""
        # Mostly there are none. The builders' connection is a new one each time, which costs as much as reading a file.
        async with self._connections.begin() as reader:
            if (await reader.execute(_LEFTOVERS)).first() is None:
                return 0
        async with self._building() as connection:
            if connection is None:
                return 0
            leftovers = list(await connection.scalars(_LEFTOVERS))
            for name in leftovers:
                await connection.execute(text(f"drop index concurrently if exists {name}"))
            return len(leftovers)

    @asynccontextmanager
    async def _building(self) -> AsyncIterator[AsyncConnection | None]:
        """Open a connection of the tables' owner outside any transaction, holding the builders' lock; None when it is taken.

        The connection is closed for good afterwards: its settings and its lock must not return to the pool.
        """
        with self._connections.failures.away():
            async with self._owner.connect() as connection:
                try:
                    if self._connections.failures.is_embedded:
                        await _let_searches_go_first(connection)
                    key = {"key": _ONE_BUILDER_AT_A_TIME}
                    taken = await connection.scalar(text("select pg_try_advisory_lock(:key)"), key)
                    yield connection if taken else None
                finally:
                    await connection.invalidate()


def index_name(store_id: int) -> str:
    """Return the name of a store's IVFFlat index."""
    return f"chunks_ivfflat_{int(store_id)}"


async def _let_searches_go_first(connection: AsyncConnection) -> None:
    """Give the process that PostgreSQL runs for this connection a low priority. It keeps it until the connection ends."""
    driver = (await connection.get_raw_connection()).driver_connection
    assert isinstance(driver, psycopg.AsyncConnection), "the engine is made for psycopg"
    await give_way_soon(driver.info.backend_pid)


def _key(dimensions: int) -> str:
    """Return what a store's index is over, as app/db/candidates.py searches it."""
    if needs_projection(dimensions):
        return f"(embedding::halfvec({dimensions})) {_OF_EMBEDDINGS}"
    return f"(bits::bit({dimensions})) {_OF_SIGNS}"


def _memory_mib(lists: int, dimensions: int) -> int:
    """Return the memory of the build's k-means: samples, their distances to all centres, and those between centres.

    Found by asking pgvector 0.8.5 for too much at six sizes: within 2 MiB of what it said it needs. For sign bits at nine
    sizes: never more, and a tenth less at most.
    """
    samples = max(10_000, 50 * lists)
    sample_bytes = 2 * dimensions if needs_projection(dimensions) else dimensions / 8
    needed = samples * (sample_bytes + 16) + 4 * samples * lists + 8 * lists * (dimensions + lists)
    return max(_MEMORY_FLOOR_MIB, round(1.1 * needed / 1024**2) + 16)
