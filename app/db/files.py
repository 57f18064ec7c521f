"""Files in the database: records, and their bytes in pieces."""

import datetime as dt
import hashlib
import mimetypes
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import ids
from app.core.errors import NotFound
from app.core.ids import shown_id
from app.core.types import Caller, Page
from app.db.clock import in_future
from app.db.copying import copy_rows
from app.db.paging import Border, Listed, PageKeys, deleted_place, listed, page_query
from app.db.reach import reachable_files
from app.models import File, FilePart, Upload

PART_BYTES = 1024 * 1024
_PART_COLUMNS = {"file_id": "int8", "ordinal": "int8", "project_id": "varchar", "data": "bytea"}


def file_at(path: Path, *, project_id: str, filename: str, purpose: str) -> File:
    """Return the record of the file at `path`, not stored yet. It reads the file: keep it off the event loop."""
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while piece := content.read(PART_BYTES):
            digest.update(piece)
    return _file(project_id, filename, purpose, size_bytes=path.stat().st_size, sha256=digest.digest())


def file_of(data: bytes, *, project_id: str, filename: str, purpose: str) -> File:
    """Return the record of a small file of these bytes, not stored yet."""
    sha256 = hashlib.sha256(data).digest()
    return _file(project_id, filename, purpose, size_bytes=len(data), sha256=sha256)


def _file(project_id: str, filename: str, purpose: str, *, size_bytes: int, sha256: bytes) -> File:
    return File(
        public_id=ids.make_file_id(),
        project_id=project_id,
        filename=filename,
        purpose=purpose,
        mime_type=mimetypes.guess_type(filename)[0] or "application/octet-stream",
        size_bytes=size_bytes,
        sha256=sha256,
    )


class FileReader:
    """One project's files."""

    def __init__(self, session: AsyncSession, caller: Caller) -> None:
        self._session = session
        self._project_id = caller.project_id
        self._reach = caller.reach

    async def get(self, file_id: str) -> File:
        """Return the file with this public id; raise NotFound."""
        file = await self.find(file_id)
        if file is None:
            raise no_file(file_id)
        return file

    async def find(self, file_id: str) -> File | None:
        """Return the file with this public id, or None."""
        return await self._session.scalar(self._living().where(File.public_id == file_id))

    async def find_keys(self, file_ids: Sequence[str]) -> dict[str, int]:
        """Return the keys of the files with these public ids, as far as they are there."""
        rows = await self._session.execute(
            self._living().with_only_columns(File.public_id, File.id).where(File.public_id.in_(file_ids))
        )
        return {row.public_id: row.id for row in rows}

    async def get_by_key(self, key: int) -> File:
        """Return the file of this key, which must exist."""
        query = select(File).where(File.project_id == self._project_id, File.id == key)
        return (await self._session.scalars(query)).one()

    async def list_page(self, page: Page, *, purpose: str | None = None) -> Listed[File]:
        """Return a page of files by creation; NotFound for a cursor that is not there."""
        query = self._living()
        if purpose is not None:
            query = query.where(File.purpose == purpose)
        keys = PageKeys(
            File.created_at,
            File.id,
            after=await self._border(page.after),
            before=await self._border(page.before),
        )
        return listed((await self._session.scalars(page_query(query, page, keys))).all(), page)

    async def _border(self, file_id: str | None) -> Border | None:
        if file_id is None:
            return None
        # The cursor may be an expired file: it is only a place in the list.
        query = select(File.created_at, File.id).where(
            File.project_id == self._project_id, File.public_id == file_id, *reachable_files(self._reach)
        )
        row = (await self._session.execute(query)).first()
        place = (row.created_at, row.id) if row is not None else None
        place = place or await deleted_place(self._session, self._project_id, "files", file_id)
        if place is None:
            raise no_file(file_id)
        return place

    def _living(self) -> Select[File]:
        query = select(File).where(File.project_id == self._project_id)
        living = or_(File.expires_at.is_(None), File.expires_at > func.now())
        return query.where(living, *reachable_files(self._reach))

    async def find_part(self, file: File, ordinal: int) -> bytes | None:
        """Return one piece of the file's bytes, None beyond the last."""
        query = select(FilePart.data).where(
            FilePart.project_id == self._project_id, FilePart.file_id == file.id, FilePart.ordinal == ordinal
        )
        return await self._session.scalar(query)


class FileWriter(FileReader):
    """One project's files, to read and to change."""

    async def get_locked(self, file_id: str, *, to_delete: bool = False) -> File:
        """Return the file with this public id, kept from being deleted, or locked to be deleted; raise NotFound."""
        query = self._living().where(File.public_id == file_id)
        query = query.with_for_update(of=File, read=not to_delete, key_share=not to_delete)
        file = await self._session.scalar(query)
        if file is None:
            raise no_file(file_id)
        return file

    async def create(self, file: File, content: BinaryIO, *, life: dt.timedelta | None = None) -> File:
        """Store a file's record and its bytes, read from `content` a piece at a time. Without a life it does not expire."""
        if life is not None:
            file.expires_at = in_future(life)
        self._session.add(file)
        await self._session.flush()

        pieces = iter(lambda: content.read(PART_BYTES), b"")
        rows = ((file.id, ordinal, self._project_id, data) for ordinal, data in enumerate(pieces))
        await copy_rows(self._session, "file_parts", _PART_COLUMNS, rows)
        await self._session.refresh(file)
        return file

    async def delete(self, file: File) -> None:
        """Delete the file with its bytes and its upload. Its memberships must be gone, so that stores have counted it out."""
        own = self._project_id
        await self._session.execute(delete(Upload).where(Upload.project_id == own, Upload.file_id == file.id))
        await self._session.execute(delete(File).where(File.project_id == own, File.id == file.id))


def no_file(file_id: str) -> NotFound:
    """Return the error for an id that no file has."""
    return NotFound(f"No such File object: {shown_id(file_id)}", param="id")
