"""Files in vector stores: attach, retrieve, list, update, detach, and their parsed text."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from app.core.chunking import ChunkingRule
from app.core.file_status import FileStatus
from app.core.types import Caller, Page
from app.db.database import Database
from app.db.paging import Listed
from app.db.project import ProjectWriter
from app.db.vector_store_files import StoreFile
from app.db.vector_stores import expired
from app.library.embedding_spaces import check_space
from app.models import VectorStore, VectorStoreFile
from app.providers.base import EmbeddingProvider


class VectorStoreFileLibrary:
    """The memberships of a project's files in its stores."""

    def __init__(self, database: Database, embeddings: EmbeddingProvider) -> None:
        self._database = database
        self._embeddings = embeddings
        # Those who wait for a file, by its id.
        self._waiting: dict[str, list[asyncio.Event]] = {}

    async def attach(
        self,
        caller: Caller,
        store_id: str,
        file_id: str,
        *,
        attributes: Mapping[str, Any],
        chunking: ChunkingRule,
    ) -> StoreFile:
        """Put a file into a store and queue it to be read.

        If the file is there already, it gets the attributes. It is read again if it failed or if the chunking is another.
        Raises Conflict for a store of an embedding model that is not served.
        """
        files = self._database.of(caller).files
        store, file = await files.find_to_attach(store_id, file_id)
        if store.is_expired:
            raise expired(store_id)
        await check_space(self._embeddings, store)
        membership = await files.attach(store, file, attributes=attributes, chunking=chunking)
        if membership is not None:
            return StoreFile(membership, file)
        async with self._database.of(caller).write() as tx:
            return await attach_in(tx, store, file_id, attributes=attributes, chunking=chunking)

    async def retrieve(
        self, caller: Caller, store_id: str, file_id: str, *, patience_seconds: float = 0
    ) -> StoreFile:
        """Return a store's file; raise NotFound. While it is being read, wait so long for its end."""
        # Before the first look, so that no end comes between the two.
        with self._wait_for(file_id) as end:
            found = await self._find(caller, store_id, file_id)
            if not patience_seconds or found.membership.status != FileStatus.IN_PROGRESS:
                return found
            with suppress(TimeoutError):
                async with asyncio.timeout(patience_seconds):
                    await end.wait()
            return await self._find(caller, store_id, file_id)

    async def note_read(self, file_ids: str) -> None:
        """Wake those who wait for one of these files, or everybody if none is named."""
        for file_id in file_ids.split() or list(self._waiting):
            for end in self._waiting.get(file_id, ()):
                end.set()

    async def list(
        self, caller: Caller, store_id: str, *, page: Page, status: FileStatus | None
    ) -> Listed[StoreFile]:
        """Return a page of a store's files."""
        async with self._database.of(caller).read() as snapshot:
            store = await snapshot.vector_stores.get(store_id)
            return await snapshot.vector_store_files.list_page(store.id, page, status=status)

    async def update(
        self, caller: Caller, store_id: str, file_id: str, *, attributes: Mapping[str, Any]
    ) -> StoreFile:
        """Replace a store file's attributes."""
        async with self._database.of(caller).write() as tx:
            store = await tx.vector_stores.get(store_id)
            found = await tx.vector_store_files.get_locked(store.id, file_id)
            await tx.vector_store_files.update_attributes(found.membership, attributes)
            return found

    async def detach(self, caller: Caller, store_id: str, file_id: str) -> None:
        """Take a file out of a store; the file itself stays."""
        async with self._database.of(caller).write() as tx:
            store = await tx.vector_stores.get(store_id)
            found = await tx.vector_store_files.get(store.id, file_id)
            await tx.vector_store_files.detach(found.file, store_id=store.id)
            await tx.audit.note("vector_store_file.deleted", f"{store.public_id}/{file_id}")

    async def contents(self, caller: Caller, store_id: str, file_id: str) -> Sequence[str]:
        """Return the parsed text of a store's file, chunk by chunk."""
        async with self._database.of(caller).read() as snapshot:
            store = await snapshot.vector_stores.get(store_id)
            found = await snapshot.vector_store_files.get(store.id, file_id)
            return await snapshot.vector_store_files.list_contents(found.membership)

    @contextmanager
    def _wait_for(self, file_id: str) -> Iterator[asyncio.Event]:
        end = asyncio.Event()
        waiting = self._waiting.setdefault(file_id, [])
        waiting.append(end)
        try:
            yield end
        finally:
            waiting.remove(end)
            if not waiting:
                del self._waiting[file_id]

    async def _find(self, caller: Caller, store_id: str, file_id: str) -> StoreFile:
        if not caller.reach.is_bound:
            return await self._database.of(caller).files.get_member(store_id, file_id)
        async with self._database.of(caller).read() as snapshot:
            store = await snapshot.vector_stores.get(store_id)
            return await snapshot.vector_store_files.get(store.id, file_id)


async def attach_in(
    tx: ProjectWriter,
    store: VectorStore,
    file_id: str,
    *,
    attributes: Mapping[str, Any],
    chunking: ChunkingRule,
) -> StoreFile:
    """Attach within a transaction: the membership, which is the job, and the workers' wake-up with its commit."""
    # Whoever deletes a file locks it before its memberships, so it is kept before its membership is locked.
    file = await tx.files.get_locked(file_id)
    await tx.vector_store_files.lock_content(store.id, file.sha256)
    there = await tx.vector_store_files.find_locked(store.id, file_id)
    if there is not None:
        await _attach_again(tx, there.membership, attributes=attributes, chunking=chunking)
        return there
    membership = await tx.jobs.queue(
        VectorStoreFile(
            vector_store_id=store.id,
            file_id=file.id,
            project_id=file.project_id,
            attributes=dict(attributes),
            chunking=chunking,
        )
    )
    return StoreFile(membership, file)


async def _attach_again(
    tx: ProjectWriter,
    membership: VectorStoreFile,
    *,
    attributes: Mapping[str, Any],
    chunking: ChunkingRule,
) -> None:
    if (
        membership.status in (FileStatus.COMPLETED, FileStatus.IN_PROGRESS)
        and membership.chunking == chunking
    ):
        if attributes:
            await tx.vector_store_files.update_attributes(membership, attributes)
        return
    await tx.jobs.queue_again(membership, attributes=attributes or membership.attributes, chunking=chunking)
