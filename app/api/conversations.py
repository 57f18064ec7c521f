"""/v1/conversations: create, retrieve, update, delete, and their items."""

from fastapi import APIRouter, Request, Response

from app.api.bodies import json_response, read_json
from app.api.dependencies import CallerDep, ConversationsDep
from app.api.documentation import documented
from app.api.pagination import PageDep
from app.wire.conversations import (
    ConversationCreateRequest,
    ConversationUpdateRequest,
    ItemsCreateRequest,
    conversation_body,
    conversation_deleted_body,
)
from app.wire.response_items import as_items
from app.wire.vector_stores import list_body

router = APIRouter(prefix="/v1/conversations", tags=["conversations"])


@router.post("", openapi_extra=documented(ConversationCreateRequest))
async def create_conversation(
    request: Request, conversations: ConversationsDep, caller: CallerDep
) -> Response:
    """Make a conversation, empty or with its first items."""
    body = await read_json(request, ConversationCreateRequest)
    made = await conversations.create(caller, as_items(body.items), body.metadata)
    return json_response(conversation_body(made))


@router.get("/{conversation_id}")
async def retrieve_conversation(
    conversation_id: str, conversations: ConversationsDep, caller: CallerDep
) -> Response:
    """Return one conversation."""
    return json_response(conversation_body(await conversations.retrieve(caller, conversation_id)))


@router.post("/{conversation_id}", openapi_extra=documented(ConversationUpdateRequest))
async def update_conversation(
    conversation_id: str, request: Request, conversations: ConversationsDep, caller: CallerDep
) -> Response:
    """Replace a conversation's metadata."""
    body = await read_json(request, ConversationUpdateRequest)
    changed = await conversations.update(caller, conversation_id, body.metadata)
    return json_response(conversation_body(changed))


@router.delete("/{conversation_id}")
async def delete_conversation(
    conversation_id: str, conversations: ConversationsDep, caller: CallerDep
) -> Response:
    """Delete a conversation and its items."""
    await conversations.delete(caller, conversation_id)
    return json_response(conversation_deleted_body(conversation_id))


@router.post("/{conversation_id}/items", openapi_extra=documented(ItemsCreateRequest))
async def create_items(
    conversation_id: str, request: Request, conversations: ConversationsDep, caller: CallerDep
) -> Response:
    """Put items at the end of a conversation."""
    body = await read_json(request, ItemsCreateRequest)
    items = as_items(body.items)
    await conversations.add_items(caller, conversation_id, items)
    return json_response(list_body(items, has_more=False))


@router.get("/{conversation_id}/items")
async def list_items(
    conversation_id: str, conversations: ConversationsDep, caller: CallerDep, page: PageDep
) -> Response:
    """List a conversation's items, the last one first."""
    found = await conversations.list_items(caller, conversation_id, page)
    return json_response(list_body(found.items, has_more=found.has_more))


@router.get("/{conversation_id}/items/{item_id}")
async def retrieve_item(
    conversation_id: str, item_id: str, conversations: ConversationsDep, caller: CallerDep
) -> Response:
    """Return one item."""
    return json_response(await conversations.retrieve_item(caller, conversation_id, item_id))


@router.delete("/{conversation_id}/items/{item_id}")
async def delete_item(
    conversation_id: str, item_id: str, conversations: ConversationsDep, caller: CallerDep
) -> Response:
    """Take an item out of a conversation, and return the conversation."""
    changed = await conversations.delete_item(caller, conversation_id, item_id)
    return json_response(conversation_body(changed))
