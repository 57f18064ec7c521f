"""Transactions as engines see them: what they see, what they may do, and what a restart does to them."""

import asyncio
import os
from pathlib import Path

import pytest
import sqlalchemy.exc
from sqlalchemy import text

from app.core.priority import NICENESS
from app.core.types import Caller
from app.db.database import Database
from app.db.engine import DatabaseUrls
from app.db.statements import Bound, Statement
from app.db.vector_stores import VectorStoreWriter
from app.library.files import FileLibrary
from app.library.vector_store_files import VectorStoreFileLibrary
from app.providers.fallback.embeddings import FallbackEmbeddings
from tests.factories import autocommit_of, engine_of, make_store_with


async def test_a_snapshot_is_of_one_moment(db: Database, caller: Caller) -> None:
    """What is committed meanwhile is not seen, however often one looks."""
    async with db.project(caller.project_id).read() as snapshot:
        before = await snapshot.vector_stores.list_all()
        async with db.project(caller.project_id).write() as tx:
            await tx.vector_stores.create(name="meanwhile")

        assert await snapshot.vector_stores.list_all() == before
    async with db.project(caller.project_id).read() as snapshot:
        assert await snapshot.vector_stores.find("meanwhile") is not None


async def test_a_snapshot_cannot_write(db: Database, caller: Caller) -> None:
    """PostgreSQL refuses, whatever the types have let through."""
    with pytest.raises(sqlalchemy.exc.DBAPIError, match="read-only transaction"):
        async with db.project(caller.project_id).read() as snapshot:
            await VectorStoreWriter(snapshot._session, caller).get_or_create_default()


async def test_an_error_takes_back_the_whole_transaction(db: Database, caller: Caller) -> None:
    """Nothing of a block that fails stays, and the connection serves the next one."""

    async def fail() -> None:
        async with db.project(caller.project_id).write() as tx:
            await tx.vector_stores.create(name="half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()

    async with db.project(caller.project_id).read() as snapshot:
        assert await snapshot.vector_stores.find("half") is None


@pytest.mark.parametrize("trusted_seconds", [0.0, 60.0], ids=["idle for long", "just used"])
async def test_connections_of_before_a_restart_are_replaced(
    db: Database, caller: Caller, monkeypatch: pytest.MonkeyPatch, trusted_seconds: float
) -> None:
    """Nobody sees an error, whether the connection is tested before use or trusted."""
    monkeypatch.setattr("app.db.engine._TRUSTED_SECONDS", trusted_seconds)
    async with db.project(caller.project_id).read(), db.project(caller.project_id).read():
        pass
    async with autocommit_of(db).connect() as connection:
        await connection.execute(
            text("select pg_terminate_backend(pid) from pg_stat_activity "
                 "where datname = current_database() and pid <> pg_backend_pid() and application_name = 'footnote'")
        )  # fmt: skip

    async with db.project(caller.project_id).read() as snapshot:
        assert await snapshot.vector_stores.list_all() == []


async def test_stores_know_how_many_files_they_hold(db: Database, caller: Caller, tmp_path: Path) -> None:
    """Attached, detached, expired: the count is that of the files with chunks."""
    store, submitted = await make_store_with(
        db, [f"Leave lasts {n} months." for n in range(4)], folder=tmp_path
    )
    first, second, third, _ = (entry.file for entry in submitted)
    counts = [await file_count(db, caller, store.id)]

    await VectorStoreFileLibrary(db, FallbackEmbeddings()).detach(caller, store.public_id, first.public_id)
    counts.append(await file_count(db, caller, store.id))
    await FileLibrary(db).delete(caller, second.public_id)
    counts.append(await file_count(db, caller, store.id))
    async with engine_of(db).begin() as connection:
        await connection.execute(
            text("update files set expires_at = now() where public_id = :id"), {"id": third.public_id}
        )
    await db.system("expiry").expired_rows.delete_files()
    counts.append(await file_count(db, caller, store.id))

    assert counts == [4, 3, 2, 1]


async def file_count(db: Database, caller: Caller, store_id: int) -> int:
    async with db.project(caller.project_id).read() as snapshot:
        return (await snapshot.vector_stores.get_by_key(store_id)).file_count


async def test_others_go_first(clean_url: str, tmp_path: Path) -> None:
    """What the embedded PostgreSQL does for connections of both kinds has a lower priority, for those that are open, too."""
    database = Database.connect(DatabaseUrls(clean_url, clean_url, tmp_path))
    asked = Bound(Statement(b"select pg_backend_pid()"))
    direct = database._primary.direct

    async def priorities() -> list[int]:
        (((of_direct,),),) = await direct.run([asked])
        async with engine_of(database).connect() as connection:
            of_session = await connection.scalar(text("select pg_backend_pid()"))
        return [os.getpriority(os.PRIO_PROCESS, process) for process in (of_direct, of_session)]

    try:
        usual = await priorities()
        database.let_others_go_first()
        # Linux takes ten a second.
        for _ in range(20):
            if (lowered := await priorities()) == [niceness + NICENESS for niceness in usual]:
                break
            await asyncio.sleep(0.15)
    finally:
        await database.close()

    assert lowered == [niceness + NICENESS for niceness in usual]
