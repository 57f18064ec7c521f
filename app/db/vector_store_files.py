"""Memberships of files in vector stores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.attribute_filters import attribute_condition
from app.models import File, VectorStoreFile
from app.wire.filters import Filter


@dataclass(frozen=True, slots=True)
class StoreFile:
    """A membership and the file that it is of."""

    membership: VectorStoreFile
    file: File


class VectorStoreFileRepository:
    """One project's vector store files."""

    def __init__(self, session: AsyncSession, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    async def lock_content(self, store_id: int, sha256: bytes) -> None:
        """Wait until no other transaction stores the same bytes in the same store."""
        key = int.from_bytes(sha256[:8], "big", signed=True) ^ store_id
        await self._session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": key})

    async def find_same(
        self, store_id: int, *, sha256: bytes, filename: str, chunking: Mapping[str, Any]
    ) -> StoreFile | None:
        """Return the completed file of these bytes, name and chunking in the store, or None."""
        query = (
            select(VectorStoreFile, File)
            .join(File, File.id == VectorStoreFile.file_id)
            .where(
                VectorStoreFile.project_id == self._project_id, VectorStoreFile.vector_store_id == store_id
            )
            .where(VectorStoreFile.status == "completed", VectorStoreFile.chunking == dict(chunking))
            .where(File.sha256 == sha256, File.filename == filename)
            .order_by(VectorStoreFile.file_id)
            .limit(1)
        )
        row = (await self._session.execute(query)).first()
        return StoreFile(*row) if row is not None else None

    async def find(self, store_id: int, file_id: str) -> StoreFile | None:
        """Return the store's file with this public id, or None."""
        query = (
            select(VectorStoreFile, File)
            .join(File, File.id == VectorStoreFile.file_id)
            .where(VectorStoreFile.project_id == self._project_id)
            .where(VectorStoreFile.vector_store_id == store_id, File.public_id == file_id)
        )
        row = (await self._session.execute(query)).first()
        return StoreFile(*row) if row is not None else None

    async def attach(self, membership: VectorStoreFile) -> VectorStoreFile:
        """Put a file into a store."""
        self._session.add(membership)
        await self._session.flush()
        await self._session.refresh(membership)
        return membership

    async def count_by_status(self, store_ids: Sequence[int]) -> dict[int, dict[str, int]]:
        """Return store → status → how many files."""
        query = (
            select(VectorStoreFile.vector_store_id, VectorStoreFile.status, func.count())
            .where(VectorStoreFile.project_id == self._project_id)
            .where(VectorStoreFile.vector_store_id.in_(store_ids))
            .group_by(VectorStoreFile.vector_store_id, VectorStoreFile.status)
        )
        counts: dict[int, dict[str, int]] = {store_id: {} for store_id in store_ids}
        for store_id, status, count in await self._session.execute(query):
            counts[store_id][status] = count
        return counts

    async def count_chunks(self, store_ids: Sequence[int], *, filters: Filter | None = None) -> int:
        """Return how many chunks the stores' files that pass `filters` hold, by the counters."""
        query = select(func.coalesce(func.sum(VectorStoreFile.chunk_count), 0)).where(
            VectorStoreFile.project_id == self._project_id, VectorStoreFile.vector_store_id.in_(store_ids)
        )
        if filters is not None:
            query = query.where(attribute_condition(filters))
        return int(await self._session.scalar(query) or 0)

    async def list_page(
        self, store_id: int, *, limit: int, descending: bool = True, after: VectorStoreFile | None = None
    ) -> list[StoreFile]:
        """Return up to `limit` of the store's files by when they were attached, from the one beyond `after`."""
        key = func.row(VectorStoreFile.created_at, VectorStoreFile.file_id)
        query = (
            select(VectorStoreFile, File)
            .join(File, File.id == VectorStoreFile.file_id)
            .where(
                VectorStoreFile.project_id == self._project_id, VectorStoreFile.vector_store_id == store_id
            )
        )
        if after is not None:
            border = func.row(after.created_at, after.file_id)
            query = query.where(key < border if descending else key > border)
        order = (
            (VectorStoreFile.created_at.desc(), VectorStoreFile.file_id.desc())
            if descending
            else (VectorStoreFile.created_at, VectorStoreFile.file_id)
        )
        rows = await self._session.execute(query.order_by(*order).limit(limit))
        return [StoreFile(*row) for row in rows]
