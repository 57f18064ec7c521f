"""Imports in the database."""

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import Import


class ImportReader:
    """What one project has copied from elsewhere."""

    def __init__(self, session: AsyncSession, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    async def find(self, source: str, remote_id: str) -> str | None:
        """Return the id of our copy, or None."""
        query = select(Import.local_id).where(
            Import.project_id == self._project_id, Import.source == source, Import.remote_id == remote_id
        )
        return await self._session.scalar(query)


class ImportWriter(ImportReader):
    """What one project has copied from elsewhere, to read and to change."""

    async def find_alone(self, source: str, remote_id: str) -> str | None:
        """Return the id of our copy, or None, once no other transaction is copying the same object."""
        key = func.hashtextextended(f"{self._project_id} {source} {remote_id}", 0)
        await self._session.execute(select(func.pg_advisory_xact_lock(key)))
        return await self.find(source, remote_id)

    async def note(self, source: str, remote_id: str, local_id: str) -> None:
        """Remember a copy; a newer one takes the place of one that was deleted here."""
        values = {"project_id": self._project_id, "source": source, "remote_id": remote_id}
        statement = insert(Import).values(**values, local_id=local_id)
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=["project_id", "source", "remote_id"], set_={"local_id": local_id}
            )
        )
