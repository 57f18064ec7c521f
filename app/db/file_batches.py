"""File batches in the database."""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import ids
from app.core.errors import NotFound
from app.core.ids import shown_id
from app.models import FileBatch, VectorStoreFile


class FileBatchRepository:
    """One project's file batches."""

    def __init__(self, session: AsyncSession, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

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
        """Count a membership to the batch: the last batch that named it follows it."""
        membership.batch_id = batch.id
        await self._session.flush()

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

    async def count_by_status(self, batch: FileBatch) -> dict[str, int]:
        """Return status → how many of the batch's files."""
        query = (
            select(VectorStoreFile.status, func.count())
            .where(VectorStoreFile.batch_id == batch.id)
            .group_by(VectorStoreFile.status)
        )
        rows = await self._session.execute(query)
        return {str(status): int(count) for status, count in rows}

    async def cancel(self, batch: FileBatch) -> None:
        """Cancel what is not read yet; a worker that is at it finds its job gone. A batch that is done stays as it is."""
        cancelled = await self._session.scalars(
            update(VectorStoreFile)
            .where(VectorStoreFile.batch_id == batch.id, VectorStoreFile.status == "in_progress")
            .values(status="cancelled", lease_token=None, lease_until=None)
            .returning(VectorStoreFile.file_id)
        )
        batch.is_cancelled = batch.is_cancelled or bool(cancelled.all())
        await self._session.flush()
