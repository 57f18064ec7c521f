"""Queued files: what the server says of a file while it is read is true."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.core.errors import UpstreamFailed
from app.core.types import Caller
from app.db.database import Database
from app.ingest.queued import QueuedIngest
from app.jobs.worker import Worker
from app.library.ingest import IngestFile
from app.providers.base import EmbeddingResult, TokenInput
from app.providers.fallback.embeddings import FallbackEmbeddings
from app.wire.vector_store_files import vector_store_file_body
from tests.factories import engine_of, make_ingest, make_pipeline, read_queue

Reading = dict[str, int] | None


class WatchedEmbeddings(FallbackEmbeddings):
    """The fallback, which looks before each call at what is said of the file."""

    is_cheap = False

    def __init__(self, look: Callable[[], Awaitable[Reading]]) -> None:
        super().__init__()
        self._look = look
        self.embedded = 0
        self.seen: list[tuple[int, Reading]] = []

    async def embed(self, texts: Sequence[TokenInput], **options: Any) -> EmbeddingResult:
        self.seen.append((self.embedded, await self._look()))
        self.embedded += len(texts)
        return await super().embed(texts, **options)


async def test_a_file_says_how_many_of_its_chunks_are_embedded(
    db: Database, caller: Caller, tmp_path: Path
) -> None:
    """At each step, of all that it has, although it is embedded in several groups."""
    path = tmp_path / "large.txt"
    path.write_text("\n\n".join(f"Fact {n} is that {n} is {n}. " * 20 for n in range(1_500)))
    library = make_ingest(db)
    store = await library.find_or_create_store(caller, "store")
    submitted = await library.submit(caller, store, IngestFile(path, "large.txt"))

    async def look() -> Reading:
        (entry,) = await library.wait(caller, [submitted], seconds=0)
        reading: Reading = vector_store_file_body(entry.membership, entry.file, store_id="vs_1")["reading"]
        return reading

    embeddings = WatchedEmbeddings(look)
    await read_queue(db, embeddings=embeddings)

    (done,) = await library.wait(caller, [submitted], seconds=5)
    chunks = done.membership.chunk_count
    assert chunks > 1_024
    assert len(embeddings.seen) > 4
    for embedded, reading in embeddings.seen[1:]:
        assert reading == {"chunks_done": embedded, "chunks_total": chunks}
    assert await look() is None


class DownEmbeddings(FallbackEmbeddings):
    """An upstream that is down."""

    is_cheap = False

    async def embed(self, texts: Sequence[TokenInput], **options: Any) -> EmbeddingResult:
        raise UpstreamFailed("The upstream model server cannot be reached.")


async def test_files_outlast_an_upstream_that_is_away(db: Database, caller: Caller, tmp_path: Path) -> None:
    """However often they are tried meanwhile: it says nothing of them."""
    library = make_ingest(db)
    store = await library.find_or_create_store(caller, "store")
    submitted = []
    for number in range(2):
        path = tmp_path / f"{number}.txt"
        path.write_text(f"Fact number {number}.")
        submitted.append(await library.submit(caller, store, IngestFile(path, path.name)))

    for _ in range(8):
        pipeline = make_pipeline(db, embeddings=DownEmbeddings())
        assert await Worker(db.system("queue").jobs, QueuedIngest(db, pipeline).run).run_once()
        async with engine_of(db).begin() as connection:
            await connection.execute(text("update vector_store_files set run_after = now()"))

    waiting = await library.wait(caller, submitted, seconds=0)
    assert [entry.membership.status for entry in waiting] == ["in_progress"] * 2
    await read_queue(db)
    done = await library.wait(caller, submitted, seconds=5)
    assert [entry.membership.status for entry in done] == ["completed"] * 2
