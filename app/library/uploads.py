"""Uploads: create, add parts, complete into a file, cancel."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from pathlib import Path

from app.core import ids
from app.core.errors import InvalidRequest
from app.core.types import Caller
from app.db.database import Database
from app.models import File, Upload, UploadPart

_LIFE = dt.timedelta(hours=1)
_STORE_SECONDS = 300


class UploadLibrary:
    """A project's uploads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, caller: Caller, upload: Upload) -> Upload:
        """Open an upload for an hour."""
        upload.public_id = ids.make_upload_id()
        upload.project_id = caller.project_id
        upload.status = "pending"
        async with self._database.of(caller).write() as tx:
            return await tx.uploads.create(upload, life=_LIFE)

    async def add_part(self, caller: Caller, upload_id: str, path: Path) -> UploadPart:
        """Store the bytes at `path` as a part."""
        size_bytes = path.stat().st_size  # noqa: ASYNC240 - a stat of a file that was just written
        with path.open("rb") as content:
            async with self._database.of(caller).write(timeout_seconds=_STORE_SECONDS, grows=True) as tx:
                upload = await tx.uploads.get(upload_id)
                _check_pending(upload)
                return await tx.uploads.add_part(upload, content, size_bytes=size_bytes)

    async def complete(
        self, caller: Caller, upload_id: str, part_ids: Sequence[str], *, md5: str | None
    ) -> tuple[Upload, File]:
        """Join the parts, in the order given, to a file; InvalidRequest when they are not what was declared."""
        async with self._database.of(caller).read() as snapshot:
            upload = await snapshot.uploads.get(upload_id)
            _check_pending(upload)
            parts = _in_order(await snapshot.uploads.list_parts(upload), part_ids)
        _check_size(upload, parts)
        sha256 = await self._check_content(caller, parts, md5)

        file = File(
            public_id=ids.make_file_id(),
            project_id=caller.project_id,
            filename=upload.filename,
            purpose=upload.purpose,
            mime_type=upload.mime_type,
            size_bytes=upload.size_bytes,
            sha256=sha256,
        )
        async with self._database.of(caller).write(timeout_seconds=_STORE_SECONDS) as tx:
            upload = await tx.uploads.get_locked(upload_id)
            _check_pending(upload)
            await tx.uploads.become_file(upload, file, parts)
        return upload, file

    async def cancel(self, caller: Caller, upload_id: str) -> Upload:
        """Close the upload and delete its parts."""
        async with self._database.of(caller).write() as tx:
            upload = await tx.uploads.get_locked(upload_id)
            _check_pending(upload)
            await tx.uploads.end(upload, status="cancelled")
            return upload

    async def _check_content(self, caller: Caller, parts: Sequence[UploadPart], md5: str | None) -> bytes:
        """Read all pieces once and return their SHA-256; the MD5 is checked where one was declared."""
        sha256, declared = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        for part in parts:
            ordinal = 0
            while True:
                async with self._database.of(caller).read() as snapshot:
                    piece = await snapshot.uploads.find_piece(part, ordinal)
                if piece is None:
                    break
                sha256.update(piece)
                declared.update(piece)
                ordinal += 1
        if md5 is not None and md5.lower() != declared.hexdigest():
            raise InvalidRequest(
                "The md5 of the parts is not the one given.", param="md5", code="invalid_value"
            )
        return sha256.digest()


def _check_pending(upload: Upload) -> None:
    expired = upload.status == "pending" and upload.expires_at <= upload.read_at
    if expired or upload.status != "pending":
        state = "expired" if expired else upload.status
        raise InvalidRequest(f"The upload is {state}.", param="upload_id", code="invalid_value")


def _in_order(parts: Sequence[UploadPart], part_ids: Sequence[str]) -> list[UploadPart]:
    by_id = {part.public_id: part for part in parts}
    if len(set(part_ids)) != len(part_ids) or not set(part_ids) <= set(by_id):
        raise InvalidRequest(
            "part_ids must name parts of this upload, each once.", param="part_ids", code="invalid_value"
        )
    return [by_id[part_id] for part_id in part_ids]


def _check_size(upload: Upload, parts: Sequence[UploadPart]) -> None:
    total = sum(part.size_bytes for part in parts)
    if total != upload.size_bytes:
        raise InvalidRequest(
            f"The parts have {total} bytes, and the upload was declared with {upload.size_bytes}.",
            param="part_ids",
            code="invalid_value",
        )
