"""Pages of lists in order of creation. Time and number are the key, so that no row is lost or repeated at equal times."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.core.types import Page
from app.models import DeletedPlace

_Item = TypeVar("_Item")
_Query = TypeVar("_Query", bound="Select[*tuple[Any, ...]]")

Border: TypeAlias = tuple[dt.datetime, int]


@dataclass(frozen=True, slots=True)
class Listed(Generic[_Item]):
    """A page's items in order, and whether there are more beyond it."""

    items: list[_Item]
    has_more: bool


@dataclass(frozen=True, slots=True)
class PageKeys:
    """What a list is ordered by, and the borders that the page's cursors stand for."""

    created_at: InstrumentedAttribute[dt.datetime]
    number: InstrumentedAttribute[int]
    after: Border | None = None
    before: Border | None = None


async def deleted_place(
    session: AsyncSession, project_id: str, list_name: str, public_id: str, *, store_id: int = 0
) -> Border | None:
    """Return where a row stood in its list before it was deleted, None when that is not known any more."""
    query = select(DeletedPlace.created_at, DeletedPlace.number).where(
        DeletedPlace.project_id == project_id,
        DeletedPlace.list == list_name,
        DeletedPlace.store_id == store_id,
        DeletedPlace.public_id == public_id,
    )
    row = (await session.execute(query)).first()
    return (row.created_at, row.number) if row is not None else None


def page_query(query: _Query, page: Page, keys: PageKeys) -> _Query:
    """Return the query of a page and one row more; before a border it reads backwards."""
    key = func.row(keys.created_at, keys.number)
    if keys.after is not None:
        query = query.where(_beyond(key, keys.after, smaller=page.descending))
    if keys.before is not None:
        query = query.where(_beyond(key, keys.before, smaller=not page.descending))

    columns = (keys.created_at, keys.number)
    descends = page.descending != page.reads_backwards
    order = [column.desc() if descends else column.asc() for column in columns]
    return query.order_by(*order).limit(page.limit + 1)


def listed(rows: Sequence[_Item], page: Page) -> Listed[_Item]:
    """Return the page from what its query found."""
    items = list(rows[: page.limit])
    if page.reads_backwards:
        items.reverse()
    return Listed(items, has_more=len(rows) > page.limit)


def _beyond(key: ColumnElement[Any], border: Border, *, smaller: bool) -> ColumnElement[bool]:
    row = func.row(*border)
    return key < row if smaller else key > row
