"""Files: create, retrieve, list, delete."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

from app.core.types import Caller, Page
from app.db.database import Database
from app.db.files import PART_BYTES, file_at, file_of
from app.db.paging import Listed
from app.models import File

_STORE_SECONDS = 300


class FileLibrary:
    """A project's files. A file that is acknowledged is committed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(
        self,
        caller: Caller,
        content: Path | bytes,
        *,
        filename: str,
        purpose: str,
        expires_seconds: int | None = None,
    ) -> File:
        """Store what lies at a path, or a small file's bytes, as a file of this name."""
        life = None if expires_seconds is None else dt.timedelta(seconds=expires_seconds)
        if isinstance(content, bytes):
            file = file_of(content, project_id=caller.project_id, filename=filename, purpose=purpose)
            return await self._database.of(caller).files.create_small(file, content, life=life)
        return await self._create_at(caller, content, filename, purpose, life)

    async def _create_at(
        self, caller: Caller, path: Path, filename: str, purpose: str, life: dt.timedelta | None
    ) -> File:
        file, small = await asyncio.to_thread(_read, caller, path, filename, purpose)
        if small is not None:
            return await self._database.of(caller).files.create_small(file, small, life=life)
        with path.open("rb") as content:
            async with self._database.of(caller).write(timeout_seconds=_STORE_SECONDS, grows=True) as tx:
                return await tx.files.create(file, content, life=life)

    async def retrieve(self, caller: Caller, file_id: str) -> File:
        """Return a file; raise NotFound."""
        async with self._database.of(caller).read() as snapshot:
            return await snapshot.files.get(file_id)

    async def list(self, caller: Caller, page: Page, *, purpose: str | None) -> Listed[File]:
        """Return a page of files."""
        async with self._database.of(caller).read() as snapshot:
            return await snapshot.files.list_page(page, purpose=purpose)

    async def delete(self, caller: Caller, file_id: str) -> None:
        """Delete a file; no store finds it any more."""
        async with self._database.of(caller).write() as tx:
            file = await tx.files.get_locked(file_id, to_delete=True)
            await tx.vector_store_files.detach(file)
            await tx.files.delete(file)
            await tx.audit.note("file.deleted", file_id)

    async def content(self, caller: Caller, file: File) -> AsyncIterator[bytes]:
        """Yield the bytes piece by piece. No connection is held between two pieces."""
        for ordinal in count():
            # If the client hangs up, the piece is still read to its end: to cancel the statement would cost the connection.
            piece = await asyncio.shield(self._find_part(caller, file, ordinal))
            if piece is None:
                return
            yield piece

    async def _find_part(self, caller: Caller, file: File, ordinal: int) -> bytes | None:
        async with self._database.of(caller).read() as snapshot:
            return await snapshot.files.find_part(file, ordinal)


def _read(caller: Caller, path: Path, filename: str, purpose: str) -> tuple[File, bytes | None]:
    """Return the record of the file at `path`, not stored yet, and its bytes if they are one piece."""
    file = file_at(path, project_id=caller.project_id, filename=filename, purpose=purpose)
    return file, path.read_bytes() if file.size_bytes <= PART_BYTES else None
