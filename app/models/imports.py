"""Imports: which of our files and vector stores are copies of objects on another server."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Created, Record


class Import(Created, Record):
    """`source` is the other server's address; the ids are public ones, of files and of vector stores."""

    __tablename__ = "imports"

    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    remote_id: Mapped[str] = mapped_column(primary_key=True)
    local_id: Mapped[str]
