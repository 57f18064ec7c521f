"""Vector stores and their files: the bodies that show them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from app.models import File, VectorStore, VectorStoreFile
from app.wire.base import WireModel

_STATUSES = ("in_progress", "completed", "failed", "cancelled")


class VectorStoreCreateRequest(WireModel):
    name: Annotated[str, Field(max_length=256)] = ""
    metadata: dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=512)]] = Field(
        default_factory=dict, max_length=16
    )


def vector_store_body(store: VectorStore, counts: Mapping[str, int]) -> dict[str, Any]:
    """Return a `vector_store`; `counts` is status → how many files."""
    last_active = store.last_active_at or store.created_at
    return {
        "id": store.public_id,
        "object": "vector_store",
        "created_at": int(store.created_at.timestamp()),
        "name": store.name,
        "usage_bytes": store.usage_bytes,
        "file_counts": {status: counts.get(status, 0) for status in _STATUSES}
        | {"total": sum(counts.values())},
        "status": "in_progress" if counts.get("in_progress") else "completed",
        "expires_after": None,
        "expires_at": None,
        "last_active_at": int(last_active.timestamp()),
        "metadata": store.notes,
        "is_default": store.is_default,
    }


def vector_store_file_body(membership: VectorStoreFile, file: File, *, store_id: str) -> dict[str, Any]:
    """Return a `vector_store.file`, with the file's name and chunks as our extension."""
    return {
        "id": file.public_id,
        "object": "vector_store.file",
        "created_at": int(membership.created_at.timestamp()),
        "usage_bytes": membership.usage_bytes,
        "vector_store_id": store_id,
        "status": membership.status,
        "last_error": None,
        "attributes": membership.attributes,
        "filename": file.filename,
        "bytes": file.size_bytes,
        "chunks": membership.chunk_count,
        "source": membership.source,
        "metadata": membership.notes,
    }


def list_body(items: Sequence[dict[str, Any]], *, has_more: bool) -> dict[str, Any]:
    """Return a page of a list, with the cursors that SDKs page by."""
    return {
        "object": "list",
        "data": list(items),
        "first_id": items[0]["id"] if items else None,
        "last_id": items[-1]["id"] if items else None,
        "has_more": has_more,
    }
