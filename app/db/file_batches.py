"""File batches in the database."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import ids
from app.core.errors import NotFound
from app.core.file_status import FileStatus
from app.core.ids import shown_id
from app.core.types import Caller
from app.db.reach import reachable_memberships
from app.models import FileBatch, VectorStoreFile


class FileBatchReader:
    """One project's file batches."""

    def __init__(self, session: AsyncSession, caller: Caller) -> None:
        self._session = session
        self._project_id = caller.project_id
        self._reach = caller.reach

    async def get(self, store_id: int, batch_id: str) -> FileBatch:
        """Return the store's batch; raise NotFound."""
        query = select(FileBatch).where(
            FileBatch.project_id == self._project_id,
            FileBatch.vector_store_id == store_id,
            FileBatch.public_id == batch_id,
        )
        batch = await self._session.scalar(query)
        if batch is None:
            raise NotFound(f"No file batch found with id '{shown_id(batch_id)}' in the vector store.")
        return batch

    async def count_by_status(self, batch: FileBatch) -> dict[FileStatus, int]:
        """Return status → how many of the batch's files."""
        query = (
            select(VectorStoreFile.status, func.count())
            .where(VectorStoreFile.project_id == self._project_id, VectorStoreFile.batch_id == batch.id)
            .where(*reachable_memberships(self._reach))
            .group_by(VectorStoreFile.status)
        )
        rows = await self._session.execute(query)
        return {status: int(count) for status, count in rows}


class FileBatchWriter(FileBatchReader):
    """One project's file batches, to read and to change."""

    async def create(self, store_id: int) -> FileBatch:
        """Make an empty batch of a store."""
        batch = FileBatch(
            public_id=ids.make_file_batch_id(), project_id=self._project_id, vector_store_id=store_id
        )
        self._session.add(batch)
        await self._session.flush()
        await self._session.refresh(batch)
        return batch

    async def add(self, batch: FileBatch, membership: VectorStoreFile) -> None:
        """Add a membership to the batch. It counts in the last batch that names it."""
        membership.batch_id = batch.id
        await self._session.flush()
