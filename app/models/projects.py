"""Projects: the tenants that own every other row."""

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Created, Record


class Project(Created, Record):
    __tablename__ = "projects"

    id: Mapped[str] = mapped_column(primary_key=True)
