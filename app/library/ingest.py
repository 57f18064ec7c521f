"""Files straight into stores: the file, its membership and its job in one step, and waiting until it is read."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.core.types import Caller, Json
from app.db.database import Database, Transaction
from app.db.files import file_at
from app.library.embedding_spaces import check_space
from app.models import File, VectorStore, VectorStoreFile
from app.providers.base import EmbeddingProvider

_STORE_SECONDS = 300
_FIRST_LOOK_SECONDS = 0.01
_LONGEST_PAUSE_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class IngestFile:
    """A file to take in: its bytes lie at `path`, which stays the caller's to remove.

    With `replace` it takes the place of the store's files of the same name, once it is searchable.
    """

    path: Path
    filename: str
    source: str | None = None
    attributes: Json = field(default_factory=dict)
    metadata: Json = field(default_factory=dict)
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Submitted:
    """A file in a store, read or still to be. `reused` says that the store held the same bytes before."""

    store: VectorStore
    file: File
    membership: VectorStoreFile
    reused: bool

    @property
    def is_waiting(self) -> bool:
        return self.membership.status == "in_progress"


class IngestLibrary:
    """Takes files into a project's stores."""

    def __init__(
        self, database: Database, embeddings: EmbeddingProvider, *, chunking: Mapping[str, int]
    ) -> None:
        self._database = database
        self._embeddings = embeddings
        self.chunking = dict(chunking)

    async def find_or_create_store(self, caller: Caller, reference: str | None) -> VectorStore:
        """Return the store of this id or name, a new one for a new name, the default without a reference.

        Raises NotFound for an id that is not there, Conflict for a store of a model that is not served.
        """
        async with self._database.transaction(caller.project_id) as tx:
            store = await _find_or_create(tx, reference)
        await check_space(self._embeddings, store)
        return store

    async def submit(self, caller: Caller, store: VectorStore, incoming: IngestFile) -> Submitted:
        """Store the file and queue it to be read. The same bytes under the same name are taken once."""
        file = await asyncio.to_thread(
            file_at,
            incoming.path,
            project_id=caller.project_id,
            filename=incoming.filename,
            purpose="assistants",
        )
        with incoming.path.open("rb") as content:
            async with self._database.transaction(caller.project_id, timeout_seconds=_STORE_SECONDS) as tx:
                await tx.vector_store_files.lock_content(store.id, file.sha256)
                same = await tx.vector_store_files.find_same(
                    store.id, sha256=file.sha256, filename=file.filename, chunking=self.chunking
                )
                if same is not None:
                    return Submitted(store, same.file, same.membership, reused=True)
                await tx.files.create(file, content)
                membership = await tx.vector_store_files.attach(self._membership(store, file, incoming))
                await tx.vector_store_files.announce()
        return Submitted(store, file, membership, reused=False)

    async def wait(
        self, caller: Caller, submitted: Sequence[Submitted], *, seconds: float
    ) -> list[Submitted]:
        """Return files of one store as they are once all were read or failed, or when so many seconds have passed."""
        deadline = time.monotonic() + seconds
        pause = _FIRST_LOOK_SECONDS
        current = list(submitted)
        while any(entry.is_waiting for entry in current) and time.monotonic() < deadline:
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            current = await self._look(caller, current)
        return current

    async def wait_for_queue(self, caller: Caller) -> None:
        """Return once no file of the project waits to be read."""
        while True:
            async with self._database.snapshot(caller.project_id) as snapshot:
                if not await snapshot.vector_store_files.any_in_progress():
                    return
            await asyncio.sleep(_LONGEST_PAUSE_SECONDS)

    async def withdraw(self, caller: Caller, submitted: Submitted) -> None:
        """Delete a file that could not be read, so that nothing of it stays behind."""
        async with self._database.transaction(caller.project_id) as tx:
            await tx.vector_store_files.detach(submitted.file)
            await tx.files.delete(submitted.file)

    async def _look(self, caller: Caller, submitted: list[Submitted]) -> list[Submitted]:
        waiting = [entry.file.id for entry in submitted if entry.is_waiting]
        async with self._database.snapshot(caller.project_id) as snapshot:
            found = await snapshot.vector_store_files.find_many(submitted[0].store.id, waiting)
        return [replace(entry, membership=found.get(entry.file.id, entry.membership)) for entry in submitted]

    def _membership(self, store: VectorStore, file: File, incoming: IngestFile) -> VectorStoreFile:
        return VectorStoreFile(
            vector_store_id=store.id,
            file_id=file.id,
            project_id=file.project_id,
            status="in_progress",
            attributes=dict(incoming.attributes),
            chunking=self.chunking,
            source=incoming.source,
            notes=dict(incoming.metadata),
            replaces_same_name=incoming.replace,
        )


async def _find_or_create(tx: Transaction, reference: str | None) -> VectorStore:
    if reference is None:
        return await tx.vector_stores.get_or_create_default()
    if reference.startswith("vs_") or await tx.vector_stores.find(reference) is not None:
        return await tx.vector_stores.get_open(reference)
    return await tx.vector_stores.create(name=reference)
