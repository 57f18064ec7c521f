"""Storing what was read of files in few messages: as far as claims still hold, and into the space that the store is in."""

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from app.core.chunk_words import chunk_words
from app.core.chunking import SentenceRule
from app.core.errors import Overloaded
from app.core.types import Caller, EmbeddingSpace
from app.db.chunks import NewChunk
from app.db.database import Database
from app.db.jobs import Claim
from app.library.files import FileLibrary
from app.library.vector_stores import VectorStoreLibrary
from tests.factories import engine_of
from tests.repository_calls import OneChunk

SPACE = EmbeddingSpace("model", 3)
CONTENT = "Leave lasts nine months."


def read_file() -> OneChunk:
    vector = np.array([1, 0, 0], np.float32)
    return OneChunk(NewChunk(CONTENT, bytes(32), 0, 24, None, None, vector, chunk_words([CONTENT], "fin")[0]))


async def claimed(db: Database, caller: Caller, folder: Path, *, count: int) -> tuple[str, list[Claim]]:
    """Make a store of files that a worker has claimed together."""
    files = []
    for number in range(count):
        path = folder / f"{number}.txt"
        path.write_text(f"Fact number {number}.", encoding="utf-8")
        files.append(await FileLibrary(db).create(caller, path, filename=path.name, purpose="assistants"))
    made = await VectorStoreLibrary(db).create(
        caller, file_ids=[file.public_id for file in files], chunking=SentenceRule(), fields={}
    )
    return made.store.public_id, await db.system("queue").jobs.claim(count)


async def _stored(db: Database) -> list[int]:
    """Return how many rows of each table there are that files are stored in."""
    async with engine_of(db).connect() as connection:
        return [
            await connection.scalar(text(f"select count(*) from {table}")) or 0
            for table in ("chunks", "chunk_lexemes", "lexeme_additions")
        ]


async def test_files_of_lost_claims_are_left_out(db: Database, caller: Caller, tmp_path: Path) -> None:
    """One of three was deleted meanwhile: of it there is nothing, and the others are counted."""
    store_id, claims = await claimed(db, caller, tmp_path, count=3)
    found = await db.project(caller.project_id).ingest.find(claims)
    assert found is not None
    assert found.first_parts[claims[1].file_id] == b"Fact number 1."
    await FileLibrary(db).delete(caller, found.jobs[claims[1]].file.public_id)

    held = await db.project(caller.project_id).ingest.put({claim: read_file() for claim in claims}, SPACE)

    assert held == [claims[0], claims[2]]
    store = (await VectorStoreLibrary(db).retrieve(caller, store_id)).store
    assert (store.file_count, store.chunk_count, store.usage_bytes) == (2, 2, 2 * len(CONTENT))
    assert (store.embedding_model, store.dimensions) == ("model", 3)
    assert (store.language, list(store.languages)) == ("fin", ["fin"])
    assert (await _stored(db))[:2] == [2, 2]


async def test_nothing_is_stored_in_a_store_that_has_moved_on(
    db: Database, caller: Caller, tmp_path: Path
) -> None:
    """Its chunks are of another model by now: the file is tried again, and no vector of two models meets another."""
    store_id, claims = await claimed(db, caller, tmp_path, count=1)
    async with db.project(caller.project_id).write() as tx:
        await tx.vector_stores.bind_space(claims[0].store_id, EmbeddingSpace("next", 3))

    with pytest.raises(Overloaded, match="embedding model has changed"):
        await db.project(caller.project_id).ingest.put({claims[0]: read_file()}, SPACE)

    store = (await VectorStoreLibrary(db).retrieve(caller, store_id)).store
    assert (store.file_count, store.embedding_model) == (0, "next")
    assert await _stored(db) == [0, 0, 0]
