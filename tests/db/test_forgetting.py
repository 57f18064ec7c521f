"""What is deleted while it is being recorded leaves nothing, whichever of the two comes first."""

import asyncio
from pathlib import Path

from sqlalchemy import text

from app.core.types import Caller
from app.db.database import Database
from tests.factories import engine_of, make_store_with

SECRET = "The passphrase is heron-lake."


async def test_a_record_waits_for_a_deletion_and_leaves_its_texts_out(
    db: Database, caller: Caller, tmp_path: Path
) -> None:
    """It would see the file until the deletion is committed, and the deletion would not see the record."""
    store, (submitted,) = await make_store_with(db, [SECRET], folder=tmp_path)
    quoted = {"file_id": submitted.file.public_id, "text": SECRET}
    record = {"asked": ["?"], "queries": ["?"], "vector_store_ids": [store.public_id], "chunks": [quoted]}

    async with db.project(caller.project_id).write() as tx:
        await tx.vector_stores.delete(await tx.vector_stores.get(store.public_id))
        writing = asyncio.create_task(db.project(caller.project_id).retrievals.create({"ret_a": record}))
        await asyncio.sleep(0.3)
        assert not writing.done()
    await writing

    async with engine_of(db).connect() as connection:
        recorded = await connection.scalar(text("select record::text from retrievals"))
    assert "deleted" in recorded
    assert "heron-lake" not in recorded
