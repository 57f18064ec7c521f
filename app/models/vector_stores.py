"""Vector stores: searchable sets of files, each in one embedding space, with the state of its IVFFlat index."""

import datetime as dt
from typing import Any

from sqlalchemy import Identity, Index, String, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, column_property, mapped_column

from app.models.base import Created, ProjectOwned, Record


class VectorStore(Created, ProjectOwned, Record):
    """`embedding_model` and `dimensions` are set by the first chunk and bind all later ones; `next_*` is where it is moving.

    `ivfflat_*` describe its index: `recall` of the exact top ten at `probes`, and the `gain`, how many times
    faster than a scan of the sign bits it is. An index that is not faster exists but is not used.

    `file_count` counts the files that hold chunks, so that no search has to.

    `language` (ISO 639-3) is given, and all files are read in it (`language_given`), or that of the first file in which one
    was recognised. `languages` are those of all files that were ever read into it: queries are read in each.
    """

    __tablename__ = "vector_stores"
    __table_args__ = (
        Index("uq_vector_stores_default", "project_id", unique=True, postgresql_where=text("is_default")),
        Index(None, "project_id", "created_at", "id"),
        Index(None, "project_id", "name"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(server_default="")
    is_default: Mapped[bool] = mapped_column(server_default=text("false"))
    notes: Mapped[dict[str, Any]] = mapped_column("metadata", server_default=text("'{}'"))
    description: Mapped[str | None]
    expires_after_days: Mapped[int | None]
    language: Mapped[str | None]
    language_given: Mapped[bool] = mapped_column(server_default=text("false"))
    languages: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{}'"))
    embedding_model: Mapped[str | None]
    dimensions: Mapped[int | None]
    next_embedding_model: Mapped[str | None]
    next_dimensions: Mapped[int | None]
    file_count: Mapped[int] = mapped_column(server_default=text("0"))
    chunk_count: Mapped[int] = mapped_column(server_default=text("0"))
    usage_bytes: Mapped[int] = mapped_column(server_default=text("0"))
    last_active_at: Mapped[dt.datetime | None]
    # The database's time when the row was read: its clock sets all times, so it has to judge them.
    read_at: Mapped[dt.datetime] = column_property(func.now())
    ivfflat_lists: Mapped[int | None]
    ivfflat_chunks_at_build: Mapped[int | None]
    ivfflat_built_at: Mapped[dt.datetime | None]
    ivfflat_probes: Mapped[int | None]
    ivfflat_recall: Mapped[float | None]
    ivfflat_gain: Mapped[float | None]
    ivfflat_serves: Mapped[bool] = mapped_column(server_default=text("false"))
    ivfflat_chunks_at_check: Mapped[int | None]

    @property
    def expires_at(self) -> dt.datetime | None:
        """When the store expires if nothing happens in it, None for never."""
        if self.expires_after_days is None:
            return None
        return (self.last_active_at or self.created_at) + dt.timedelta(days=self.expires_after_days)

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= self.read_at
