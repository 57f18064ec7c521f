"""Conversations in the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import ids
from app.core.errors import NotFound
from app.core.ids import shown_id
from app.core.types import Caller, Page
from app.db.paging import Listed
from app.db.reach import made_by
from app.db.response_items import Item, item_rows, list_items
from app.models import ConversationRecord, ResponseItemRecord


class ConversationReader:
    """One project's conversations."""

    def __init__(self, session: AsyncSession, caller: Caller) -> None:
        self._session = session
        self._project_id = caller.project_id
        self._caller = caller

    async def get(self, conversation_id: str) -> ConversationRecord:
        """Return a conversation; raise NotFound."""
        query = select(ConversationRecord).where(
            ConversationRecord.project_id == self._project_id,
            ConversationRecord.public_id == conversation_id,
            *made_by(ConversationRecord.key_id, self._caller),
        )
        record = await self._session.scalar(query)
        if record is None:
            raise NotFound(f"Conversation with id '{shown_id(conversation_id)}' not found.")
        return record

    async def items(self, record: ConversationRecord) -> list[Item]:
        """Return all items, the first one first."""
        query = select(ResponseItemRecord.item).where(self._items_of(record))
        return list(await self._session.scalars(query.order_by(ResponseItemRecord.id)))

    async def list_items(self, record: ConversationRecord, page: Page) -> Listed[Item]:
        """Return a page of the items."""
        return await list_items(self._session, self._items_of(record), page)

    async def get_item(self, record: ConversationRecord, item_id: str) -> Item:
        """Return one item; raise NotFound."""
        query = select(ResponseItemRecord.item).where(
            self._items_of(record), ResponseItemRecord.public_id == item_id
        )
        item: Item | None = await self._session.scalar(query)
        if item is None:
            raise NotFound(f"Item with id '{shown_id(item_id)}' not found in the conversation.")
        return item

    def _items_of(self, record: ConversationRecord) -> ColumnElement[bool]:
        return and_(
            ResponseItemRecord.project_id == self._project_id, ResponseItemRecord.conversation_id == record.id
        )


class ConversationWriter(ConversationReader):
    """One project's conversations, to read and to change."""

    async def create(self, notes: dict[str, Any]) -> ConversationRecord:
        """Make an empty conversation."""
        record = ConversationRecord(
            public_id=ids.make_conversation_id(),
            project_id=self._project_id,
            key_id=self._caller.key_id,
            notes=notes,
        )
        self._session.add(record)
        await self._session.flush()
        await self._session.refresh(record)
        return record

    async def update(self, record: ConversationRecord, notes: dict[str, Any]) -> None:
        """Replace the notes."""
        record.notes = notes
        await self._session.flush()

    async def delete(self, record: ConversationRecord) -> None:
        """Delete a conversation and its items."""
        await self._session.execute(
            delete(ConversationRecord).where(
                ConversationRecord.project_id == self._project_id, ConversationRecord.id == record.id
            )
        )

    async def add(
        self, record: ConversationRecord, items: Sequence[Item], *, is_output: bool = False
    ) -> None:
        """Put items at the end."""
        rows = item_rows(items, project_id=self._project_id, conversation_id=record.id, is_output=is_output)
        self._session.add_all(rows)
        await self._session.flush()

    async def delete_item(self, record: ConversationRecord, item_id: str) -> None:
        """Take one item out; raise NotFound."""
        await self.get_item(record, item_id)
        await self._session.execute(
            delete(ResponseItemRecord).where(self._items_of(record), ResponseItemRecord.public_id == item_id)
        )
