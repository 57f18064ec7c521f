"""Vector store files: requests and bodies."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from app.core.chunking import ChunkingRule, TokenRule
from app.core.file_status import FileStatus
from app.core.ids import ID_PATTERN
from app.models import File, VectorStoreFile
from app.wire.base import WireModel

# The codes that OpenAI's clients know. Elsewhere our own codes say more.
_ERROR_CODES = ("server_error", "unsupported_file", "invalid_file")

FileId: TypeAlias = Annotated[str, Field(min_length=1, max_length=128, pattern=ID_PATTERN)]
Attributes: TypeAlias = Annotated[
    dict[
        Annotated[str, Field(min_length=1, max_length=64)],
        bool | int | float | Annotated[str, Field(max_length=512)],
    ],
    Field(max_length=16),
]


class AutoStrategy(WireModel):
    type: Literal["auto"]


class StaticSizes(WireModel):
    max_chunk_size_tokens: Annotated[int, Field(ge=100, le=4_096)]
    chunk_overlap_tokens: Annotated[int, Field(ge=0)]

    @model_validator(mode="after")
    def _overlap_is_at_most_half(self) -> Self:
        if self.chunk_overlap_tokens > self.max_chunk_size_tokens // 2:
            raise ValueError("chunk_overlap_tokens must be at most half of max_chunk_size_tokens")
        return self


class StaticStrategy(WireModel):
    type: Literal["static"]
    static: StaticSizes


ChunkingStrategy: TypeAlias = Annotated[AutoStrategy | StaticStrategy, Field(discriminator="type")]


class VectorStoreFileCreateRequest(WireModel):
    file_id: FileId
    attributes: Attributes = Field(default_factory=dict)
    chunking_strategy: ChunkingStrategy | None = None


class VectorStoreFileUpdateRequest(WireModel):
    """The attributes replace the earlier ones; null clears them."""

    attributes: Attributes | None

    @classmethod
    def keeps_null(cls) -> frozenset[str]:
        return frozenset({"attributes"})


def chunking_of(strategy: ChunkingStrategy | None, *, default: ChunkingRule) -> ChunkingRule:
    """Return the rule that a strategy asks for; `auto` is the server's own."""
    if isinstance(strategy, StaticStrategy):
        return TokenRule(strategy.static.max_chunk_size_tokens, strategy.static.chunk_overlap_tokens)
    return default


def vector_store_file_body(membership: VectorStoreFile, file: File, *, store_id: str) -> dict[str, Any]:
    """Return a `vector_store.file`, with the file's name, size, chunks, warnings and progress as our extension.

    `reading` says how many of how many chunks are embedded, while the file is read and both are known.
    """
    error = None
    if membership.status == FileStatus.FAILED:
        code = membership.last_error_code
        error = {
            "code": code if code in _ERROR_CODES else "invalid_file",
            "message": membership.last_error_message,
        }
    return {
        "id": file.public_id,
        "object": "vector_store.file",
        "created_at": int(membership.created_at.timestamp()),
        "usage_bytes": membership.usage_bytes,
        "vector_store_id": store_id,
        "status": membership.status,
        "last_error": error,
        "attributes": membership.attributes,
        "chunking_strategy": {"type": "static", "static": _static(membership.chunking)},
        "filename": file.filename,
        "bytes": file.size_bytes,
        "chunks": membership.chunk_count,
        "progress": membership.progress,
        "reading": _reading(membership),
        "warnings": membership.warnings,
        "source": membership.source,
        "metadata": membership.notes,
    }


def vector_store_file_deleted_body(file_id: str) -> dict[str, Any]:
    return {"id": file_id, "object": "vector_store.file.deleted", "deleted": True}


def content_body(texts: Sequence[str]) -> dict[str, Any]:
    """Return the parsed text of a file, chunk by chunk."""
    return {
        "object": "vector_store.file_content.page",
        "data": [{"type": "text", "text": text} for text in texts],
        "has_more": False,
        "next_page": None,
    }


def _reading(membership: VectorStoreFile) -> dict[str, int] | None:
    if membership.status != FileStatus.IN_PROGRESS or not membership.chunks_total:
        return None
    return {"chunks_done": membership.chunks_done, "chunks_total": membership.chunks_total}


def _static(rule: ChunkingRule) -> dict[str, int]:
    # `auto` is shown as OpenAI shows it.
    shown = rule if isinstance(rule, TokenRule) else TokenRule(800, 400)
    return {"max_chunk_size_tokens": shown.size, "chunk_overlap_tokens": shown.overlap}
