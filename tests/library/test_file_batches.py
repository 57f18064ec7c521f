"""Batches: all of their files are attached, whether they are new to the store or not, or none."""

from pathlib import Path

import pytest

from app.core.chunking import SentenceRule
from app.core.errors import NotFound
from app.core.file_status import FileStatus
from app.core.types import Caller, Page
from app.db.database import Database
from app.library.file_batches import BatchFile, FileBatchLibrary
from app.library.files import FileLibrary
from app.library.vector_store_files import VectorStoreFileLibrary
from app.providers.fallback.embeddings import FallbackEmbeddings
from tests.factories import make_store_with, read_queue

RULE = SentenceRule(800, 100)


async def upload(db: Database, caller: Caller, folder: Path, name: str) -> str:
    path = folder / name
    path.write_text(f"Fact of {name}.", encoding="utf-8")
    return (await FileLibrary(db).create(caller, path, filename=name, purpose="assistants")).public_id


async def test_a_batch_holds_new_files_and_old_ones(db: Database, caller: Caller, tmp_path: Path) -> None:
    """A file that the store holds already gets the attributes, and one that is named twice counts once."""
    store, (held,) = await make_store_with(db, ["Leave lasts nine months."], folder=tmp_path)
    new, other = [await upload(db, caller, tmp_path, name) for name in ("new.txt", "other.txt")]
    batches = FileBatchLibrary(db, FallbackEmbeddings())
    given = [
        BatchFile(other, RULE, {"year": 2}),
        BatchFile(held.file.public_id, held.membership.chunking, {"year": 1}),
        BatchFile(new, RULE),
        BatchFile(other, RULE),
    ]

    made = await batches.create(caller, store.public_id, given)
    assert made.counts == {FileStatus.IN_PROGRESS: 2, FileStatus.COMPLETED: 1}
    await read_queue(db)

    found = await batches.list_files(
        caller, store.public_id, made.batch.public_id, page=Page(10), status=FileStatus.COMPLETED
    )
    assert {entry.file.public_id: entry.membership.attributes for entry in found.items} == {
        other: {"year": 2},
        held.file.public_id: {"year": 1},
        new: {},
    }


async def test_a_batch_with_a_missing_file_attaches_none(
    db: Database, caller: Caller, tmp_path: Path
) -> None:
    """The error names the file, and the others are not in the store."""
    store, _ = await make_store_with(db, ["Leave lasts nine months."], folder=tmp_path)
    new = await upload(db, caller, tmp_path, "new.txt")

    with pytest.raises(NotFound, match="file-missing"):
        await FileBatchLibrary(db, FallbackEmbeddings()).create(
            caller, store.public_id, [BatchFile(new, RULE), BatchFile("file-missing", RULE)]
        )

    with pytest.raises(NotFound):
        await VectorStoreFileLibrary(db, FallbackEmbeddings()).retrieve(caller, store.public_id, new)
