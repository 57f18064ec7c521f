"""Recorded retrievals in the database."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.models import RetrievalRecord


class RetrievalRepository:
    """One project's recorded retrievals."""

    def __init__(self, session: AsyncSession, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    async def create(self, retrieval_id: str, record: dict[str, Any]) -> None:
        """Store a record."""
        self._session.add(RetrievalRecord(public_id=retrieval_id, project_id=self._project_id, record=record))
        await self._session.flush()

    async def get(self, retrieval_id: str) -> RetrievalRecord:
        """Return a record; raise NotFound, also when its time is over."""
        query = select(RetrievalRecord).where(
            RetrievalRecord.project_id == self._project_id, RetrievalRecord.public_id == retrieval_id
        )
        found = await self._session.scalar(query)
        if found is None:
            raise NotFound(f"No retrieval found with id '{retrieval_id}'. They are kept for a while only.")
        return found
