"""Stored responses in the database."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from app.core.errors import NotFound
from app.core.ids import shown_id
from app.core.types import Caller, Page
from app.db.clock import in_future
from app.db.json_values import without_nul
from app.db.paging import Listed
from app.db.reach import made_by
from app.db.response_items import Item, item_rows, list_items
from app.models import ConversationRecord, ResponseItemRecord, ResponseRecord

# More turns than any model reads.
_LONGEST_CHAIN = 1_000
_HISTORY = text("""
    with recursive chain (id, previous_id, depth) as (
        select id, previous_id, 0 from responses where id = :response_id and project_id = :project_id
        union all
        select r.id, r.previous_id, chain.depth + 1 from responses r join chain on r.id = chain.previous_id
        where chain.depth < :longest and r.project_id = :project_id
    )
    select i.item from chain join response_items i on i.response_id = chain.id
    order by chain.depth desc, i.id
""")


class ResponseReader:
    """One project's stored responses."""

    def __init__(self, session: AsyncSession, caller: Caller) -> None:
        self._session = session
        self._project_id = caller.project_id
        self._caller = caller

    async def get(self, response_id: str, *, with_events: bool = False) -> ResponseRecord:
        """Return a response that has not expired; raise NotFound."""
        record = await self.find(response_id, with_events=with_events)
        if record is None:
            raise NotFound(f"Response with id '{shown_id(response_id)}' not found.")
        return record

    async def find(self, response_id: str, *, with_events: bool = False) -> ResponseRecord | None:
        """Return a response that has not expired, or None."""
        query = select(ResponseRecord).where(
            ResponseRecord.project_id == self._project_id,
            ResponseRecord.public_id == response_id,
            or_(ResponseRecord.expires_at.is_(None), ResponseRecord.expires_at > func.now()),
            *made_by(ResponseRecord.key_id, self._caller),
        )
        return await self._session.scalar(
            query.options(undefer(ResponseRecord.events)) if with_events else query
        )

    async def history(self, record: ResponseRecord) -> list[Item]:
        """Return all items up to the end of a response. Those of the responses that it continues come first."""
        wanted = {"response_id": record.id, "project_id": self._project_id, "longest": _LONGEST_CHAIN}
        return list(await self._session.scalars(_HISTORY, wanted))

    async def list_given(self, record: ResponseRecord, page: Page) -> Listed[Item]:
        """Return a page of the items that a response was given."""
        own = ResponseItemRecord.project_id == self._project_id
        owner = own & (ResponseItemRecord.response_id == record.id) & ResponseItemRecord.is_output.is_(False)
        return await list_items(self._session, owner, page)

    async def find_items(self, item_ids: Sequence[str]) -> dict[str, Item]:
        """Return item id → item, for those of the project's that are there."""
        query = select(ResponseItemRecord).where(
            ResponseItemRecord.project_id == self._project_id, ResponseItemRecord.public_id.in_(item_ids)
        )
        if self._caller.reach.is_bound:
            query = query.where(_of_key(self._caller))
        return {row.public_id: row.item for row in await self._session.scalars(query)}


class ResponseWriter(ResponseReader):
    """One project's stored responses, to read and to change."""

    async def create(
        self,
        body: dict[str, Any],
        events: Sequence[dict[str, Any]],
        *,
        given: Sequence[Item],
        previous_id: int | None,
        life: dt.timedelta | None,
    ) -> None:
        """Store a response with the items that it was given, and those of its output."""
        record = ResponseRecord(
            public_id=body["id"],
            project_id=self._project_id,
            previous_id=previous_id,
            expires_at=None if life is None else in_future(life),
            key_id=self._caller.key_id,
            body=without_nul(body),
            events=without_nul(list(events)),
        )
        self._session.add(record)
        await self._session.flush()
        for items, is_output in ((given, False), (body["output"], True)):
            rows = item_rows(items, project_id=self._project_id, response_id=record.id, is_output=is_output)
            self._session.add_all(rows)
        await self._session.flush()

    async def delete(self, record: ResponseRecord) -> None:
        """Delete a response and its items. Responses that continue it lose this part of their history."""
        await self._session.execute(
            delete(ResponseRecord).where(
                ResponseRecord.project_id == self._project_id, ResponseRecord.id == record.id
            )
        )


def _of_key(caller: Caller) -> ColumnElement[bool]:
    """Return what an item must fulfil that a bound key may refer to: a response or conversation of its own holds it."""
    responses = select(ResponseRecord.id).where(*made_by(ResponseRecord.key_id, caller))
    conversations = select(ConversationRecord.id).where(*made_by(ConversationRecord.key_id, caller))
    return or_(
        ResponseItemRecord.response_id.in_(responses), ResponseItemRecord.conversation_id.in_(conversations)
    )
