"""Two roles in one database: the owner makes tables and indexes, the serving role reads and writes rows."""

import psycopg
import pytest

from app.core.types import Caller
from app.db.database import Database
from app.db.engine import DatabaseUrls
from app.db.roles import let_serve
from tests.conftest import conninfo, serving_url


async def test_the_serving_role_reads_and_writes_rows(db: Database, caller: Caller) -> None:
    """Requests need no more rights than these."""
    async with db.project(caller.project_id).write() as tx:
        await tx.vector_stores.create(name="served")

    async with db.project(caller.project_id).read() as reader:
        assert await reader.vector_stores.find("served") is not None


@pytest.mark.parametrize(
    "statement",
    [
        "create table planted (id int)",
        "drop table chunks",
        "alter table chunks disable trigger all",
        "create index planted on chunks (page)",
        "truncate files cascade",
        "update alembic_version set version_num = '0001'",
        "set role footnote",
    ],
)
def test_the_serving_role_changes_no_table(clean_url: str, statement: str) -> None:
    """PostgreSQL refuses everything that only the owner may do."""
    with (
        psycopg.connect(conninfo(serving_url(clean_url))) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


def test_new_tables_are_served_once_they_are_let(clean_url: str) -> None:
    """What a migration adds is granted after it, once: the next start has nothing to do."""
    urls = DatabaseUrls(serving_url(clean_url), clean_url)
    with psycopg.connect(conninfo(clean_url), autocommit=True) as owner:
        owner.execute("create table added (id bigint generated always as identity, name text)")
        try:
            let_serve(urls)
            before = _granted(owner)
            let_serve(urls)

            with psycopg.connect(conninfo(serving_url(clean_url))) as serving:
                serving.execute("insert into added (name) values ('served')")
            assert _granted(owner) == before
        finally:
            owner.execute("drop table added")


def test_one_role_is_left_as_it_is(clean_url: str) -> None:
    """A database that a server gives has one role only, the owner: nothing is granted to anybody."""
    with psycopg.connect(conninfo(clean_url)) as owner:
        before = _granted(owner)

        let_serve(DatabaseUrls.of_one_role(clean_url))

        assert _granted(owner) == before


def _granted(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    """Return the version of each table's row in the catalogue, with what is granted on it."""
    query = "select oid, xmin::text, relacl::text from pg_class where relkind in ('r', 'S') order by oid"
    return connection.execute(query).fetchall()
