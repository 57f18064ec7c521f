"""File batches: create, retrieve, cancel, and their files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core.chunking import ChunkingRule
from app.core.file_status import FileStatus
from app.core.types import Caller, Page
from app.db.database import Database
from app.db.files import no_file
from app.db.jobs import NewJob
from app.db.paging import Listed
from app.db.project import ProjectReader
from app.db.vector_store_files import StoreFile
from app.library.embedding_spaces import check_space
from app.library.vector_store_files import attach_in
from app.models import FileBatch
from app.providers.base import EmbeddingProvider


@dataclass(frozen=True, slots=True)
class BatchFile:
    """A file to attach, with its attributes and chunking in the store."""

    file_id: str
    chunking: ChunkingRule
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CountedBatch:
    """A batch, and how many of its files are in which status."""

    batch: FileBatch
    counts: Mapping[FileStatus, int]


class FileBatchLibrary:
    """A project's file batches."""

    def __init__(self, database: Database, embeddings: EmbeddingProvider) -> None:
        self._database = database
        self._embeddings = embeddings

    async def create(self, caller: Caller, store_id: str, files: Sequence[BatchFile]) -> CountedBatch:
        """Attach all files or none; the counts are true before this returns.

        Raises Conflict for a store of an embedding model that is not served.
        """
        async with self._database.of(caller).read() as snapshot:
            store = await snapshot.vector_stores.get_open(store_id)
        await check_space(self._embeddings, store)
        async with self._database.of(caller).write(timeout_seconds=60) as tx:
            batch = await tx.file_batches.create(store.id)
            keys = await tx.files.find_keys([file.file_id for file in files])
            # In one order, always: two batches of the same files, and workers, wait for each other instead of deadlocking.
            left = sorted(files, key=lambda file: keys.get(file.file_id, 0))
            if left and left[0].file_id not in keys:
                raise no_file(left[0].file_id)
            jobs = [NewJob(keys[file.file_id], file.attributes, file.chunking) for file in left]
            new = await tx.jobs.queue_many(batch, jobs)
            for file, job in zip(left, jobs, strict=True):
                if job.file_id in new:
                    # A second mention of it finds it there.
                    new.remove(job.file_id)
                    continue
                attached = await attach_in(
                    tx, store, file.file_id, attributes=file.attributes, chunking=file.chunking
                )
                await tx.file_batches.add(batch, attached.membership)
            return await _counted(tx, batch)

    async def retrieve(self, caller: Caller, store_id: str, batch_id: str) -> CountedBatch:
        """Return a batch; raise NotFound."""
        async with self._database.of(caller).read() as snapshot:
            store = await snapshot.vector_stores.get(store_id)
            return await _counted(snapshot, await snapshot.file_batches.get(store.id, batch_id))

    async def cancel(self, caller: Caller, store_id: str, batch_id: str) -> CountedBatch:
        """Cancel the files that are not read yet."""
        async with self._database.of(caller).write() as tx:
            store = await tx.vector_stores.get(store_id)
            batch = await tx.file_batches.get(store.id, batch_id)
            await tx.jobs.cancel(batch)
            return await _counted(tx, batch)

    async def list_files(
        self, caller: Caller, store_id: str, batch_id: str, *, page: Page, status: FileStatus | None
    ) -> Listed[StoreFile]:
        """Return a page of a batch's files."""
        async with self._database.of(caller).read() as snapshot:
            store = await snapshot.vector_stores.get(store_id)
            batch = await snapshot.file_batches.get(store.id, batch_id)
            return await snapshot.vector_store_files.list_page(
                store.id, page, status=status, batch_id=batch.id
            )


async def _counted(snapshot: ProjectReader, batch: FileBatch) -> CountedBatch:
    return CountedBatch(batch, await snapshot.file_batches.count_by_status(batch))
