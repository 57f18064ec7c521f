"""Items of responses and conversations: stored in order, listed by cursors."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.core.ids import shown_id
from app.core.types import Page
from app.db.json_values import without_nul
from app.db.paging import Listed, listed
from app.models import ResponseItemRecord

Item = dict[str, Any]


def item_rows(
    items: Iterable[Item],
    *,
    project_id: str,
    response_id: int | None = None,
    conversation_id: int | None = None,
    is_output: bool = False,
) -> list[ResponseItemRecord]:
    """Return the rows of items, in their order."""
    return [
        ResponseItemRecord(
            public_id=item["id"],
            project_id=project_id,
            response_id=response_id,
            conversation_id=conversation_id,
            is_output=is_output,
            item=without_nul(item),
        )
        for item in items
    ]


async def list_items(session: AsyncSession, owner: ColumnElement[bool], page: Page) -> Listed[Item]:
    """Return a page of an owner's items; raise NotFound for a cursor that is none of them."""
    query = select(ResponseItemRecord).where(owner)
    if page.after is not None:
        after = await _place(session, owner, page.after)
        query = query.where(
            ResponseItemRecord.id < after if page.descending else ResponseItemRecord.id > after
        )
    if page.before is not None:
        before = await _place(session, owner, page.before)
        query = query.where(
            ResponseItemRecord.id > before if page.descending else ResponseItemRecord.id < before
        )
    rows: Sequence[ResponseItemRecord] = (await session.scalars(_ordered(query, page))).all()
    found = listed(rows, page)
    return Listed([row.item for row in found.items], found.has_more)


def _ordered(query: Select[ResponseItemRecord], page: Page) -> Select[ResponseItemRecord]:
    descends = page.descending != page.reads_backwards
    key = ResponseItemRecord.id.desc() if descends else ResponseItemRecord.id.asc()
    return query.order_by(key).limit(page.limit + 1)


async def _place(session: AsyncSession, owner: ColumnElement[bool], item_id: str) -> int:
    query = select(ResponseItemRecord.id).where(owner, ResponseItemRecord.public_id == item_id)
    place = await session.scalar(query.limit(1))
    if place is None:
        raise NotFound(f"No item found with id '{shown_id(item_id)}'.")
    return place
