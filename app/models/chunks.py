"""Chunks: stored spans of a file's text with offsets, page, heading and embedding."""

from pgvector import Bit, HalfVector
from sqlalchemy import Computed, ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Halfvec, ProjectOwned, Record, VarBit


class Chunk(ProjectOwned, Record):
    """A narrow hot row: `bits` (the embedding's signs) lie inline, the embedding itself is TOASTed.

    Short embeddings also have `projected` signs (see core/sign_bits), except in chunks stored before 0.3.

    `page` is where the chunk begins; `page_end` is set where it ends on another page. `table_header` is the header of the
    table that the chunk begins in the middle of; it is shown and embedded above the content.

    The dimension belongs to the store: each large store has a partial expression index that casts the embedding.
    """

    __tablename__ = "chunks"
    __table_args__ = (
        ForeignKeyConstraint(
            ["vector_store_id", "file_id"],
            ["vector_store_files.vector_store_id", "vector_store_files.file_id"],
            ondelete="CASCADE",
        ),
        Index(None, "project_id", "content_sha256"),
        {"postgresql_with": {"toast_tuple_target": 128}},
    )

    vector_store_id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str]
    content_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    char_start: Mapped[int]
    char_end: Mapped[int]
    page: Mapped[int | None]
    page_end: Mapped[int | None]
    heading: Mapped[str | None]
    table_header: Mapped[str | None]
    embedding: Mapped[HalfVector] = mapped_column(Halfvec)
    bits: Mapped[str] = mapped_column(VarBit, Computed("binary_quantize(embedding)", persisted=True))
    projected: Mapped[Bit | None] = mapped_column(VarBit)
