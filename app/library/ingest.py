"""Puts files into stores: the file, its membership and its job in one step. Also waits until they are read."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.core.chunking import ChunkingRule
from app.core.errors import NotFound
from app.core.file_status import FileStatus
from app.core.types import Caller, Json
from app.db.database import Database
from app.db.files import file_at
from app.db.project import ProjectWriter
from app.db.vector_store_files import StoreFile
from app.library.embedding_spaces import check_space
from app.models import File, VectorStore, VectorStoreFile
from app.providers.base import EmbeddingProvider

_STORE_SECONDS = 300
_FIRST_LOOK_SECONDS = 0.01
_LONGEST_PAUSE_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class IngestFile:
    """A file to take in: its bytes lie at `path`, which stays the caller's to remove.

    With `replace` it replaces the store's files of the same name, once it is searchable. Notes that are None
    were not given: a file that the store holds already keeps its own.
    """

    path: Path
    filename: str
    source: str | None = None
    attributes: Json | None = None
    metadata: Json | None = None
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Submitted:
    """A file in a store, read or still to be. `reused` says that the store held the same bytes before.

    `is_gone` says that it is not in the store any more: `replaced_by` is the file that took its place, None when it was
    taken out.
    """

    store: VectorStore
    file: File
    membership: VectorStoreFile
    reused: bool
    is_gone: bool = False
    replaced_by: str | None = None

    @property
    def is_waiting(self) -> bool:
        return self.membership.status == FileStatus.IN_PROGRESS and not self.is_gone


class IngestLibrary:
    """Takes files into a project's stores."""

    def __init__(self, database: Database, embeddings: EmbeddingProvider, *, chunking: ChunkingRule) -> None:
        self._database = database
        self._embeddings = embeddings
        self.chunking = chunking

    async def find_or_create_store(self, caller: Caller, reference: str | None) -> VectorStore:
        """Return the store of this id or name, a new one for a new name, the default without a reference.

        Raises NotFound for an id that is not there, Conflict for a store of a model that is not served.
        """
        async with self._database.of(caller).write() as tx:
            store = await _find_or_create(tx, reference)
        await check_space(self._embeddings, store)
        return store

    async def submit(self, caller: Caller, store: VectorStore, incoming: IngestFile) -> Submitted:
        """Store the file and queue it to be read. The same bytes under the same name are stored once, with the newest notes."""
        file = await asyncio.to_thread(
            file_at,
            incoming.path,
            project_id=caller.project_id,
            filename=incoming.filename,
            purpose="assistants",
        )
        with incoming.path.open("rb") as content:
            async with self._database.of(caller).write(timeout_seconds=_STORE_SECONDS, grows=True) as tx:
                await tx.vector_store_files.lock_content(store.id, file.sha256)
                same = await self._find_same(tx, store, file, incoming)
                if same is not None:
                    await tx.vector_store_files.update_notes(same.membership, _given_notes(incoming))
                    return Submitted(store, same.file, same.membership, reused=True)
                await tx.files.create(file, content)
                membership = await tx.jobs.queue(self._membership(store, file, incoming))
        return Submitted(store, file, membership, reused=False)

    async def wait(
        self, caller: Caller, submitted: Sequence[Submitted], *, seconds: float
    ) -> list[Submitted]:
        """Return files of one store as they are once all were read or failed, or when the seconds have passed.

        One that another file has replaced meanwhile says so.
        """
        deadline = time.monotonic() + seconds
        pause = _FIRST_LOOK_SECONDS
        current = await self._look(caller, submitted)
        while any(entry.is_waiting for entry in current) and time.monotonic() < deadline:
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            current = await self._look(caller, current)
        return current

    async def wait_for_queue(self, caller: Caller) -> None:
        """Return once no file of the project waits to be read."""
        while True:
            async with self._database.of(caller).read() as snapshot:
                if not await snapshot.vector_store_files.any_in_progress():
                    return
            await asyncio.sleep(_LONGEST_PAUSE_SECONDS)

    async def withdraw(self, caller: Caller, submitted: Submitted) -> None:
        """Delete a file that could not be read, so that nothing of it stays behind."""
        with suppress(NotFound):
            async with self._database.of(caller).write() as tx:
                file = await tx.files.get_locked(submitted.file.public_id, to_delete=True)
                await tx.vector_store_files.detach(file)
                await tx.files.delete(file)

    async def _look(self, caller: Caller, submitted: Sequence[Submitted]) -> list[Submitted]:
        """Return all of them as they are now: one that was completed may be replaced while others are read."""
        if not submitted:
            return []
        store_id = submitted[0].store.id
        async with self._database.of(caller).read() as snapshot:
            memberships = snapshot.vector_store_files
            found = await memberships.find_many(store_id, [entry.file.id for entry in submitted])
            gone = [entry.file for entry in submitted if entry.file.id not in found]
            newer = await memberships.find_newer(store_id, gone) if gone else {}
        return [_seen(entry, found.get(entry.file.id), newer.get(entry.file.id)) for entry in submitted]

    async def _find_same(
        self, tx: ProjectWriter, store: VectorStore, file: File, incoming: IngestFile
    ) -> StoreFile | None:
        """Return the file of the same bytes and name, None when there is none that may stand for the one that comes.

        With `replace` it must be the newest of its name and replace the others itself. Otherwise the file is stored again.
        """
        same = await tx.vector_store_files.find_same(
            store.id, sha256=file.sha256, filename=file.filename, chunking=self.chunking
        )
        if same is None or not incoming.replace:
            return same
        others = await tx.vector_store_files.list_same_name(store.id, same.file)
        replaces = same.membership.status == FileStatus.IN_PROGRESS and same.membership.replaces_same_name
        stands = all(replaces and other < same.file.id for other in others)
        return same if stands else None

    def _membership(self, store: VectorStore, file: File, incoming: IngestFile) -> VectorStoreFile:
        return VectorStoreFile(
            vector_store_id=store.id,
            file_id=file.id,
            project_id=file.project_id,
            attributes=dict(incoming.attributes or {}),
            chunking=self.chunking,
            source=incoming.source,
            notes=dict(incoming.metadata or {}),
            replaces_same_name=incoming.replace,
        )


def _given_notes(incoming: IngestFile) -> dict[str, Any]:
    """Return the columns of the notes that were given this time."""
    notes = {"source": incoming.source, "attributes": incoming.attributes, "notes": incoming.metadata}
    return {name: value for name, value in notes.items() if value is not None}


def _seen(entry: Submitted, membership: VectorStoreFile | None, newer: str | None) -> Submitted:
    if membership is None:
        return replace(entry, is_gone=True, replaced_by=newer)
    return replace(entry, membership=membership)


async def _find_or_create(tx: ProjectWriter, reference: str | None) -> VectorStore:
    if reference is None:
        return await tx.vector_stores.get_or_create_default()
    if reference.startswith("vs_") or await tx.vector_stores.find(reference) is not None:
        return await tx.vector_stores.get_open(reference)
    return await tx.vector_stores.create(name=reference)
