"""Responses and conversations of the Responses API, and the items that both are made of."""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Created, ProjectOwned, Record


class ResponseRecord(Created, ProjectOwned, Record):
    """A stored response. `body` and `events` quote no documents: these may be deleted. `key_id` made it."""

    __tablename__ = "responses"
    __table_args__ = (Index(None, "expires_at"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    previous_id: Mapped[int | None] = mapped_column(
        ForeignKey("responses.id", ondelete="SET NULL"), index=True
    )
    expires_at: Mapped[dt.datetime | None]
    key_id: Mapped[str | None]
    body: Mapped[dict[str, Any]]
    events: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, deferred=True)


class ConversationRecord(Created, ProjectOwned, Record):
    """A conversation. It stays until it is deleted. `key_id` made it."""

    __tablename__ = "conversations"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    key_id: Mapped[str | None]
    notes: Mapped[dict[str, Any]]


class ResponseItemRecord(Created, ProjectOwned, Record):
    """An item of a response (its input or its output), or of a conversation. An item of both has a row for each."""

    __tablename__ = "response_items"
    __table_args__ = (Index(None, "project_id", "public_id"),)

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    public_id: Mapped[str]
    response_id: Mapped[int | None] = mapped_column(
        ForeignKey("responses.id", ondelete="CASCADE"), index=True
    )
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    is_output: Mapped[bool]
    item: Mapped[dict[str, Any]]
