"""A store's chunks in its next embedding space, until all are there and replace the old embeddings."""

from pgvector import Bit, HalfVector
from sqlalchemy import ForeignKeyConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Halfvec, ReachedThroughStore, Record, VarBit


class NextEmbedding(ReachedThroughStore, Record):
    """`content_sha256` is that of the chunk that was embedded: another file version may have taken its place."""

    __tablename__ = "next_embeddings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["vector_store_id", "file_id"],
            ["vector_store_files.vector_store_id", "vector_store_files.file_id"],
            ondelete="CASCADE",
        ),
    )

    vector_store_id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    content_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    embedding: Mapped[HalfVector] = mapped_column(Halfvec)
    projected: Mapped[Bit | None] = mapped_column(VarBit)
