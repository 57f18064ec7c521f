"""What a copy of a whole database needs to know of it: a snapshot, what it holds, who uses it, how it is cleared."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from app.models import Record

# What users have put in, or made. Nothing of it is made by a start or a migration.
MAIN_TABLES = (
    "files",
    "vector_stores",
    "vector_store_files",
    "chunks",
    "responses",
    "conversations",
    "api_keys",
)

_REVISIONS = "alembic_version"
_TABLES = "select relname from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r'"
# The functions of triggers are ours if the tables are.
_FUNCTIONS = """
    select distinct t.tgfoid::regprocedure::text from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where not t.tgisinternal and c.relnamespace = current_schema()::regnamespace and c.relname = any(%s) order by 1
"""
_OTHERS = """
    select count(*) from pg_stat_activity
    where datname = current_database() and application_name = 'footnote' and pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One moment of a database, as long as its transaction is open. `rows` are those of the main tables."""

    name: str
    server_major: int
    rows: dict[str, int]


def libpq_url(url: str) -> str:
    """Return a SQLAlchemy URL as PostgreSQL's own programs take it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def snapshot(url: str) -> Iterator[Snapshot]:
    """Yield a moment of a migrated database, which others can read until the block ends."""
    with psycopg.connect(libpq_url(url)) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        (name,) = _one(connection, "select pg_export_snapshot()")
        yield Snapshot(str(name), connection.info.server_version // 10_000, _rows(connection))


def server_major(url: str) -> int:
    """Return the major version of the server."""
    with psycopg.connect(libpq_url(url)) as connection:
        return connection.info.server_version // 10_000


def rows_by_table(url: str) -> dict[str, int]:
    """Return how many rows each of the main tables has, for those that are there."""
    with psycopg.connect(libpq_url(url)) as connection:
        return _rows(connection)


def other_users(url: str) -> int:
    """Return how many connections of Footnote the database has."""
    with psycopg.connect(libpq_url(url)) as connection:
        return int(str(_one(connection, _OTHERS)[0]))


def clearing(url: str) -> list[str]:
    """Return the statements that drop our tables and make room for a dump. pgvector's extension stays."""
    with psycopg.connect(libpq_url(url)) as connection:
        ours = [*sorted(set(Record.metadata.tables) & _there(connection)), _REVISIONS]
        tables = [sql.SQL("drop table if exists {} cascade").format(sql.Identifier(name)) for name in ours]
        functions = [f"drop function {name} cascade" for (name,) in connection.execute(_FUNCTIONS, (ours,))]
        return [
            *(statement.as_string(connection) for statement in tables),
            *functions,
            "create extension if not exists vector",
        ]


def _rows(connection: psycopg.Connection[tuple[object, ...]]) -> dict[str, int]:
    there = _there(connection)
    count = "select count(*) from {}"
    return {
        name: int(str(_one(connection, sql.SQL(count).format(sql.Identifier(name)))[0]))
        for name in MAIN_TABLES
        if name in there
    }


def _there(connection: psycopg.Connection[tuple[object, ...]]) -> set[str]:
    return {str(name) for (name,) in connection.execute(_TABLES)}


def _one(
    connection: psycopg.Connection[tuple[object, ...]], statement: str | sql.Composed
) -> tuple[object, ...]:
    row = connection.execute(statement).fetchone()
    assert row is not None, "each of these returns a row"
    return row
