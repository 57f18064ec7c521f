"""Looking how far a file is: whoever polls hears of its end a moment sooner, and nobody waits for a file that is read."""

import asyncio
from pathlib import Path

from app.core.chunking import SentenceRule
from app.core.file_status import FileStatus
from app.core.types import Caller
from app.db.database import Database
from app.library.files import FileLibrary
from app.library.vector_store_files import VectorStoreFileLibrary
from app.library.vector_stores import VectorStoreLibrary
from app.providers.fallback.embeddings import FallbackEmbeddings
from tests.factories import read_queue


async def test_a_look_goes_on_until_the_file_is_read(db: Database, caller: Caller, tmp_path: Path) -> None:
    """It is answered as soon as the file is done, at once if it is done already, and when its pauses are over."""
    path = tmp_path / "leave.txt"
    path.write_text("Leave lasts nine months.", encoding="utf-8")
    file = await FileLibrary(db).create(caller, path, filename=path.name, purpose="assistants")
    made = await VectorStoreLibrary(db).create(caller, file_ids=[], chunking=SentenceRule(), fields={})
    library, keys = VectorStoreFileLibrary(db, FallbackEmbeddings()), (made.store.public_id, file.public_id)
    await library.attach(caller, *keys, attributes={"year": 1}, chunking=SentenceRule())

    async with asyncio.timeout(30):
        early = await library.retrieve(caller, *keys, pauses=(0.01, 0.01))
        looking = asyncio.create_task(library.retrieve(caller, *keys, pauses=[0.02] * 1_000))
        await read_queue(db)
        late, again = await looking, await library.retrieve(caller, *keys, pauses=[60.0])

    assert [found.membership.status for found in (early, late, again)] == [
        FileStatus.IN_PROGRESS,
        FileStatus.COMPLETED,
        FileStatus.COMPLETED,
    ]
    assert again.membership.attributes == {"year": 1}
