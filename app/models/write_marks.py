"""Write marks: how far the log of changes reached when a project was last written."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record


class WriteMark(Record):
    __tablename__ = "write_marks"

    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    lsn: Mapped[int]
