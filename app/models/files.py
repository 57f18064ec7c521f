"""Files: uploaded bytes, kept in pieces, and their record."""

import datetime as dt

from sqlalchemy import ForeignKey, Identity, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Created, ProjectOwned, Record


class File(Created, ProjectOwned, Record):
    __tablename__ = "files"
    __table_args__ = (Index(None, "project_id", "created_at", "id"), Index(None, "project_id", "sha256"))

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    filename: Mapped[str]
    purpose: Mapped[str]
    mime_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[dt.datetime | None]


class FilePart(ProjectOwned, Record):
    """One piece of a file's bytes; in order they are the file."""

    __tablename__ = "file_parts"

    file_id: Mapped[int] = mapped_column(ForeignKey("files.id", ondelete="CASCADE"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
