"""Retrievals: recorded searches, kept for a while."""

from typing import Any

from sqlalchemy import Identity, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Created, ProjectOwned, Record


class RetrievalRecord(Created, ProjectOwned, Record):
    """`record` is the body of GET /v1/retrievals/{id} but for its id and time, with the candidates in columns; `file_ids` are the files that it quotes."""

    __tablename__ = "retrievals"
    __table_args__ = (Index(None, "file_ids", postgresql_using="gin"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    record: Mapped[dict[str, Any]]
    file_ids: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{}'"))
