"""A store's switch to another embedding space, once all is embedded: how long it takes, and what others see meanwhile.

    python -m benchmarks.reembed [--rows 100000] [--dimensions 64]

Prints one line: chunks, seconds of the switch, p99 of searches meanwhile over that before it, the files that came
meanwhile with the longest time that one took to be searchable, and errors: searches that failed or found nothing, and
files that failed.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
from sqlalchemy import text

from app.core.chunking import SentenceRule
from app.core.errors import FootnoteError
from app.core.searches import SearchOptions
from app.core.types import EmbeddingSpace
from app.db.database import Database
from app.ingest.embedding import ChunkEmbedder
from app.ingest.extract import Extractor
from app.ingest.pipeline import IngestPipeline
from app.ingest.queued import QueuedIngest
from app.jobs.worker import Worker
from app.library.ingest import IngestFile, IngestLibrary
from app.models import VectorStore
from app.providers.fallback.embeddings import MODEL, FallbackEmbeddings
from app.retrieval.plan import QueryEmbedder
from app.retrieval.search import Retriever, SearchRequest
from app.upkeep.reembedding import Reembedding
from benchmarks.rig import (
    CALLER,
    autocommit_of,
    by_file,
    clustered,
    engine_of,
    fill,
    make_store,
    own_database,
)

_IDLE_SECONDS = 8.0
_FILE_EVERY_SECONDS = 1.0
_FEWER_DIMENSIONS = 8
# What upstream would have been asked for: that it is the vectors' own beginning makes no difference to the switch.
_PREPARE = """
    insert into next_embeddings (vector_store_id, file_id, ordinal, content_sha256, embedding, projected)
    select vector_store_id, file_id, ordinal, content_sha256, subvector(embedding, 1, :dimensions), projected
    from chunks where vector_store_id = :store_id
"""


def main() -> None:
    """Run the measurement that the arguments describe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--dimensions", type=int, default=64)
    arguments = parser.parse_args()
    asyncio.run(_measure(arguments.rows, arguments.dimensions))


async def _measure(rows: int, dimensions: int) -> None:
    vectors, _ = clustered(rows, dimensions)
    target = EmbeddingSpace(MODEL, dimensions - _FEWER_DIMENSIONS)
    async with own_database() as (database, _):
        store = await make_store(database, "moving", dimensions)
        await fill(database, store, vectors, files=by_file(rows))
        await _prepare(database, store, target)
        load = Load(database, store)
        async with load:
            await asyncio.sleep(_IDLE_SECONDS)
        idle = load.reads
        load.reads = []
        started = time.perf_counter()
        async with load, load.files():
            started = time.perf_counter()
            await _move(database, store, target)
            switched = time.perf_counter() - started
        during, before = np.percentile(load.reads, 99), np.percentile(idle, 99)
    print(
        f"reembed chunks={rows} switch={switched:.1f} s p99/idle p99={during / before:.2f} "
        f"files={len(load.waits)} longest file={max(load.waits, default=0):.1f} s errors={load.errors} "
        f"(p99 {1_000 * during:.1f} / {1_000 * before:.1f} ms, {len(load.reads)} searches, {dimensions} dimensions)",
        flush=True,
    )


async def _prepare(database: Database, store: VectorStore, target: EmbeddingSpace) -> None:
    async with database.project(CALLER.project_id).write(timeout_seconds=600) as tx:
        await tx.reembedding.begin(store.id, target)
    async with engine_of(database).begin() as connection:
        values = {"store_id": store.id, "dimensions": target.dimensions}
        await connection.execute(text(_PREPARE), values)
    autocommit = autocommit_of(database)
    async with autocommit.connect() as connection:
        await connection.execute(text("vacuum analyze"))


async def _move(database: Database, store: VectorStore, target: EmbeddingSpace) -> None:
    embedder = ChunkEmbedder(database, FallbackEmbeddings())
    moving = Reembedding(database, embedder, database.system("index care").vector_indexes)
    async for _ in moving.move(CALLER, store, target):
        pass


class Load:
    """A searcher without pause; and, where it is asked for, a new file every second, with a worker that reads them."""

    def __init__(self, database: Database, store: VectorStore) -> None:
        self._database = database
        self._store = store
        self._embeddings = FallbackEmbeddings()
        self._retriever = Retriever(database, QueryEmbedder(self._embeddings))
        self._task: asyncio.Task[None] | None = None
        self.reads: list[float] = []
        self.waits: list[float] = []
        self.errors = 0

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._search())

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None, "entered before"
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _search(self) -> None:
        while True:
            query = f"Passage number {len(self.reads) % 50}."
            request = SearchRequest((query,), SearchOptions((self._store.public_id,), mode="semantic"))
            started = time.perf_counter()
            try:
                found = (await self._retriever.search(CALLER, request)).snippets
            except FootnoteError:
                found = ()
            self.reads.append(time.perf_counter() - started)
            self.errors += not found

    @asynccontextmanager
    async def files(self) -> AsyncIterator[None]:
        """Hand in files while the block lasts, and wait at its end until they are read."""
        pipeline = IngestPipeline(
            self._database, Extractor(), ChunkEmbedder(self._database, self._embeddings)
        )
        worker = Worker(self._database.system("queue").jobs, QueuedIngest(self._database, pipeline).run)
        working = asyncio.create_task(worker.run())
        with tempfile.TemporaryDirectory() as folder:
            pending: list[asyncio.Task[None]] = []
            submitting = asyncio.create_task(self._submit(Path(folder), pending))
            yield
            submitting.cancel()
            await asyncio.gather(submitting, return_exceptions=True)
            await asyncio.gather(*pending)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)

    async def _submit(self, folder: Path, pending: "list[asyncio.Task[None]]") -> None:
        while True:
            path = folder / f"{len(pending)}.txt"
            path.write_text(f"File {len(pending)} came amid the switch.", encoding="utf-8")
            pending.append(asyncio.create_task(self._ingest(path)))
            await asyncio.sleep(_FILE_EVERY_SECONDS)

    async def _ingest(self, path: Path) -> None:
        library = IngestLibrary(self._database, self._embeddings, chunking=SentenceRule(800, 100))
        started = time.perf_counter()
        submitted = await library.submit(CALLER, self._store, IngestFile(path, path.name))
        (read,) = await library.wait(CALLER, [submitted], seconds=600)
        self.waits.append(time.perf_counter() - started)
        self.errors += read.membership.status != "completed"


if __name__ == "__main__":
    main()
