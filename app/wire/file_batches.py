"""File batches: requests and bodies."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from app.core.file_status import FileStatus
from app.models import FileBatch
from app.wire.base import WireModel
from app.wire.vector_store_files import Attributes, ChunkingStrategy, FileId, VectorStoreFileCreateRequest
from app.wire.vector_stores import file_counts_body, progress


class FileBatchCreateRequest(WireModel):
    """Either `file_ids`, all with the same attributes, or `files`, each with its own."""

    file_ids: Annotated[list[FileId], Field(min_length=1, max_length=2_000)] | None = None
    files: Annotated[list[VectorStoreFileCreateRequest], Field(min_length=1, max_length=2_000)] | None = None
    attributes: Attributes = Field(default_factory=dict)
    chunking_strategy: ChunkingStrategy | None = None

    @model_validator(mode="after")
    def _one_way_or_the_other(self) -> Self:
        if (self.file_ids is None) == (self.files is None):
            raise ValueError("give either file_ids or files")
        return self

    def items(self) -> list[VectorStoreFileCreateRequest]:
        """Return each file once, with its attributes and strategy."""
        given = self.files or [
            VectorStoreFileCreateRequest(
                file_id=file_id, attributes=self.attributes, chunking_strategy=self.chunking_strategy
            )
            for file_id in self.file_ids or ()
        ]
        return list({item.file_id: item for item in given}.values())


def file_batch_body(batch: FileBatch, counts: Mapping[FileStatus, int], *, store_id: str) -> dict[str, Any]:
    """Return a `vector_store.file_batch`. Failed files are counted; the batch is completed all the same."""
    status = FileStatus.IN_PROGRESS if counts.get(FileStatus.IN_PROGRESS) else FileStatus.COMPLETED
    return {
        "id": batch.public_id,
        "object": "vector_store.file_batch",
        "created_at": int(batch.created_at.timestamp()),
        "vector_store_id": store_id,
        "status": FileStatus.CANCELLED if batch.is_cancelled else status,
        "file_counts": file_counts_body(counts),
        "progress": progress(counts),
    }
