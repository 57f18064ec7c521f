"""Uploads: a file that comes in parts, each kept in pieces until it is complete."""

import datetime as dt

from sqlalchemy import ForeignKey, Identity, Index, LargeBinary, func
from sqlalchemy.orm import Mapped, column_property, mapped_column

from app.models.base import Created, ProjectOwned, Record


class Upload(Created, ProjectOwned, Record):
    """`status` is pending, completed, cancelled or expired."""

    __tablename__ = "uploads"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    filename: Mapped[str]
    purpose: Mapped[str]
    size_bytes: Mapped[int]
    mime_type: Mapped[str]
    status: Mapped[str]
    file_expires_seconds: Mapped[int | None]
    expires_at: Mapped[dt.datetime]
    # The database's time when the row was read.
    read_at: Mapped[dt.datetime] = column_property(func.now())
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id", ondelete="SET NULL"))


class UploadPart(Created, ProjectOwned, Record):
    __tablename__ = "upload_parts"
    __table_args__ = (Index(None, "upload_id"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("uploads.id", ondelete="CASCADE"))
    size_bytes: Mapped[int]


class UploadPiece(ProjectOwned, Record):
    __tablename__ = "upload_pieces"

    part_id: Mapped[int] = mapped_column(ForeignKey("upload_parts.id", ondelete="CASCADE"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
