"""Memberships of files in vector stores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Select,
    case,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.chunking import ChunkingRule
from app.core.errors import NotFound
from app.core.file_status import FileStatus
from app.core.filters import Filter
from app.core.ids import shown_id
from app.core.types import Caller, Page
from app.db.attribute_filters import attribute_condition
from app.db.forgetting import forget_texts
from app.db.lexemes import LexemeWriter
from app.db.locks import keep_store, lock_counts, lock_memberships
from app.db.paging import Border, Listed, PageKeys, deleted_place, listed, page_query
from app.db.reach import reachable_memberships
from app.models import Chunk, File, VectorStore, VectorStoreFile

# To show a file's text, it is looked for in at most this many stores.
_MOST_READABLE = 20


@dataclass(frozen=True, slots=True)
class StoreFile:
    """A membership and the file that it is of."""

    membership: VectorStoreFile
    file: File


@dataclass(frozen=True, slots=True)
class StoredSpan:
    """A chunk's text, its place in the document, and whether it begins inside a table."""

    ordinal: int
    content: str
    char_start: int
    char_end: int
    page: int | None
    heading: str | None
    in_table: bool = False


class VectorStoreFileReader:
    """One project's vector store files."""

    def __init__(self, session: AsyncSession, caller: Caller) -> None:
        self._session = session
        self._project_id = caller.project_id
        self._reach = caller.reach

    async def list_same_name(self, store_id: int, file: File) -> Sequence[int]:
        """Return the keys of the store's other files of this file's name."""
        query = (
            select(File.id)
            .join(VectorStoreFile, VectorStoreFile.file_id == File.id)
            .where(
                VectorStoreFile.project_id == self._project_id, VectorStoreFile.vector_store_id == store_id
            )
            .where(File.filename == file.filename, File.id != file.id)
        )
        return (await self._session.scalars(query.order_by(File.id))).all()

    async def find_newer(self, store_id: int, files: Sequence[File]) -> dict[int, str]:
        """Return, by the files' keys, the id of the store's newest file of the same name, where there is a newer one."""
        query = (
            select(File.filename, File.id, File.public_id)
            .join(VectorStoreFile, VectorStoreFile.file_id == File.id)
            .where(
                VectorStoreFile.project_id == self._project_id, VectorStoreFile.vector_store_id == store_id
            )
            .where(File.filename.in_({file.filename for file in files}))
            .order_by(File.id)
        )
        newest = {name: (key, public_id) for name, key, public_id in await self._session.execute(query)}
        found = {file.id: newest.get(file.filename) for file in files}
        return {file_id: new[1] for file_id, new in found.items() if new is not None and new[0] > file_id}

    async def find(self, store_id: int, file_id: str) -> StoreFile | None:
        """Return the store's file with this public id, or None."""
        row = (await self._session.execute(self._wanted(store_id, file_id))).first()
        return StoreFile(*row) if row is not None else None

    async def get(self, store_id: int, file_id: str) -> StoreFile:
        """Return the store's file with this public id; raise NotFound."""
        return _found(await self.find(store_id, file_id), file_id)

    def _wanted(self, store_id: int, file_id: str) -> Select[VectorStoreFile, File]:
        return (
            select(VectorStoreFile, File)
            .join(File, File.id == VectorStoreFile.file_id)
            .where(VectorStoreFile.project_id == self._project_id)
            .where(VectorStoreFile.vector_store_id == store_id, File.public_id == file_id)
            .where(*reachable_memberships(self._reach))
        )

    async def find_many(self, store_id: int, file_ids: Sequence[int]) -> dict[int, VectorStoreFile]:
        """Return the store's memberships of these files, as far as they are there."""
        query = select(VectorStoreFile).where(
            VectorStoreFile.project_id == self._project_id,
            VectorStoreFile.vector_store_id == store_id,
            VectorStoreFile.file_id.in_(file_ids),
        )
        return {membership.file_id: membership for membership in await self._session.scalars(query)}

    async def any_in_progress(self) -> bool:
        """Whether a file of the project waits to be read, or is being read."""
        query = select(VectorStoreFile.file_id).where(
            VectorStoreFile.project_id == self._project_id, VectorStoreFile.status == FileStatus.IN_PROGRESS
        )
        return await self._session.scalar(query.limit(1)) is not None

    async def is_replaced(self, membership: VectorStoreFile) -> bool:
        """Whether a newer file that replaces this one's name was searchable before this one."""
        newer = (
            self._same_name(membership)
            .where(File.id > membership.file_id, VectorStoreFile.status == FileStatus.COMPLETED)
            .where(VectorStoreFile.replaces_same_name)
        )
        return await self._session.scalar(newer.limit(1)) is not None

    def _same_name(self, membership: VectorStoreFile) -> Select[File]:
        name = select(File.filename).where(File.id == membership.file_id).scalar_subquery()
        return (
            select(File)
            .join(VectorStoreFile, VectorStoreFile.file_id == File.id)
            .where(VectorStoreFile.project_id == self._project_id)
            .where(VectorStoreFile.vector_store_id == membership.vector_store_id, File.filename == name)
        )

    async def list_contents(self, membership: VectorStoreFile) -> Sequence[str]:
        """Return the texts of the membership's chunks, in order."""
        query = (
            select(Chunk.content)
            .where(Chunk.project_id == self._project_id)
            .where(Chunk.vector_store_id == membership.vector_store_id, Chunk.file_id == membership.file_id)
            .order_by(Chunk.ordinal)
        )
        return (await self._session.scalars(query)).all()

    async def list_readable(self, file_id: int) -> Sequence[VectorStoreFile]:
        """Return the memberships of a file that hold its text, the one that was read last first."""
        query = (
            select(VectorStoreFile)
            .where(VectorStoreFile.project_id == self._project_id, VectorStoreFile.file_id == file_id)
            .where(VectorStoreFile.chunk_count > 0, *reachable_memberships(self._reach))
            .order_by(VectorStoreFile.completed_at.desc().nulls_last(), VectorStoreFile.vector_store_id)
            .limit(_MOST_READABLE)
        )
        return (await self._session.scalars(query)).all()

    async def list_spans(self, membership: VectorStoreFile, *, first: int, most: int) -> Sequence[StoredSpan]:
        """Return up to `most` chunks of a membership from this ordinal on, in order."""
        query = (
            select(
                Chunk.ordinal,
                Chunk.content,
                Chunk.char_start,
                Chunk.char_end,
                Chunk.page,
                Chunk.heading,
                Chunk.table_header.is_not(None),
            )
            .where(Chunk.project_id == self._project_id, Chunk.vector_store_id == membership.vector_store_id)
            .where(Chunk.file_id == membership.file_id, Chunk.ordinal >= first)
            .order_by(Chunk.ordinal)
            .limit(most)
        )
        return [StoredSpan(*row) for row in await self._session.execute(query)]

    async def count_by_status(self, store_ids: Sequence[int]) -> dict[int, dict[FileStatus, int]]:
        """Return store → status → how many files."""
        query = (
            select(VectorStoreFile.vector_store_id, VectorStoreFile.status, func.count())
            .where(VectorStoreFile.project_id == self._project_id)
            .where(VectorStoreFile.vector_store_id.in_(store_ids), *reachable_memberships(self._reach))
            .group_by(VectorStoreFile.vector_store_id, VectorStoreFile.status)
        )
        counts: dict[int, dict[FileStatus, int]] = {store_id: {} for store_id in store_ids}
        for store_id, status, count in await self._session.execute(query):
            counts[store_id][status] = count
        return counts

    async def count_passing(self, store_ids: Sequence[int], filters: Filter) -> tuple[int, int]:
        """Return how many of the stores' files pass the filters, and how many chunks they hold, by the counters."""
        query = (
            select(func.count(), func.coalesce(func.sum(VectorStoreFile.chunk_count), 0))
            .where(VectorStoreFile.project_id == self._project_id)
            .where(VectorStoreFile.vector_store_id.in_(store_ids), VectorStoreFile.chunk_count > 0)
            .where(attribute_condition(filters))
        )
        files, chunks = (await self._session.execute(query)).one()
        return files, int(chunks)

    async def list_page(
        self, store_id: int, page: Page, *, status: FileStatus | None = None, batch_id: int | None = None
    ) -> Listed[StoreFile]:
        """Return a page of the store's files by when they were attached; NotFound for a cursor not there."""
        query = (
            select(VectorStoreFile, File)
            .join(File, File.id == VectorStoreFile.file_id)
            .where(
                VectorStoreFile.project_id == self._project_id, VectorStoreFile.vector_store_id == store_id
            )
        )
        query = query.where(*reachable_memberships(self._reach))
        if status is not None:
            query = query.where(VectorStoreFile.status == status)
        if batch_id is not None:
            query = query.where(VectorStoreFile.batch_id == batch_id)
        keys = PageKeys(
            VectorStoreFile.created_at,
            VectorStoreFile.file_id,
            after=await self._border(store_id, page.after),
            before=await self._border(store_id, page.before),
        )
        rows = await self._session.execute(page_query(query, page, keys))
        return listed([StoreFile(*row) for row in rows], page)

    async def _border(self, store_id: int, file_id: str | None) -> Border | None:
        if file_id is None:
            return None
        found = await self.find(store_id, file_id)
        if found is not None:
            return found.membership.created_at, found.membership.file_id
        place = await deleted_place(
            self._session, self._project_id, "vector_store_files", file_id, store_id=store_id
        )
        if place is None:
            raise not_held(file_id)
        return place


class VectorStoreFileWriter(VectorStoreFileReader):
    """One project's vector store files, to read and to change."""

    async def lock_content(self, store_id: int, sha256: bytes) -> None:
        """Wait until no other transaction stores the same bytes in the same store."""
        key = content_key(store_id, sha256)
        await self._session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": key})

    async def find_locked(self, store_id: int, file_id: str) -> StoreFile | None:
        """Return the store's file with this public id, its membership locked, or None."""
        await keep_store(await self._session.connection(), self._project_id, store_id)
        query = self._wanted(store_id, file_id).with_for_update(of=VectorStoreFile)
        row = (await self._session.execute(query)).first()
        return StoreFile(*row) if row is not None else None

    async def get_locked(self, store_id: int, file_id: str) -> StoreFile:
        """Return the store's file with this public id, its membership locked; raise NotFound."""
        return _found(await self.find_locked(store_id, file_id), file_id)

    async def find_same(
        self, store_id: int, *, sha256: bytes, filename: str, chunking: ChunkingRule
    ) -> StoreFile | None:
        """Return the file of these bytes, name and chunking in the store, read or about to be, or None; the newest, locked."""
        await keep_store(await self._session.connection(), self._project_id, store_id)
        query = (
            select(VectorStoreFile, File)
            .join(File, File.id == VectorStoreFile.file_id)
            .where(
                VectorStoreFile.project_id == self._project_id, VectorStoreFile.vector_store_id == store_id
            )
            .where(VectorStoreFile.status.in_((FileStatus.COMPLETED, FileStatus.IN_PROGRESS)))
            .where(VectorStoreFile.chunking == chunking)
            .where(File.sha256 == sha256, File.filename == filename)
            .order_by(VectorStoreFile.file_id.desc())
            .limit(1)
            .with_for_update(of=VectorStoreFile)
        )
        row = (await self._session.execute(query)).first()
        return StoreFile(*row) if row is not None else None

    async def lock_replaced(self, membership: VectorStoreFile) -> Sequence[File]:
        """Return the store's older files of the same name, their memberships locked, the newest first.

        In this order, always, and before the store's row: two files of one name wait for each other instead of
        deadlocking.
        """
        older = (
            self._same_name(membership)
            .where(File.id < membership.file_id)
            .order_by(File.id.desc())
            .with_for_update(of=VectorStoreFile)
        )
        return (await self._session.scalars(older)).all()

    async def update_attributes(self, membership: VectorStoreFile, attributes: Mapping[str, Any]) -> None:
        """Replace the attributes. The next search uses the new ones."""
        membership.attributes = dict(attributes)
        await self._session.flush()

    async def update_notes(self, membership: VectorStoreFile, notes: Mapping[str, Any]) -> None:
        """Replace those of `source`, `attributes` and `notes` that are given."""
        for name, value in notes.items():
            setattr(membership, name, value)
        await self._session.flush()

    async def detach(self, file: File, *, store_id: int | None = None) -> None:
        """Take a file and its chunks out of one store or of all, correct the counts, and delete what records quote of it."""
        connection = await self._session.connection()
        stores = await lock_memberships(connection, [file.id], store_id=store_id)
        await LexemeWriter(self._session, self._project_id).count_out(file.id, store_id=store_id)
        gone = delete(VectorStoreFile).where(
            VectorStoreFile.project_id == self._project_id, VectorStoreFile.file_id == file.id
        )
        if store_id is not None:
            gone = gone.where(VectorStoreFile.vector_store_id == store_id)
        counted = gone.returning(
            VectorStoreFile.vector_store_id, VectorStoreFile.chunk_count, VectorStoreFile.usage_bytes
        ).cte("gone")
        await lock_counts(connection, stores)
        await self._session.execute(
            update(VectorStore)
            .where(VectorStore.id == counted.c.vector_store_id)
            .values(
                file_count=VectorStore.file_count - case((counted.c.chunk_count > 0, 1), else_=0),
                chunk_count=VectorStore.chunk_count - counted.c.chunk_count,
                usage_bytes=VectorStore.usage_bytes - counted.c.usage_bytes,
            )
            .execution_options(synchronize_session=False)
        )
        await forget_texts(connection, [file.public_id])


def _found(entry: StoreFile | None, file_id: str) -> StoreFile:
    if entry is None:
        raise not_held(file_id)
    return entry


def content_key(store_id: int, sha256: bytes) -> int:
    """Return the number that stands for a store's files of the same bytes, for a lock."""
    return int.from_bytes(sha256[:8], "big", signed=True) ^ store_id


def not_held(file_id: str) -> NotFound:
    """Return the error for a file that a store does not hold."""
    return NotFound(f"No file found with id '{shown_id(file_id)}' in the vector store.")
