"""Looking how far a file is: whoever polls hears of its end a moment sooner, and nobody waits for a file that is read."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from app.core.chunking import SentenceRule
from app.core.file_status import FileStatus
from app.core.types import Caller
from app.db.announcements import FILES_READ
from app.db.database import Database
from app.library.files import FileLibrary
from app.library.vector_store_files import VectorStoreFileLibrary
from app.library.vector_stores import VectorStoreLibrary
from app.providers.fallback.embeddings import FallbackEmbeddings
from tests.factories import read_queue


@asynccontextmanager
async def listening(db: Database, library: VectorStoreFileLibrary) -> AsyncIterator[None]:
    """Let the library be told of files that are read."""
    begun = asyncio.Event()

    async def hear(told: str) -> None:
        await library.note_read(told)
        begun.set()

    hearing = asyncio.create_task(db.system("files").announcements.listen({FILES_READ: hear}))
    try:
        await begun.wait()
        yield
    finally:
        hearing.cancel()
        with suppress(asyncio.CancelledError):
            await hearing


async def fail(db: Database) -> None:
    """Let the file be one that cannot be read."""
    queue = db.system("queue").jobs
    (claim,) = await queue.claim()
    await queue.fail(claim, code="invalid_file", message="It is not readable.")


@pytest.mark.parametrize(("work", "end"), [(read_queue, FileStatus.COMPLETED), (fail, FileStatus.FAILED)])
async def test_a_look_goes_on_until_the_file_is_read(
    db: Database,
    caller: Caller,
    tmp_path: Path,
    work: Callable[[Database], Awaitable[object]],
    end: FileStatus,
) -> None:
    """It is answered as soon as the file is done, at once if it is done already, and when its patience is over."""
    path = tmp_path / "leave.txt"
    path.write_text("Leave lasts nine months.", encoding="utf-8")
    file = await FileLibrary(db).create(caller, path, filename=path.name, purpose="assistants")
    made = await VectorStoreLibrary(db).create(caller, file_ids=[], chunking=SentenceRule(), fields={})
    library, keys = VectorStoreFileLibrary(db, FallbackEmbeddings()), (made.store.public_id, file.public_id)
    await library.attach(caller, *keys, attributes={"year": 1}, chunking=SentenceRule())

    async with asyncio.timeout(30), listening(db, library):
        early = await library.retrieve(caller, *keys, patience_seconds=0.01)
        looking = asyncio.create_task(library.retrieve(caller, *keys, patience_seconds=600))
        await work(db)
        late, again = await looking, await library.retrieve(caller, *keys, patience_seconds=600)

    assert [found.membership.status for found in (early, late, again)] == [FileStatus.IN_PROGRESS, end, end]
    assert again.membership.attributes == {"year": 1}
