"""The files of stores as lists: what there is, bounded, and the keys of files by their names."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, text, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.file_status import FileStatus
from app.core.filters import Filter
from app.core.listing import LAST_PAGE, ListedFile, Listing, ListingQuery
from app.db.attribute_filters import attribute_condition
from app.models import Chunk, File, VectorStoreFile

# As many as a model or a person can read.
MOST_LISTED = 50
_MOST_KINDS = 20
_MOST_NAMED = 2_000
_MOST_PLACES = 20_000
_READABLE = (FileStatus.COMPLETED, FileStatus.IN_PROGRESS)
_SUFFIX = r"\.([^.]{1,12})$"
# Accents apart from their letters, and what stands between words.
_MARKS_AND_SEPARATORS = "[\u0300-\u036f _.-]"
_SHORT = 4


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A searchable file of a store: its keys, its name, and how many chunks it has."""

    store: int
    file: int
    filename: str
    chunks: int


@dataclass(frozen=True, slots=True)
class ChunkPlace:
    """Where a chunk stands in its file, without its text."""

    ordinal: int
    characters: int
    heading: str | None


class ListingReader:
    """One project's files, listed."""

    def __init__(self, session: AsyncSession, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    async def list_files(
        self, store_ids: Sequence[int], filters: Filter | None, query: ListingQuery, *, today: dt.date
    ) -> Listing:
        """Return the files that a query asks for, each once, as far as they pass the filters."""
        rows = self._memberships(store_ids, filters)
        kinds = await self._count_kinds(rows)
        counted = await self._session.execute(
            select(rows.c.status, func.count(), func.coalesce(func.sum(rows.c.size_bytes), 0)).group_by(
                rows.c.status
            )
        )
        by_status = {status: (count, int(size)) for status, count, size in counted}
        asked = rows.c.status.in_(_READABLE) & _wanted(rows.c, query)
        count = await self._session.scalar(select(func.count()).select_from(rows).where(asked))
        listed = select(rows).where(asked).order_by(*_order(rows.c, query)).limit(MOST_LISTED)
        files = list(await self._session.execute(listed))
        pages = await self._pages(store_ids, [row.id for row in files]) if query.named else {}
        return Listing(
            query,
            tuple(_listed(row, pages.get(row.id)) for row in files),
            count=count or 0,
            total=sum(by_status.get(status, (0, 0))[0] for status in _READABLE),
            total_bytes=sum(by_status.get(status, (0, 0))[1] for status in _READABLE),
            kinds=kinds,
            unread={
                status: count for status, (count, _) in by_status.items() if status != FileStatus.COMPLETED
            },
            today=today,
        )

    async def _pages(self, store_ids: Sequence[int], file_ids: Sequence[int]) -> dict[int, int | None]:
        """Return the number of the last page with text of each file that has pages."""
        last = func.max(func.coalesce(Chunk.page_end, Chunk.page))
        query = (
            select(Chunk.file_id, last)
            .where(Chunk.project_id == self._project_id, Chunk.vector_store_id.in_(store_ids))
            .where(Chunk.file_id.in_(file_ids))
            .group_by(Chunk.file_id)
            .order_by(Chunk.file_id)
            .limit(MOST_LISTED)
        )
        return {row[0]: row[1] for row in await self._session.execute(query)}

    async def list_named(
        self, store_ids: Sequence[int], filters: Filter | None, words: Sequence[str]
    ) -> list[NamedFile]:
        """Return the searchable files whose names hold one of the words, or any without words; the newest first."""
        query = (
            select(VectorStoreFile.vector_store_id, File.id, File.filename, VectorStoreFile.chunk_count)
            .join(File, File.id == VectorStoreFile.file_id)
            .where(self._passing(store_ids, filters), VectorStoreFile.chunk_count > 0)
            .order_by(File.id.desc(), VectorStoreFile.vector_store_id)
            .limit(_MOST_NAMED)
        )
        if words:
            query = query.where(or_(*(_holds(File.filename, word) for word in words)))
        found: dict[int, NamedFile] = {}
        for row in await self._session.execute(query):
            found.setdefault(row.id, NamedFile(*row))
        return list(found.values())

    async def list_places(self, file: NamedFile, *, page: int | None = None) -> list[ChunkPlace]:
        """Return the places of a file's chunks, or of those on a page, in order, as many as a long book has.

        `LAST_PAGE` is a page, too.
        """
        query = (
            select(Chunk.ordinal, Chunk.char_end - Chunk.char_start, Chunk.heading)
            .where(Chunk.project_id == self._project_id)
            .where(Chunk.vector_store_id == file.store, Chunk.file_id == file.file)
            .order_by(Chunk.ordinal)
            .limit(_MOST_PLACES)
        )
        if page is not None:
            last = func.coalesce(Chunk.page_end, Chunk.page)
            number = query.with_only_columns(func.max(last)).order_by(None).limit(None).scalar_subquery()
            wanted = number if page == LAST_PAGE else page
            query = query.where(Chunk.page <= wanted, last >= wanted)
        return [ChunkPlace(*row) for row in await self._session.execute(query)]

    async def _count_kinds(self, rows: Any) -> dict[str, int]:
        suffix = func.coalesce(_suffix(rows.c.filename), "")
        query = (
            select(suffix, func.count())
            .where(rows.c.status.in_(_READABLE))
            .group_by(suffix)
            .order_by(func.count().desc(), suffix)
            .limit(_MOST_KINDS)
        )
        return {row[0]: row[1] for row in await self._session.execute(query)}

    def _memberships(self, store_ids: Sequence[int], filters: Filter | None) -> Any:
        """Return each file of the stores once, as it stands in the store where it is furthest."""
        rank = case((VectorStoreFile.status == FileStatus.COMPLETED, 0), else_=1)
        query = (
            select(
                File.id, File.public_id, File.filename, File.size_bytes,
                VectorStoreFile.created_at, VectorStoreFile.status,
            )
            .join(File, File.id == VectorStoreFile.file_id)
            .where(self._passing(store_ids, filters), VectorStoreFile.status != FileStatus.CANCELLED)
        )  # fmt: skip
        return query.ext(distinct_on(File.id)).order_by(File.id, rank).subquery("listed")

    def _passing(self, store_ids: Sequence[int], filters: Filter | None) -> ColumnElement[bool]:
        in_stores = and_(
            VectorStoreFile.project_id == self._project_id, VectorStoreFile.vector_store_id.in_(store_ids)
        )
        return in_stores if filters is None else in_stores & attribute_condition(filters)


def _wanted(rows: Any, query: ListingQuery) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    if query.kinds:
        conditions.append(_suffix(rows.filename).in_(query.kinds))
    if query.named:
        conditions.append(rows.filename.in_(query.named))
    if query.since is not None:
        conditions.append(rows.created_at >= dt.datetime.combine(query.since, dt.time(), dt.UTC))
    return and_(true(), *conditions)


def _order(rows: Any, query: ListingQuery) -> list[Any]:
    """Order by what is asked for; a topic's names come before all."""
    by: dict[str | None, list[Any]] = {
        "oldest": [rows.created_at, rows.id],
        "largest": [rows.size_bytes.desc(), rows.id.desc()],
        "smallest": [rows.size_bytes, rows.id.desc()],
    }
    order = by.get(query.order, [rows.created_at.desc(), rows.id.desc()])
    if not query.topic:
        return order
    named = or_(*(_holds(rows.filename, word) for word in query.topic))
    return [case((named, 0), else_=1), *order]


def _suffix(filename: Any) -> ColumnElement[str]:
    return func.lower(func.substring(filename, _SUFFIX))


def _holds(filename: Any, word: str) -> ColumnElement[bool]:
    """Whether a name holds a word, in the plural or not. Accents, and what stands between words, are ignored."""
    stem = word[:-1] if len(word) > _SHORT else word
    lowered = func.lower(func.normalize(filename, text("NFKD")))
    return func.regexp_replace(lowered, _MARKS_AND_SEPARATORS, "", "g").contains(stem, autoescape=True)


def _listed(row: Any, pages: int | None) -> ListedFile:
    return ListedFile(row.public_id, row.filename, row.size_bytes, row.created_at, row.status, pages)
