"""What all tables share: naming of constraints, the project column, PostgreSQL's vector types."""

import datetime as dt
from typing import Any, assert_never

from pgvector import HalfVector, SparseVector
from sqlalchemy import BigInteger, DateTime, ForeignKey, MetaData, String, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator, UserDefinedType

from app.core.chunking import ChunkingRule, SentenceRule, TokenRule
from app.core.file_status import FileStatus


class StatusText(TypeDecorator[FileStatus]):
    """A file's status as text."""

    impl = String
    cache_ok = True

    def process_result_value(self, value: str | None, _dialect: object) -> FileStatus | None:
        return None if value is None else FileStatus(value)


class ChunkingJson(TypeDecorator[ChunkingRule]):
    """A rule of chunking as JSON: the names of its sizes tell which kind it is."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: ChunkingRule | None, _dialect: object) -> dict[str, int] | None:
        match value:
            case SentenceRule(size, overlap):
                return {"chunk_size": size, "chunk_overlap": overlap}
            case TokenRule(size, overlap):
                return {"max_chunk_size_tokens": size, "chunk_overlap_tokens": overlap}
            case None:
                return None
            case _:
                assert_never(value)

    def process_result_value(self, value: dict[str, int] | None, _dialect: object) -> ChunkingRule | None:
        match value:
            case {"max_chunk_size_tokens": size, "chunk_overlap_tokens": overlap}:
                return TokenRule(size, overlap)
            case {"chunk_size": size, "chunk_overlap": overlap}:
                return SentenceRule(size, overlap)
            case _:
                return None


class Record(DeclarativeBase):
    """A row as plain data: no relationships, no lazy loading."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it off the class
        dict[str, Any]: JSONB,
        dt.datetime: DateTime(timezone=True),
        int: BigInteger,
        str: String,
        FileStatus: StatusText,
    }


class Halfvec(UserDefinedType[HalfVector]):
    """pgvector's halfvec, sent in binary: its own SQLAlchemy type sends text, 21 times slower on insert."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "halfvec"


class Sparsevec(UserDefinedType[SparseVector]):
    """pgvector's sparsevec, sent in binary."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "sparsevec"


class VarBit(UserDefinedType[str]):
    """PostgreSQL's bit varying."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "bit varying"


class ProjectOwned:
    """Every row carries the project that owns it."""

    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))


class ReachedThroughStore:
    """The project of rows that are deleted with their store. There is no foreign key, because these rows are many.

    The default is for releases before migration 0016, which know no other project.
    """

    project_id: Mapped[str] = mapped_column(server_default="proj_default")


class Created:
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
