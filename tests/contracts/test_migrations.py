"""Migrations: up from nothing, down step by step, and the models agree with what they make."""

from collections.abc import Callable
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from app.db.migrating import alembic_config, migrate, newest_revision
from app.models import Record

# As the release before 0016 writes it.
_COUNTED = text("""
    insert into lexeme_counts (vector_store_id, lexeme, chunks)
    select id, :lexeme, 1 from vector_stores where public_id = :store
""")

_INDEXED = text("""
    insert into vector_stores (public_id, project_id, dimensions, ivfflat_lists, ivfflat_probes, ivfflat_serves)
    values (:id, 'proj_default', :dimensions, 1, 1, true)
""")


@pytest.fixture
def empty_url(make_database: Callable[[str], str]) -> str:
    """An empty database."""
    return make_database("migrations")


def differences(url: str) -> list[Any]:
    engine = create_engine(url)
    with engine.connect() as connection:
        # Our own types have no SQLAlchemy class to be reflected to.
        context = MigrationContext.configure(connection, opts={"compare_server_default": False})
        found: list[Any] = compare_metadata(context, Record.metadata)
    engine.dispose()
    return found


def tables(url: str) -> set[str]:
    engine = create_engine(url)
    names = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    return names


@pytest.mark.filterwarnings("ignore:Did not recognize type")
def test_models_are_what_the_migrations_make(empty_url: str) -> None:
    """Nothing is left to generate."""
    migrate(empty_url)

    assert tables(empty_url) == set(Record.metadata.tables)
    assert differences(empty_url) == []


def test_every_step_goes_down_and_up_again(empty_url: str) -> None:
    """Each revision can be undone and done again; the base has no tables."""
    config = alembic_config(empty_url)
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert len(revisions) >= 2
    assert revisions[0] == newest_revision(), "as a start finds it without Alembic"

    for revision in reversed(revisions):
        command.upgrade(config, revision)
        command.downgrade(config, "-1")
        command.upgrade(config, revision)
    command.downgrade(config, "base")

    assert tables(empty_url) == set()


def test_a_downgrade_takes_the_indexes_along(empty_url: str) -> None:
    """An IVFFlat index of a store does not outlive the release that cares for it."""
    migrate(empty_url)
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "create index chunks_ivfflat_1 on chunks using ivfflat ((embedding::halfvec(8)) halfvec_cosine_ops) "
                "with (lists = 1) where vector_store_id = 1"
            )
        )

    command.downgrade(alembic_config(empty_url), "0001")

    with engine.connect() as connection:
        left = connection.scalar(
            text("select count(*) from pg_indexes where indexname like 'chunks_ivfflat_%'")
        )
    engine.dispose()
    assert left == 0


@pytest.mark.parametrize(("of", "to"), [("0025", "0026"), ("0026", "0025")])
def test_indexes_of_long_embeddings_are_built_again(empty_url: str, of: str, to: str) -> None:
    """Each release searches them in its own way, and both search short embeddings in the same way."""
    config = alembic_config(empty_url)
    migrate(empty_url, of)
    engine = create_engine(empty_url)
    key = "(embedding::halfvec(8)) halfvec_cosine_ops"
    with engine.begin() as connection:
        for number, dimensions in ((1, 384), (2, 768)):
            values = {"id": f"vs_{number}", "dimensions": dimensions}
            connection.execute(_INDEXED, values)
            store = f"with (lists = 1) where vector_store_id = {number}"
            connection.execute(
                text(f"create index chunks_ivfflat_{number} on chunks using ivfflat ({key}) {store}")
            )

    (command.upgrade if to > of else command.downgrade)(config, to)

    with engine.connect() as connection:
        left = connection.scalars(
            text("select indexname from pg_indexes where indexname like 'chunks_ivfflat_%'")
        )
        assert list(left) == ["chunks_ivfflat_1"]
        states = connection.execute(
            text("select ivfflat_lists, ivfflat_probes, ivfflat_serves from vector_stores order by id")
        )
        assert [tuple(state) for state in states] == [(1, 1, True), (None, None, False)]
    engine.dispose()


def test_rows_that_were_reached_through_their_stores_get_their_project(empty_url: str) -> None:
    """Present rows get their store's project. The release before can still write rows, for the project that it knows."""
    migrate(empty_url, "0015")
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("insert into projects (id) values ('proj_other')"))
        connection.execute(
            text("insert into vector_stores (public_id, project_id) values ('vs_1', 'proj_other')")
        )
        connection.execute(_COUNTED, {"store": "vs_1", "lexeme": 1})

    migrate(empty_url)

    with engine.begin() as connection:
        connection.execute(
            text("insert into vector_stores (public_id, project_id) values ('vs_2', 'proj_default')")
        )
        connection.execute(_COUNTED, {"store": "vs_2", "lexeme": 2})
        told = connection.execute(text("select project_id from lexeme_counts order by lexeme"))
        assert told.scalars().all() == ["proj_other", "proj_default"]
    engine.dispose()
