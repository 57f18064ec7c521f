"""Files in the database: records, and their bytes in pieces."""

from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.db.copying import copy_rows
from app.models import File, FilePart

PART_BYTES = 1024 * 1024


class FileRepository:
    """One project's files."""

    def __init__(self, session: AsyncSession, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    async def create(self, file: File, content: BinaryIO) -> File:
        """Store a file's record and its bytes, read from `content` a piece at a time."""
        self._session.add(file)
        await self._session.flush()

        pieces = iter(lambda: content.read(PART_BYTES), b"")
        rows = ((file.id, ordinal, self._project_id, data) for ordinal, data in enumerate(pieces))
        await copy_rows(
            self._session,
            "copy file_parts (file_id, ordinal, project_id, data) from stdin (format binary)",
            types=("int8", "int8", "varchar", "bytea"),
            rows=rows,
        )
        await self._session.refresh(file)
        return file

    async def get(self, file_id: str) -> File:
        """Return the file with this public id; raise NotFound."""
        query = select(File).where(File.project_id == self._project_id, File.public_id == file_id)
        file = await self._session.scalar(query)
        if file is None:
            raise NotFound(f"No such File object: {file_id}", param="id")
        return file

    async def find_part(self, file: File, ordinal: int) -> bytes | None:
        """Return one piece of the file's bytes, None beyond the last."""
        query = select(FilePart.data).where(FilePart.file_id == file.id, FilePart.ordinal == ordinal)
        return await self._session.scalar(query)
