"""What a chunk says, for lexical search: its lexemes with BM25 weights, apart from the chunk so that both scans stay narrow."""

from pgvector import SparseVector
from sqlalchemy import BigInteger, ForeignKeyConstraint, Identity, Index, Integer, SmallInteger, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import ReachedThroughStore, Record, Sparsevec


class ChunkLexemes(ReachedThroughStore, Record):
    """`lexemes` are the chunk's lexeme keys, each with its store in the upper half: an index entry is of one store."""

    __tablename__ = "chunk_lexemes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["vector_store_id", "file_id"],
            ["vector_store_files.vector_store_id", "vector_store_files.file_id"],
            ondelete="CASCADE",
        ),
        Index(None, "lexemes", postgresql_using="gin"),
        {"postgresql_with": {"toast_tuple_target": 128}},
    )

    vector_store_id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    lexemes: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    weights: Mapped[SparseVector] = mapped_column(Sparsevec)


class LexemeCount(ReachedThroughStore, Record):
    """How many more, or fewer, chunks of a store hold a lexeme: the sum over its rows is the document frequency.

    Rows are only added, so that no two files wait for each other. At intervals they are summed up into totals.
    The rows of a deleted store are dropped at the next summing up.
    """

    __tablename__ = "lexeme_counts"
    __table_args__ = (
        Index(None, "vector_store_id", "lexeme", postgresql_include=["chunks"]),
        Index("ix_lexeme_counts_open", "vector_store_id", postgresql_where=text("not is_total")),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    vector_store_id: Mapped[int]
    lexeme: Mapped[int]
    chunks: Mapped[int]
    is_total: Mapped[bool] = mapped_column(server_default=text("false"))


class LexemeAddition(Record):
    """What files that were read have added to these counts: lexemes of one bucket, and how many chunks hold each.

    They are summed up with the counts.
    """

    __tablename__ = "lexeme_additions"
    __table_args__ = (Index(None, "vector_store_id", "bucket"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    project_id: Mapped[str]
    vector_store_id: Mapped[int]
    bucket: Mapped[int] = mapped_column(SmallInteger)
    lexemes: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    chunks: Mapped[list[int]] = mapped_column(ARRAY(Integer))
