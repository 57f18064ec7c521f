"""IVFFlat indexes: one partial index a store, built and dropped CONCURRENTLY so that reads and writes go on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.core.scope import transaction_scope

# pgvector's IVFFlat takes halfvec up to this many dimensions.
MAX_INDEX_DIMENSIONS = 4_000
_ONE_BUILDER_AT_A_TIME = 7_021_946_352
_MEMORY_FLOOR_MIB = 64


@dataclass(frozen=True, slots=True)
class StoreIndex:
    """A store's chunks and the index over them. `lists` is None without a usable index."""

    store_id: int
    public_id: str
    name: str
    dimensions: int | None
    chunk_count: int
    lists: int | None
    chunks_at_build: int | None


class VectorIndexes:
    """Builds, drops and lists the IVFFlat indexes of all projects."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def list(self, *, min_chunks: int = 0) -> list[StoreIndex]:
        """Return the stores with at least `min_chunks` chunks and the state of their indexes."""
        query = text("""
            select s.id, s.public_id, s.name, s.dimensions, s.chunk_count,
                   case when i.indisvalid then s.ivfflat_lists end, s.ivfflat_chunks_at_build
            from vector_stores s
            left join pg_index i on i.indexrelid = to_regclass('chunks_ivfflat_' || s.id)
            where s.chunk_count >= :min_chunks
            order by s.id
        """)
        with transaction_scope():
            async with self._engine.connect() as connection:
                return [
                    StoreIndex(*row) for row in await connection.execute(query, {"min_chunks": min_chunks})
                ]

    async def build(self, store: StoreIndex, *, lists: int) -> bool:
        """Build the store's index anew with this many lists, and ANALYZE. False when another process is building."""
        assert store.dimensions is not None, "a store with chunks has an embedding space"
        name = index_name(store.store_id)
        async with self._building() as connection:
            if connection is None:
                return False
            await self._drop(connection, store.store_id)
            memory = _memory_mib(lists, store.dimensions)
            await connection.execute(text(f"set maintenance_work_mem = '{memory}MB'"))
            await connection.execute(
                text(
                    f"create index concurrently {name} on chunks "
                    f"using ivfflat ((embedding::halfvec({store.dimensions})) halfvec_cosine_ops) "
                    f"with (lists = {lists}) where vector_store_id = {store.store_id}"
                )
            )
            await connection.execute(text("analyze chunks"))
            await connection.execute(
                text("""
                    update vector_stores set ivfflat_lists = :lists, ivfflat_chunks_at_build = chunk_count,
                        ivfflat_built_at = now() where id = :store_id"""),
                {"lists": lists, "store_id": store.store_id},
            )
        return True

    async def drop_orphans(self) -> int:
        """Drop the indexes whose stores were deleted; return how many."""
        query = text("""
            select substring(c.relname from '[0-9]+$')::bigint from pg_class c
            where c.relnamespace = current_schema()::regnamespace and c.relkind = 'i'
              and c.relname ~ '^chunks_ivfflat_[0-9]+$'
              and not exists (
                  select from vector_stores s where c.relname = 'chunks_ivfflat_' || s.id
              )
            order by 1
        """)
        async with self._building() as connection:
            if connection is None:
                return 0
            orphans = [int(store_id) for store_id in await connection.scalars(query)]
            for store_id in orphans:
                await self._drop(connection, store_id)
            return len(orphans)

    async def _drop(self, connection: AsyncConnection, store_id: int) -> None:
        await connection.execute(
            text("""
                update vector_stores set ivfflat_lists = null, ivfflat_chunks_at_build = null,
                    ivfflat_built_at = null where id = :store_id"""),
            {"store_id": store_id},
        )
        await connection.execute(text(f"drop index concurrently if exists {index_name(store_id)}"))

    @asynccontextmanager
    async def _building(self) -> AsyncIterator[AsyncConnection | None]:
        """Open a connection of its own outside any transaction, holding the builders' lock; None when it is taken.

        The connection is closed for good afterwards: its settings and its lock must not return to the pool.
        """
        autocommit = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        async with autocommit.connect() as connection:
            try:
                key = {"key": _ONE_BUILDER_AT_A_TIME}
                taken = await connection.scalar(text("select pg_try_advisory_lock(:key)"), key)
                yield connection if taken else None
            finally:
                await connection.invalidate()


def index_name(store_id: int) -> str:
    """Return the name of a store's IVFFlat index."""
    return f"chunks_ivfflat_{int(store_id)}"


def _memory_mib(lists: int, dimensions: int) -> int:
    # The k-means of the build holds 50 samples a list as four-byte floats.
    return max(_MEMORY_FLOOR_MIB, round(lists * 50 * dimensions * 4 * 1.2 / 1024**2) + 16)
