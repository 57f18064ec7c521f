"""Deleted places: where deleted rows stood in their lists. Triggers of the database write them, a sweep deletes them."""

import datetime as dt

from sqlalchemy import Index, func
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import ProjectOwned, Record


class DeletedPlace(ProjectOwned, Record):
    """`created_at` and `number` are those of the deleted row; `store_id` is 0 outside of stores' lists of files."""

    __tablename__ = "deleted_places"
    __table_args__ = (Index(None, "deleted_at"),)

    list: Mapped[str] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[dt.datetime]
    number: Mapped[int]
    deleted_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())
