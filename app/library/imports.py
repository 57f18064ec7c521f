"""Copies another server's files and vector stores here, step by step. Each step records its copy in the same transaction."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from app.core.chunking import ChunkingRule
from app.core.errors import FootnoteError, NotFound
from app.core.folders import temporary_folder
from app.core.text import plain_name
from app.core.types import Caller
from app.db.database import Database
from app.db.files import file_at
from app.library.vector_store_files import attach_in
from app.providers.openai.shelves import RemoteFile, RemoteShelves, RemoteStore, RemoteStoreFile

Outcome = Literal["copied", "known", "left out"]
_PURPOSES = ("assistants", "user_data")
_STORE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What the other server has: its files, and its stores with their memberships."""

    files: Sequence[RemoteFile]
    stores: Mapping[str, tuple[RemoteStore, Sequence[RemoteStoreFile]]] = field(default_factory=dict)

    @property
    def steps(self) -> int:
        return len(self.files) + len(self.stores) + sum(len(files) for _, files in self.stores.values())


@dataclass(frozen=True, slots=True)
class Step:
    """One object and the result of its copy."""

    name: str
    outcome: Outcome
    reason: str = ""


class Importer:
    """Copies from one other server into one project."""

    def __init__(
        self, database: Database, shelves: RemoteShelves, caller: Caller, *, chunking: ChunkingRule
    ) -> None:
        self._database = database
        self._shelves = shelves
        self._caller = caller
        self._chunking = chunking

    async def plan(self, wanted: Sequence[str]) -> ImportPlan:
        """List what the other server has. With `wanted` stores (ids or names), only those and their files.

        Raises NotFound for a store that is not there.
        """
        stores: dict[str, tuple[RemoteStore, list[RemoteStoreFile]]] = {}
        async for store in self._shelves.stores():
            if not wanted or store.store_id in wanted or store.name in wanted:
                members = [entry async for entry in self._shelves.store_files(store.store_id)]
                stores[store.store_id] = (store, members)
        for reference in wanted:
            if not any(reference in (store.store_id, store.name) for store, _ in stores.values()):
                raise NotFound(f"The other server has no vector store of the id or name {reference!r}.")
        held = {entry.file_id for _, members in stores.values() for entry in members}
        files = [
            file
            async for file in self._shelves.files()
            if file.file_id in held or (not wanted and file.purpose in _PURPOSES)
        ]
        return ImportPlan(files, stores)

    async def copy(self, plan: ImportPlan) -> AsyncIterator[Step]:
        """Copy what is not here yet, files first, and yield each step. Attached files are read by the queue."""
        holders: dict[str, list[str]] = {}
        for store_id, (_, entries) in plan.stores.items():
            for entry in entries:
                holders.setdefault(entry.file_id, []).append(store_id)
        for file in plan.files:
            yield await _step(file.filename, self._copy_file(file, holders.get(file.file_id, ())))
        names = {file.file_id: file.filename for file in plan.files}
        for store, members in plan.stores.values():
            yield await _step(store.name or store.store_id, self._copy_store(store))
            for member in members:
                name = f"{store.name}: {names.get(member.file_id, member.file_id)}"
                yield await _step(name, self._attach(store, member))

    async def _copy_file(self, remote: RemoteFile, store_ids: Sequence[str]) -> Outcome:
        if await self._local_file(remote.file_id) is not None:
            return "known"
        with temporary_folder() as folder:
            path = folder / "file"
            filename = remote.filename
            if not await self._shelves.download(remote.file_id, path):
                if not await self._fetch_text(remote.file_id, store_ids, path):
                    return "left out"
                filename = filename if filename.endswith(".txt") else f"{filename}.txt"
            return await self._store_file(remote, path, plain_name(filename))

    async def _fetch_text(self, file_id: str, store_ids: Sequence[str], path: Path) -> bool:
        """Write the text of the first store that has any; return whether one had."""
        for store_id in store_ids:
            if await self._shelves.download_text(store_id, file_id, path):
                return True
        return False

    async def _store_file(self, remote: RemoteFile, path: Path, filename: str) -> Outcome:
        project_id = self._caller.project_id
        file = await asyncio.to_thread(
            file_at,
            path,
            project_id=project_id,
            filename=filename,
            purpose=remote.purpose if remote.purpose in _PURPOSES else _PURPOSES[0],
        )
        file.expires_at = remote.expires_at
        with path.open("rb") as content:
            async with self._database.project(project_id).write(
                timeout_seconds=_STORE_SECONDS, grows=True
            ) as tx:
                local_id = await tx.imports.find_alone(self._shelves.source, remote.file_id)
                if local_id and await tx.files.find(local_id):
                    return "known"
                await tx.files.create(file, content)
                await tx.imports.note(self._shelves.source, remote.file_id, file.public_id)
        return "copied"

    async def _copy_store(self, remote: RemoteStore) -> Outcome:
        async with self._database.of(self._caller).write() as tx:
            local_id = await tx.imports.find_alone(self._shelves.source, remote.store_id)
            if local_id and await tx.vector_stores.find(local_id):
                return "known"
            store = await tx.vector_stores.create(
                name=remote.name,
                description=remote.description,
                notes=dict(remote.metadata),
                expires_after_days=remote.expires_after_days,
            )
            await tx.imports.note(self._shelves.source, remote.store_id, store.public_id)
        return "copied"

    async def _attach(self, remote: RemoteStore, member: RemoteStoreFile) -> Outcome:
        file_id, store_id = (
            await self._local_file(member.file_id),
            await self._local_store(remote.store_id),
        )
        if file_id is None or store_id is None:
            return "left out"
        async with self._database.of(self._caller).write() as tx:
            store = await tx.vector_stores.get(store_id)
            if await tx.vector_store_files.find(store.id, file_id) is not None:
                return "known"
            await attach_in(
                tx, store, file_id, attributes=member.attributes, chunking=member.chunking or self._chunking
            )
        return "copied"

    async def _local_file(self, remote_id: str) -> str | None:
        """Return the id of our copy, None when there is none or it was deleted."""
        async with self._database.of(self._caller).read() as snapshot:
            local_id = await snapshot.imports.find(self._shelves.source, remote_id)
            return local_id if local_id and await snapshot.files.find(local_id) else None

    async def _local_store(self, remote_id: str) -> str | None:
        async with self._database.of(self._caller).read() as snapshot:
            local_id = await snapshot.imports.find(self._shelves.source, remote_id)
            return local_id if local_id and await snapshot.vector_stores.find(local_id) else None


async def _step(name: str, work: Awaitable[Outcome]) -> Step:
    """Return the result for one object. A failure leaves the object out and stops nothing else."""
    try:
        return Step(name, await work)
    except FootnoteError as error:
        return Step(name, "left out", error.message)
