"""Retrievals: searches as they were, kept for a while."""

from typing import Any

from sqlalchemy import Identity
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Created, ProjectOwned, Record


class RetrievalRecord(Created, ProjectOwned, Record):
    """`record` is the body of GET /v1/retrievals/{id} but for its id and time."""

    __tablename__ = "retrievals"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    record: Mapped[dict[str, Any]]
