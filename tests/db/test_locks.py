"""Transactions that change the same stores and files wait for each other: none fails for a deadlock, and counts stay true."""

import asyncio
from pathlib import Path

from app.core.types import Caller
from app.db.checking import check
from app.db.database import Database
from app.library.vector_stores import VectorStoreLibrary
from tests.factories import make_store_with, make_words

_LONG_ENOUGH_TO_BE_WAITING = 0.3


async def test_who_deletes_a_store_waits_for_who_has_locked_a_membership(
    db: Database, caller: Caller, tmp_path: Path
) -> None:
    """The one that holds the membership can still change the store, and goes first."""
    store, (entry,) = await make_store_with(db, ["The glacier melts."], folder=tmp_path)
    async with db.project(caller.project_id).write() as tx:
        found = await tx.vector_store_files.find_locked(store.id, entry.file.public_id)
        assert found is not None
        deleting = asyncio.create_task(VectorStoreLibrary(db).delete(caller, store.public_id))
        await asyncio.sleep(_LONG_ENOUGH_TO_BE_WAITING)

        await tx.vector_stores.note_language(store.id, "deu")

        assert not deleting.done()
    await deleting
    async with db.project(caller.project_id).read() as snapshot:
        assert await snapshot.vector_stores.find(store.public_id) is None


async def test_what_was_just_stored_is_counted_out(
    db: Database, caller: Caller, shared_url: str, tmp_path: Path
) -> None:
    """A file that leaves its store at the moment at which its words arrive: they are counted in, and out again."""
    store, (entry,) = await make_store_with(db, ["The glacier melts."], folder=tmp_path)

    async def detach() -> None:
        async with db.project(caller.project_id).write() as tx:
            await tx.vector_store_files.detach(entry.file, store_id=store.id)

    async with db.project(caller.project_id).write() as tx:
        await tx.vector_store_files.find_locked(store.id, entry.file.public_id)
        await tx.lexemes.delete(store.id, entry.file.id)
        detaching = asyncio.create_task(detach())
        await asyncio.sleep(_LONG_ENOUGH_TO_BE_WAITING)
        await tx.lexemes.copy(store.id, {entry.file.id: [make_words(7)]})
    await detaching

    async with db.project(caller.project_id).read() as snapshot:
        counts = await snapshot.lexemes.count_holding([store.id], [7])
    assert not any(counts.values())
    assert not check(shared_url).faults
