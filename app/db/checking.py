"""Whether a database is whole: every table and index is read, and counters agree with what they count."""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from app.db.copies import libpq_url

_TABLES = """
    select c.relname::text from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' order by 1
"""
# Each B-tree index with its columns and its predicate.
_INDEXES = """
    select i.indexrelid::regclass::text, i.indrelid::regclass::text, coalesce(pg_get_expr(i.indpred, i.indrelid), 'true'),
           (select string_agg(pg_get_indexdef(i.indexrelid, n, true), ', ' order by n)
            from generate_series(1, i.indnkeyatts) n)
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam
    where c.relnamespace = current_schema()::regnamespace and a.amname = 'btree' and i.indisvalid order by 1
"""
_INVALID = """
    select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relnamespace = current_schema()::regnamespace and not i.indisvalid order by 1
"""
_AMCHECK = "select from pg_available_extensions where name = 'amcheck'"
_IS_SUPERUSER = "select rolsuper from pg_roles where rolname = current_user"

# Each finds what does not agree, and says so in words of its own.
_COUNTERS = (
    """
    select 'vector store ' || s.public_id || ' counts ' || s.file_count || ' files, ' || s.chunk_count || ' chunks, '
           || s.usage_bytes || ' bytes; its files have ' || coalesce(m.files, 0) || ', ' || coalesce(m.chunks, 0)
           || ', ' || coalesce(m.bytes, 0)
    from vector_stores s left join (
        select vector_store_id, count(*) filter (where chunk_count > 0) files, sum(chunk_count) chunks,
               sum(usage_bytes) bytes
        from vector_store_files group by 1
    ) m on m.vector_store_id = s.id
    where (s.file_count, s.chunk_count, s.usage_bytes)
          is distinct from (coalesce(m.files, 0), coalesce(m.chunks, 0), coalesce(m.bytes, 0))
    order by s.id
    """,
    """
    select 'file ' || f.public_id || ' in ' || s.public_id || ' counts ' || m.chunk_count || ' chunks; there are '
           || coalesce(c.chunks, 0) || ', and the words of ' || coalesce(l.chunks, 0)
    from vector_store_files m
    join vector_stores s on s.id = m.vector_store_id join files f on f.id = m.file_id
    left join (select vector_store_id, file_id, count(*) chunks from chunks group by 1, 2) c
         using (vector_store_id, file_id)
    left join (select vector_store_id, file_id, count(*) chunks from chunk_lexemes group by 1, 2) l
         using (vector_store_id, file_id)
    where m.chunk_count <> coalesce(c.chunks, 0)
          or (m.words_version > 0 and m.chunk_count <> coalesce(l.chunks, 0))
    order by m.vector_store_id, m.file_id
    """,
    """
    select 'vector store ' || s.public_id || ' counts words wrongly: ' || count(*) || ' of them'
    from (
        select coalesce(h.store, k.store) store, coalesce(h.lexeme, k.lexeme) lexeme
        from (
            select vector_store_id store, lexeme & 4294967295 lexeme, count(*) chunks
            from chunk_lexemes, unnest(lexemes) lexeme group by 1, 2
        ) h
        full join (
            select store, lexeme, sum(chunks) chunks from (
                select vector_store_id store, lexeme, chunks from lexeme_counts
                union all
                select vector_store_id, each.lexeme, each.chunks
                from lexeme_additions a, unnest(a.lexemes, a.chunks) each (lexeme, chunks)
            ) counts group by 1, 2 having sum(chunks) <> 0
        ) k on k.store = h.store and k.lexeme = h.lexeme
        where h.chunks is distinct from k.chunks
    ) wrong join vector_stores s on s.id = wrong.store
    group by s.id, s.public_id order by s.id
    """,
    """
    select 'file ' || f.public_id || ' has ' || coalesce(p.bytes, 0) || ' of its ' || f.size_bytes || ' bytes'
    from files f left join (select file_id, sum(length(data)) bytes from file_parts group by 1) p on p.file_id = f.id
    where f.size_bytes <> coalesce(p.bytes, 0) order by f.id
    """,
)
_SAMPLES = """
    select s.project_id, s.public_id, found.content
    from vector_stores s cross join lateral (
        select c.content from chunk_lexemes l join chunks c using (vector_store_id, file_id, ordinal)
        where l.vector_store_id = s.id and cardinality(l.lexemes) > 2
        order by l.file_id, l.ordinal limit 1
    ) found
    where s.chunk_count > 0 and s.expires_after_days is null
    order by s.id limit %s
"""

_Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class _BTree:
    name: str
    table: str
    predicate: str
    columns: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A chunk's text, to be searched for in its store."""

    project_id: str
    vector_store_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Examined:
    """What a check has read, and what it found wrong."""

    tables: int
    indexes: int
    by_amcheck: bool
    faults: tuple[str, ...]


def check(url: str) -> Examined:
    """Read every table and B-tree index of a database as its owner, and compare the counters. It changes nothing.

    PostgreSQL's amcheck reads them where it is there and may be used: it also finds entries that are out of order.
    """
    with psycopg.connect(libpq_url(url)) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        by_amcheck = _take_amcheck(connection)
        tables = [str(name) for (name,) in connection.execute(_TABLES)]
        indexes = [_BTree(*map(str, row)) for row in connection.execute(_INDEXES)]
        faults = [f"index {name} is not valid" for (name,) in connection.execute(_INVALID)]
        for table in tables:
            faults += _table_faults(connection, table, by_amcheck=by_amcheck)
        for index in indexes:
            faults += _index_faults(connection, index, by_amcheck=by_amcheck)
        for counter in _COUNTERS:
            faults += [str(fault) for (fault,) in connection.execute(counter)]
        # With this goes amcheck, if it was not there before.
        connection.rollback()
    return Examined(len(tables), len(indexes), by_amcheck, tuple(faults))


def samples(url: str, *, most: int) -> list[Sample]:
    """Return a chunk with words from each of the first stores that have any."""
    with psycopg.connect(libpq_url(url)) as connection:
        return [Sample(*map(str, row)) for row in connection.execute(_SAMPLES, (most,))]


def _take_amcheck(connection: _Connection) -> bool:
    """Make the functions of amcheck there for this transaction, if the server has them and we may."""
    has_it = connection.execute(_AMCHECK).fetchone() is not None
    if has_it and connection.execute(_IS_SUPERUSER).fetchone() == (True,):
        connection.execute("create extension if not exists amcheck")
        return True
    return False


def _table_faults(connection: _Connection, table: str, *, by_amcheck: bool) -> list[str]:
    name = sql.Identifier(table)
    # Each value is read, those out of line too.
    read = sql.SQL("select null from {0} t having sum(length(t::text)) < 0").format(name)
    faults = _asked(connection, f"table {table}", read)
    if by_amcheck and not faults:
        heap = sql.SQL("select distinct msg from verify_heapam({}::regclass)").format(sql.Literal(table))
        faults += _asked(connection, f"table {table}", heap)
    return faults


def _index_faults(connection: _Connection, index: _BTree, *, by_amcheck: bool) -> list[str]:
    what = f"index {index.name}"
    if by_amcheck:
        checked = "select null from bt_index_check({}::regclass, true) having count(*) < 0"
        return _asked(connection, what, sql.SQL(checked).format(sql.Literal(index.name)))
    counting = sql.SQL(
        "select count(*) from (select {} from {} where {} order by {} offset 0) entries"
    ).format(*map(sql.SQL, (index.columns, index.table, index.predicate, index.columns)))
    counts = set()
    for ways in (("seqscan", "sort", "bitmapscan"), ("indexscan", "indexonlyscan", "bitmapscan")):
        with connection.transaction(force_rollback=True):
            for way in ways:
                connection.execute(sql.SQL("set local enable_{} = off").format(sql.SQL(way)))
            try:
                counts.add(connection.execute(counting).fetchone())
            except psycopg.Error as error:
                return [f"{what}: {_said(error)}"]
    return [] if len(counts) == 1 else [f"{what} and its table differ in their rows"]


def _asked(connection: _Connection, what: str, question: sql.Composed) -> list[str]:
    """Return what a question finds wrong. That it cannot be answered is a fault, too."""
    try:
        with connection.transaction(force_rollback=True):
            return [f"{what}: {fault}" for (fault,) in connection.execute(question)]
    except psycopg.Error as error:
        return [f"{what}: {_said(error)}"]


def _said(error: psycopg.Error) -> str:
    return error.diag.message_primary or "the server did not say what is wrong"
