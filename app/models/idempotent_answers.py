"""First answers to requests that carry an Idempotency-Key, kept for a day."""

from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Created, Record


class IdempotentAnswer(Created, Record):
    """`caller` is the API key's id, empty without keys. While the first request is answered, `status` is null.

    `token` says which process answers it; `fingerprint` stands for the request. `file_ids` are the files that it quotes.
    """

    __tablename__ = "idempotent_answers"
    __table_args__ = (Index(None, "created_at"), Index(None, "file_ids", postgresql_using="gin"))

    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    caller: Mapped[str] = mapped_column(primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[str]
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary)
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any] | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    file_ids: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{}'"))
