"""Uploads in the database: their parts in pieces, and the file that they become."""

import datetime as dt
from collections.abc import Sequence
from typing import BinaryIO

from sqlalchemy import Select, delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import ids
from app.core.errors import NotFound
from app.core.ids import shown_id
from app.db.clock import in_future
from app.db.copying import copy_rows
from app.db.files import PART_BYTES
from app.models import File, Upload, UploadPart, UploadPiece

_PIECE_COLUMNS = {"part_id": "int8", "ordinal": "int8", "project_id": "varchar", "data": "bytea"}
# The pieces of the parts, in the order asked for, become the pieces of the file.
_JOIN = text("""
    insert into file_parts (file_id, ordinal, project_id, data)
    select :file_id, row_number() over (order by array_position(:part_ids, p.part_id), p.ordinal) - 1,
           p.project_id, p.data
    from upload_pieces p where p.part_id = any(:part_ids) and p.project_id = :project_id
""")


class UploadReader:
    """One project's uploads."""

    def __init__(self, session: AsyncSession, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    async def get(self, upload_id: str) -> Upload:
        """Return the upload; raise NotFound."""
        return _found(await self._session.scalar(self._wanted(upload_id)), upload_id)

    async def list_parts(self, upload: Upload) -> Sequence[UploadPart]:
        """Return the upload's parts as they came."""
        query = (
            select(UploadPart)
            .where(UploadPart.project_id == self._project_id, UploadPart.upload_id == upload.id)
            .order_by(UploadPart.id)
        )
        return (await self._session.scalars(query)).all()

    async def find_piece(self, part: UploadPart, ordinal: int) -> bytes | None:
        """Return one piece of a part's bytes, None beyond the last."""
        query = select(UploadPiece.data).where(
            UploadPiece.project_id == self._project_id,
            UploadPiece.part_id == part.id,
            UploadPiece.ordinal == ordinal,
        )
        return await self._session.scalar(query)

    def _wanted(self, upload_id: str) -> Select[Upload]:
        return select(Upload).where(Upload.project_id == self._project_id, Upload.public_id == upload_id)


class UploadWriter(UploadReader):
    """One project's uploads, to read and to change."""

    async def get_locked(self, upload_id: str) -> Upload:
        """Return the upload, locked against others; raise NotFound."""
        return _found(await self._session.scalar(self._wanted(upload_id).with_for_update()), upload_id)

    async def create(self, upload: Upload, *, life: dt.timedelta) -> Upload:
        """Store a new upload that stays open for so long."""
        upload.expires_at = in_future(life)
        self._session.add(upload)
        await self._session.flush()
        await self._session.refresh(upload)
        return upload

    async def add_part(self, upload: Upload, content: BinaryIO, *, size_bytes: int) -> UploadPart:
        """Store a part's bytes."""
        part = UploadPart(
            public_id=ids.make_upload_part_id(),
            project_id=self._project_id,
            upload_id=upload.id,
            size_bytes=size_bytes,
        )
        self._session.add(part)
        await self._session.flush()
        pieces = iter(lambda: content.read(PART_BYTES), b"")
        rows = ((part.id, ordinal, self._project_id, data) for ordinal, data in enumerate(pieces))
        await copy_rows(self._session, "upload_pieces", _PIECE_COLUMNS, rows)
        await self._session.refresh(part)
        return part

    async def become_file(self, upload: Upload, file: File, parts: Sequence[UploadPart]) -> None:
        """Store the file with the bytes of the parts in this order, and delete the parts."""
        if upload.file_expires_seconds is not None:
            file.expires_at = in_future(dt.timedelta(seconds=upload.file_expires_seconds))
        self._session.add(file)
        await self._session.flush()
        part_ids = [part.id for part in parts]
        values = {"file_id": file.id, "project_id": self._project_id, "part_ids": part_ids}
        await self._session.execute(_JOIN, values)
        upload.file_id = file.id
        await self.end(upload, status="completed")
        await self._session.refresh(file)

    async def end(self, upload: Upload, *, status: str) -> None:
        """Close the upload and delete its parts."""
        upload.status = status
        await self._session.execute(
            delete(UploadPart).where(
                UploadPart.project_id == self._project_id, UploadPart.upload_id == upload.id
            )
        )
        await self._session.flush()


def _found(upload: Upload | None, upload_id: str) -> Upload:
    if upload is None:
        raise NotFound(f"No such Upload object: {shown_id(upload_id)}", param="upload_id")
    return upload
