"""Uploads: requests and bodies."""

from typing import Annotated, Any

from pydantic import Field

from app.models import File, Upload, UploadPart
from app.wire.base import WireModel
from app.wire.files import FileExpiry, Purpose, file_body

_MOST_BYTES = 8 * 1024**3


class UploadCreateRequest(WireModel):
    bytes: Annotated[int, Field(ge=1, le=_MOST_BYTES)]
    filename: Annotated[str, Field(min_length=1, max_length=255)]
    mime_type: Annotated[str, Field(min_length=1, max_length=255)]
    purpose: Purpose
    expires_after: FileExpiry | None = None


class UploadCompleteRequest(WireModel):
    part_ids: Annotated[list[str], Field(min_length=1, max_length=10_000)]
    md5: Annotated[str, Field(max_length=64)] | None = None


def upload_body(upload: Upload, file: File | None = None) -> dict[str, Any]:
    """Return an `upload`; a completed one carries its file."""
    return {
        "id": upload.public_id,
        "object": "upload",
        "bytes": upload.size_bytes,
        "created_at": int(upload.created_at.timestamp()),
        "filename": upload.filename,
        "purpose": upload.purpose,
        "status": upload.status,
        "expires_at": int(upload.expires_at.timestamp()),
        "file": file_body(file) if file else None,
    }


def upload_part_body(part: UploadPart, *, upload_id: str) -> dict[str, Any]:
    return {
        "id": part.public_id,
        "object": "upload.part",
        "created_at": int(part.created_at.timestamp()),
        "upload_id": upload_id,
    }
