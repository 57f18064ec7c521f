"""Conversations: create, retrieve, update, delete, and their items."""

from collections.abc import Sequence
from typing import Any

from app.core.types import Caller, Page
from app.db.database import Database
from app.db.paging import Listed
from app.models import ConversationRecord

Item = dict[str, Any]


class ConversationLibrary:
    """A project's conversations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(
        self, caller: Caller, items: Sequence[Item], notes: dict[str, Any]
    ) -> ConversationRecord:
        """Make a conversation that begins with the items."""
        async with self._database.of(caller).write() as tx:
            record = await tx.conversations.create(notes)
            await tx.conversations.add(record, items)
            return record

    async def retrieve(self, caller: Caller, conversation_id: str) -> ConversationRecord:
        """Return a conversation; raise NotFound."""
        async with self._database.of(caller).read() as snapshot:
            return await snapshot.conversations.get(conversation_id)

    async def update(self, caller: Caller, conversation_id: str, notes: dict[str, Any]) -> ConversationRecord:
        """Replace the notes of a conversation; raise NotFound."""
        async with self._database.of(caller).write() as tx:
            record = await tx.conversations.get(conversation_id)
            await tx.conversations.update(record, notes)
            return await tx.conversations.get(conversation_id)

    async def delete(self, caller: Caller, conversation_id: str) -> None:
        """Delete a conversation and its items; raise NotFound."""
        async with self._database.of(caller).write() as tx:
            await tx.conversations.delete(await tx.conversations.get(conversation_id))
            await tx.audit.note("conversation.deleted", conversation_id)

    async def add_items(self, caller: Caller, conversation_id: str, items: Sequence[Item]) -> None:
        """Put items at the end of a conversation; raise NotFound."""
        async with self._database.of(caller).write() as tx:
            await tx.conversations.add(await tx.conversations.get(conversation_id), items)

    async def list_items(self, caller: Caller, conversation_id: str, page: Page) -> Listed[Item]:
        """Return a page of a conversation's items; raise NotFound."""
        async with self._database.of(caller).read() as snapshot:
            record = await snapshot.conversations.get(conversation_id)
            return await snapshot.conversations.list_items(record, page)

    async def retrieve_item(self, caller: Caller, conversation_id: str, item_id: str) -> Item:
        """Return one item; raise NotFound."""
        async with self._database.of(caller).read() as snapshot:
            return await snapshot.conversations.get_item(
                await snapshot.conversations.get(conversation_id), item_id
            )

    async def delete_item(self, caller: Caller, conversation_id: str, item_id: str) -> ConversationRecord:
        """Take an item out, and return the conversation; raise NotFound."""
        async with self._database.of(caller).write() as tx:
            record = await tx.conversations.get(conversation_id)
            await tx.conversations.delete_item(record, item_id)
            await tx.audit.note("conversation_item.deleted", f"{conversation_id}/{item_id}")
            return record
