"""Lexemes of chunks in the database: stored in a table of their own, counted per store, copied and deleted with the chunks."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.core.chunk_words import ChunkWords
from app.core.lexemes import LEXEME_BITS
from app.db.connections import SystemConnections
from app.db.copying import copy_rows

LEXEME_COLUMNS = {
    "project_id": "varchar",
    "vector_store_id": "int8",
    "file_id": "int8",
    "ordinal": "int8",
    "lexemes": "int8[]",
    "weights": "sparsevec",
}
# A row for each lexeme would be as much work as storing the chunks. Ten lexemes or so share one, which is found by a few bits of theirs.
_BUCKET = "(lexeme & 63)"
ADD_COUNTS = text(f"""
    insert into lexeme_additions (project_id, vector_store_id, bucket, lexemes, chunks)
    select :project_id, :store_id, {_BUCKET}, array_agg(lexeme), array_agg(chunks)
    from unnest(cast(:lexemes as int[]), cast(:counts as int[])) holding (lexeme, chunks) group by {_BUCKET}
""").bindparams(bindparam("store_id", type_=BigInteger))  # noqa: S608 - an expression of our own
_COUNT = """
    insert into lexeme_counts (project_id, vector_store_id, lexeme, chunks)
    select m.project_id, l.vector_store_id, lexeme & 4294967295, {sign} count(*)
    from chunk_lexemes l
    join vector_store_files m on m.vector_store_id = l.vector_store_id and m.file_id = l.file_id,
    unnest(l.lexemes) lexeme
    where m.project_id = :project_id and m.file_id = :file_id
      and m.vector_store_id = coalesce(:store_id, m.vector_store_id)
    group by 1, 2, 3
"""
_COUNT_IN = text(_COUNT.format(sign="")).bindparams(bindparam("store_id", type_=BigInteger))
_COUNT_OUT = text(_COUNT.format(sign="-")).bindparams(bindparam("store_id", type_=BigInteger))
_DELETE = text("""
    delete from chunk_lexemes where project_id = :project_id and vector_store_id = :store_id and file_id = :file_id
""")
_DELETE_RANGE = text("""
    with gone as (
        delete from chunk_lexemes
        where project_id = :project_id and vector_store_id = :store_id and file_id = :file_id
          and ordinal >= :first and ordinal < :end
        returning project_id, lexemes
    )
    insert into lexeme_counts (project_id, vector_store_id, lexeme, chunks)
    select project_id, :store_id, lexeme & 4294967295, -count(*) from gone, unnest(gone.lexemes) lexeme group by 1, 3
""").bindparams(bindparam("store_id", type_=BigInteger))
_COPY_FROM = text("""
    insert into chunk_lexemes (project_id, vector_store_id, file_id, ordinal, lexemes, weights)
    select project_id, cast(:store_id as bigint), cast(:file_id as bigint), ordinal,
           array(select (cast(:store_id as bigint) << 32) | (lexeme & 4294967295) from unnest(lexemes) lexeme),
           weights
    from chunk_lexemes
    where project_id = :project_id and vector_store_id = :donor_store_id and file_id = :donor_file_id
""")
_OWN_STORES = """
    any(array(select id from vector_stores where id = any(:store_ids) and project_id = :project_id))
"""
# A scalar subquery for each lexeme, so that no plan reads the additions of all.
HOLDING = text(f"""
    select lexeme, sum(chunks)::bigint from (
        select lexeme, chunks from lexeme_counts where vector_store_id = {_OWN_STORES} and lexeme = any(:lexemes)
        union all
        select lexeme, (
            select sum(a.chunks[array_position(a.lexemes, lexeme::int)]) from lexeme_additions a
            where a.vector_store_id = {_OWN_STORES} and a.bucket = {_BUCKET}
        )
        from unnest(:lexemes) wanted (lexeme)
    ) counted group by lexeme having sum(chunks) is not null
""").bindparams(  # noqa: S608 - expressions of our own
    bindparam("store_ids", type_=ARRAY(BigInteger)), bindparam("lexemes", type_=ARRAY(BigInteger))
)
_DROP_ORPHANS = """
    delete from {table} where vector_store_id = any(array(
        with recursive held as (
            (select vector_store_id id from {table} order by 1 limit 1)
            union all
            select (select vector_store_id from {table} where vector_store_id > held.id order by 1 limit 1)
            from held where held.id is not null
        )
        select id from held where id is not null and not exists (select from vector_stores s where s.id = held.id)
    ))
"""
_DROP_ALL_ORPHANS = [
    text(_DROP_ORPHANS.format(table=table)) for table in ("lexeme_counts", "lexeme_additions")
]
_OPEN_STORES = text("""
    select vector_store_id from (
        select vector_store_id, count(*) rows from lexeme_counts where not is_total group by 1
        union all
        select vector_store_id, count(*) from lexeme_additions group by 1
    ) counted group by 1 having sum(rows) > :rows order by 1
""")
# Only lexemes whose counts have changed since the last time are summed up: a large store has very many.
_SUM_UP = text("""
    with added as (
        delete from lexeme_additions where vector_store_id = :store_id returning project_id, lexemes, chunks
    ),
    counted as (
        select project_id, each.lexeme, each.chunks from added, unnest(added.lexemes, added.chunks) each (lexeme, chunks)
    ),
    changed as (
        select lexeme from counted
        union
        select lexeme from lexeme_counts where vector_store_id = :store_id and not is_total
    ),
    gone as (
        delete from lexeme_counts c using changed
        where c.vector_store_id = :store_id and c.lexeme = changed.lexeme returning c.project_id, c.lexeme, c.chunks
    )
    insert into lexeme_counts (project_id, vector_store_id, lexeme, chunks, is_total)
    select project_id, :store_id, lexeme, sum(chunks), true
    from (select * from counted union all select * from gone) together
    group by project_id, lexeme having sum(chunks) > 0
""")


class LexemeReader:
    """The lexemes of one project's chunks."""

    def __init__(self, session: AsyncSession, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    async def count_holding(self, store_ids: Sequence[int], lexemes: Sequence[int]) -> dict[int, int]:
        """Return lexeme → how many chunks of the stores hold it."""
        # Checked once at the stores, so that the counts can be read from their index alone.
        wanted = {"project_id": self._project_id, "store_ids": list(store_ids), "lexemes": list(lexemes)}
        rows = await self._session.execute(HOLDING, wanted)
        return {lexeme: max(0, chunks) for lexeme, chunks in rows}


class LexemeWriter(LexemeReader):
    """The lexemes of one project's chunks, to read and to change."""

    async def copy(self, store_id: int, files: Mapping[int, Iterable[ChunkWords]], *, first: int = 0) -> None:
        """Store the words of files' chunks by the files' keys, in order from the `first` on, and count their lexemes in."""
        # Counted here while they are sent: PostgreSQL would have to read again what it has just stored.
        holding: Counter[int] = Counter()

        rows = lexeme_rows(self._project_id, store_id, files, holding, first=first)
        await copy_rows(self._session, "chunk_lexemes", LEXEME_COLUMNS, rows)
        # Two arrays go out in a fraction of the time that a row for each lexeme takes.
        counted = {"lexemes": list(holding), "counts": list(holding.values())}
        await self._session.execute(
            ADD_COUNTS, counted | {"project_id": self._project_id, "store_id": store_id}
        )

    async def copy_from(self, donor: tuple[int, int], *, store_id: int, file_id: int) -> None:
        """Copy the lexemes of another membership (its store and file) to this one."""
        keys = {"project_id": self._project_id, "store_id": store_id, "file_id": file_id}
        await self._session.execute(
            _COPY_FROM, keys | {"donor_store_id": donor[0], "donor_file_id": donor[1]}
        )
        await self._session.execute(_COUNT_IN, keys)

    async def count_out(self, file_id: int, *, store_id: int | None = None) -> None:
        """Subtract a file's lexemes from the counts of one store or of all, before its chunks are deleted."""
        keys = {"project_id": self._project_id, "store_id": store_id, "file_id": file_id}
        await self._session.execute(_COUNT_OUT, keys)

    async def delete(self, store_id: int, file_id: int) -> None:
        """Delete a membership's lexemes and count them out."""
        await self.count_out(file_id, store_id=store_id)
        keys = {"project_id": self._project_id, "store_id": store_id, "file_id": file_id}
        await self._session.execute(_DELETE, keys)

    async def delete_range(self, store_id: int, file_id: int, *, first: int, end: int) -> None:
        """Delete the lexemes of a membership's chunks from the `first` until before `end`, and count them out."""
        keys = {"project_id": self._project_id, "store_id": store_id, "file_id": file_id}
        await self._session.execute(_DELETE_RANGE, keys | {"first": first, "end": end})


# New entries of a GIN index wait in a list, which every search reads from end to end, until it is 4 MB or a vacuum comes.
_SORT_IN = text("select gin_clean_pending_list('ix_chunk_lexemes_lexemes')")


class LexemeTotals:
    """Sums up the counts of all projects, so that a lexeme is one row again, and keeps the index of lexemes quick."""

    def __init__(self, connections: SystemConnections, owner: AsyncEngine) -> None:
        self._connections = connections
        self._owner = owner

    async def sum_up(self, *, min_rows: int) -> int:
        """Sum up each store that has more than `min_rows` rows to be summed; return how many stores.

        The counts of deleted stores are dropped.
        """
        async with self._connections.begin() as connection:
            for drop in _DROP_ALL_ORPHANS:
                await connection.execute(drop)
            stores = list(await connection.scalars(_OPEN_STORES, {"rows": min_rows}))
        for store_id in stores:
            async with self._connections.begin() as connection:
                await connection.execute(_SUM_UP, {"store_id": store_id})
        return len(stores)

    async def sort_in(self) -> int:
        """Sort the lexemes that were stored lately into their index; return how many pages of them had waited."""
        with self._connections.failures.translated():
            async with self._owner.connect() as connection:
                return int(await connection.scalar(_SORT_IN) or 0)


def lexeme_rows(
    project_id: str,
    store_id: int,
    files: Mapping[int, Iterable[ChunkWords]],
    holding: Counter[int],
    *,
    first: int = 0,
) -> Iterator[Sequence[object]]:
    """Yield the words of files' chunks as rows of LEXEME_COLUMNS, and count in `holding` how many chunks hold each."""
    for file_id, chunks in files.items():
        for ordinal, words in enumerate(chunks, first):
            holding.update(words.lexemes.tolist())
            keys = store_key(store_id, 0) | words.lexemes
            yield project_id, store_id, file_id, ordinal, keys, (words.weighed, words.weights)


def store_key(store_id: int, lexeme: int) -> int:
    """Return a lexeme's key in the index, which holds those of all stores."""
    return store_id << LEXEME_BITS | lexeme
