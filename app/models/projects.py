"""Projects: the tenants that own every other row."""

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Created, Record


class Project(Created, Record):
    """`tokens_per_month` is its budget, None for none."""

    __tablename__ = "projects"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(unique=True)
    tokens_per_month: Mapped[int | None]
