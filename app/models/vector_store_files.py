"""Vector store files: a file's membership in a store. While it is in progress it is the job that reads the file."""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.chunking import ChunkingRule
from app.core.file_status import FileStatus
from app.models.base import ChunkingJson, Created, ProjectOwned, Record


class VectorStoreFile(Created, ProjectOwned, Record):
    """`language` (ISO 639-3) is what its chunks are stemmed by, `words_version` the analyser's that read them.

    While the words of a file are read again, `words_done` is the first chunk that is left. `warnings` say what of the
    file could not be read, although the rest of it is searchable. `chunks_done` of `chunks_total` are embedded, `progress` is
    that in percent; the total is 0 until the text is cut.
    """

    __tablename__ = "vector_store_files"
    __table_args__ = (
        Index(None, "attributes", postgresql_using="gin", postgresql_ops={"attributes": "jsonb_path_ops"}),
        Index(None, "file_id"),
        Index(None, "batch_id"),
        Index(
            "ix_vector_store_files_queue",
            text("(batch_id is not null)"),
            "run_after",
            postgresql_where=text(f"status = '{FileStatus.IN_PROGRESS}'"),
        ),
        Index(
            "ix_vector_store_files_words",
            "words_version",
            "vector_store_id",
            "file_id",
            postgresql_where=text("chunk_count > 0"),
        ),
    )

    vector_store_id: Mapped[int] = mapped_column(
        ForeignKey("vector_stores.id", ondelete="CASCADE"), primary_key=True
    )
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id", ondelete="CASCADE"), primary_key=True)
    status: Mapped[FileStatus]
    attributes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    chunking: Mapped[ChunkingRule] = mapped_column(ChunkingJson)
    chunk_count: Mapped[int] = mapped_column(server_default=text("0"))
    usage_bytes: Mapped[int] = mapped_column(server_default=text("0"))
    last_error_code: Mapped[str | None]
    last_error_message: Mapped[str | None]
    warnings: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{}'"))
    completed_at: Mapped[dt.datetime | None]
    source: Mapped[str | None]
    notes: Mapped[dict[str, Any]] = mapped_column("metadata", server_default=text("'{}'"))
    replaces_same_name: Mapped[bool] = mapped_column(server_default=text("false"))
    progress: Mapped[int] = mapped_column(server_default=text("0"))
    chunks_done: Mapped[int] = mapped_column(server_default=text("0"))
    chunks_total: Mapped[int] = mapped_column(server_default=text("0"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    run_after: Mapped[dt.datetime] = mapped_column(server_default=func.now())
    lease_token: Mapped[str | None]
    lease_until: Mapped[dt.datetime | None]
    language: Mapped[str | None]
    words_version: Mapped[int] = mapped_column(server_default=text("0"))
    words_done: Mapped[int] = mapped_column(server_default=text("0"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("file_batches.id", ondelete="SET NULL"))
