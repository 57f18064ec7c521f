"""Two roles in one database: the owner makes tables and indexes, the serving role reads and writes rows."""

from pathlib import Path

import httpx
import psycopg
import pytest

from app.core.types import Caller
from app.db.database import Database
from app.db.engine import DatabaseUrls
from app.db.roles import OPEN, let_serve
from app.library.conversations import ConversationLibrary
from app.models import Record
from app.postgres.cluster import SERVING
from tests.conftest import MakeServer, conninfo, serving_url
from tests.factories import make_store_with


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


async def test_postgresql_itself_keeps_projects_apart(
    db: Database, caller: Caller, clean_url: str, tmp_path: Path
) -> None:
    """Without a project the serving role sees nothing, with one only its rows, and it cannot write another's."""
    await make_store_with(db, ["Leave lasts nine months."], folder=tmp_path)
    await ConversationLibrary(db).create(caller, [], {})
    with psycopg.connect(conninfo(clean_url), autocommit=True) as owner:
        owner.execute("insert into projects (id) values ('proj_other')")
    statement = (
        "insert into files (public_id, project_id, filename, purpose, mime_type, size_bytes, sha256) values "
    )

    with psycopg.connect(conninfo(serving_url(clean_url)), autocommit=True) as serving:

        def seen(**settings: str) -> list[int]:
            with serving.transaction():
                for name, value in settings.items():
                    serving.execute("select set_config(%s, %s, true)", (f"footnote.{name}", value))
                tables = ("files", "conversations")
                counts = [serving.execute(f"select count(*) from {table}").fetchone() for table in tables]
            return [count[0] for count in counts if count]

        assert seen() == [0, 0]
        assert seen(project="proj_other") == [0, 0]
        assert seen(project=caller.project_id) == [1, 1]
        assert seen(system="expiry") == [1, 1]
        assert seen() == [0, 0]
        serving.execute("set footnote.project = 'proj_other'")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            serving.execute(f"{statement} ('file-x', 'proj_default', 'x', 'x', 'x', 1, '')")
        serving.execute(f"{statement} ('file-x', 'proj_other', 'x', 'x', 'x', 1, '')")


def test_each_table_of_projects_is_walled(clean_url: str) -> None:
    """But for those that could not be filled or searched then; a new table is, by itself."""
    with psycopg.connect(conninfo(clean_url)) as owner:
        walled = {name for (name,) in owner.execute("select relname from pg_class where relrowsecurity")}

    owned = {name for name, table in Record.metadata.tables.items() if "project_id" in table.columns}
    assert walled == owned - set(OPEN)


def test_one_role_is_left_as_it_is(clean_url: str) -> None:
    """A database that a server gives has one role only, the owner: nothing is granted to anybody."""
    with psycopg.connect(conninfo(clean_url)) as owner:
        before = _granted(owner)

        let_serve(DatabaseUrls(clean_url, clean_url))

        assert _granted(owner) == before


def _granted(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    """Return the version of each table's row in the catalogue, with what is granted on it."""
    query = "select oid, xmin::text, relacl::text from pg_class where relkind in ('r', 'S') order by oid"
    return connection.execute(query).fetchall()


def test_a_server_of_ones_own_is_served_by_its_serving_role(make_server: MakeServer, clean_url: str) -> None:
    """DATABASE_OWNER_URL migrates; what requests do is done by the role of DATABASE_URL, behind the wall."""
    server = make_server(database_url=serving_url(clean_url), database_owner_url=clean_url)

    body = {"text": "Parental leave lasts nine months.", "vector_store": "hr"}
    httpx.post(f"{server.v1}/ingest", json=body, timeout=60).raise_for_status()
    with psycopg.connect(conninfo(clean_url)) as owner:
        connected = owner.execute(
            "select count(*) filter (where usename = %s) > 0 from pg_stat_activity where datname = current_database()",
            [SERVING],
        ).fetchone()
        walled = psycopg.connect(conninfo(serving_url(clean_url)))
        with walled:
            seen = walled.execute("select count(*) from files").fetchone()

    assert connected == (True,)
    assert seen == (0,)
