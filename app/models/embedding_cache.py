"""Embeddings that were paid for before, by the hash of their text. This is a cache: it may be lost."""

from pgvector import HalfVector
from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Created, Halfvec, Record


class CachedEmbedding(Created, Record):
    __tablename__ = "embedding_cache"
    __table_args__ = (Index(None, "created_at"), {"prefixes": ["UNLOGGED"]})

    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    model: Mapped[str] = mapped_column(primary_key=True)
    dimensions: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    embedding: Mapped[HalfVector] = mapped_column(Halfvec)
