"""API keys, what they have used, and the audit of what was done with them."""

import datetime as dt
from typing import Any

from sqlalchemy import Date, ForeignKey, Identity, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Created, ProjectOwned, Record


class ApiKey(Created, ProjectOwned, Record):
    """A key of one project. Of its secret only the SHA-256 is stored: 32 random bytes need no slow hash.

    `vector_store_ids` and `filters` bind it to some documents; limits that are null are those of the settings.
    """

    __tablename__ = "api_keys"
    __table_args__ = (Index(None, "project_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(server_default="")
    secret_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String))
    vector_store_ids: Mapped[list[str] | None] = mapped_column(ARRAY(String))
    filters: Mapped[dict[str, Any] | None]
    requests_per_minute: Mapped[int | None]
    tokens_per_minute: Mapped[int | None]
    expires_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]
    last_used_at: Mapped[dt.datetime | None]


class KeyUsage(Record):
    """What one key used on one day (UTC). Calls with keys of the settings, or without any, are counted, too."""

    __tablename__ = "key_usage"

    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    key_id: Mapped[str] = mapped_column(primary_key=True, server_default="")
    requests: Mapped[int] = mapped_column(server_default=text("0"))
    prompt_tokens: Mapped[int] = mapped_column(server_default=text("0"))
    completion_tokens: Mapped[int] = mapped_column(server_default=text("0"))


class AuditEntry(Created, ProjectOwned, Record):
    """What was done, to what, with which key. It holds ids only."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "project_id", "created_at"), Index(None, "created_at"))

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    action: Mapped[str]
    subject: Mapped[str]
    key_id: Mapped[str | None]
    request_id: Mapped[str | None]
