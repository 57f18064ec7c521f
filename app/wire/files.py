"""Files: form fields and bodies."""

from typing import Annotated, Any, Literal

from pydantic import Field

from app.models import File
from app.wire.base import WireModel

Purpose = Literal["assistants", "batch", "fine-tune", "vision", "user_data", "evals"]


class FileExpiry(WireModel):
    anchor: Literal["created_at"]
    seconds: Annotated[int, Field(ge=3_600, le=2_592_000)]


class FileCreateRequest(WireModel):
    """The fields of the form, without the file."""

    purpose: Purpose
    expires_after: FileExpiry | None = None


def file_body(file: File) -> dict[str, Any]:
    """Return a `file`. Its bytes are in the database: it is processed at once.

    OpenAI's schema allows no null in `expires_at` and `status_details`, so they are left out when they are empty.
    """
    expiry = {"expires_at": int(file.expires_at.timestamp())} if file.expires_at else {}
    return {
        "id": file.public_id,
        "object": "file",
        "bytes": file.size_bytes,
        "created_at": int(file.created_at.timestamp()),
        "filename": file.filename,
        "purpose": file.purpose,
        "status": "processed",
    } | expiry


def file_deleted_body(file_id: str) -> dict[str, Any]:
    return {"id": file_id, "object": "file", "deleted": True}
