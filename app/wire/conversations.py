"""Conversations: requests and bodies."""

from typing import Annotated, Any

from pydantic import Field

from app.models import ConversationRecord
from app.wire.base import WireModel
from app.wire.response_items import InputItem
from app.wire.responses import Notes

Items = Annotated[list[InputItem], Field(max_length=20)]


class ConversationCreateRequest(WireModel):
    items: Items = Field(default_factory=list)
    metadata: Notes = Field(default_factory=dict)


class ConversationUpdateRequest(WireModel):
    metadata: Notes


class ItemsCreateRequest(WireModel):
    items: Annotated[list[InputItem], Field(min_length=1, max_length=20)]


def conversation_body(record: ConversationRecord) -> dict[str, Any]:
    return {
        "id": record.public_id,
        "object": "conversation",
        "created_at": int(record.created_at.timestamp()),
        "metadata": record.notes,
    }


def conversation_deleted_body(conversation_id: str) -> dict[str, Any]:
    return {"id": conversation_id, "object": "conversation.deleted", "deleted": True}
