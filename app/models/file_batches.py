"""File batches: many files attached to a store at once, followed together."""

from sqlalchemy import ForeignKey, Identity, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Created, ProjectOwned, Record


class FileBatch(Created, ProjectOwned, Record):
    __tablename__ = "file_batches"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    vector_store_id: Mapped[int] = mapped_column(ForeignKey("vector_stores.id", ondelete="CASCADE"))
    is_cancelled: Mapped[bool] = mapped_column(server_default=text("false"))
