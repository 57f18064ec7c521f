"""Query parameters of lists."""

from typing import Annotated, Literal

from fastapi import Depends, Query

from app.core.file_status import FileStatus
from app.core.ids import ID_PATTERN
from app.core.types import Page


async def _page_query(
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    order: Annotated[Literal["asc", "desc"], Query()] = "desc",
    after: Annotated[str | None, Query(max_length=128, pattern=ID_PATTERN)] = None,
    before: Annotated[str | None, Query(max_length=128, pattern=ID_PATTERN)] = None,
) -> Page:
    return Page(limit, order == "desc", after, before)


PageDep = Annotated[Page, Depends(_page_query)]


async def _file_page_query(
    limit: Annotated[int, Query(ge=1, le=10_000)] = 10_000,
    order: Annotated[Literal["asc", "desc"], Query()] = "desc",
    after: Annotated[str | None, Query(max_length=128, pattern=ID_PATTERN)] = None,
) -> Page:
    return Page(limit, order == "desc", after)


FilePageDep = Annotated[Page, Depends(_file_page_query)]
StatusDep = Annotated[FileStatus | None, Query(alias="filter")]
