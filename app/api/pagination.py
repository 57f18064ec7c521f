"""Query parameters of lists."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Query


@dataclass(frozen=True, slots=True)
class PageQuery:
    """How much of a list, in which direction, from where."""

    limit: int
    descending: bool
    after: str | None


def _page_query(
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    order: Annotated[Literal["asc", "desc"], Query()] = "desc",
    after: Annotated[str | None, Query(max_length=128)] = None,
) -> PageQuery:
    return PageQuery(limit, order == "desc", after)


PageDep = Annotated[PageQuery, Depends(_page_query)]


def _file_page_query(
    limit: Annotated[int, Query(ge=1, le=10_000)] = 10_000,
    order: Annotated[Literal["asc", "desc"], Query()] = "desc",
    after: Annotated[str | None, Query(max_length=128)] = None,
) -> PageQuery:
    return PageQuery(limit, order == "desc", after)


FilePageDep = Annotated[PageQuery, Depends(_file_page_query)]
