"""Vector stores: create, retrieve, list, update, delete."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.chunking import ChunkingRule
from app.core.file_status import FileStatus
from app.core.topics import MOST_TOPICS, Topic, topics_of
from app.core.types import Caller, Page
from app.db.database import Database
from app.db.paging import Listed
from app.db.project import ProjectReader
from app.library.vector_store_files import attach_in
from app.models import VectorStore


@dataclass(frozen=True, slots=True)
class CountedStore:
    """A store, and how many of its files are in which status."""

    store: VectorStore
    counts: Mapping[FileStatus, int]


class VectorStoreLibrary:
    """A project's vector stores."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(
        self,
        caller: Caller,
        *,
        file_ids: Sequence[str],
        chunking: ChunkingRule,
        fields: Mapping[str, Any],
    ) -> CountedStore:
        """Make a store and queue its first files, all or nothing."""
        async with self._database.of(caller).write() as tx:
            is_given = fields.get("language") is not None
            store = await tx.vector_stores.create(**fields, language_given=is_given)
            for file_id in dict.fromkeys(file_ids):
                await attach_in(tx, store, file_id, attributes={}, chunking=chunking)
            return await _counted(tx, store)

    async def retrieve(self, caller: Caller, store_id: str) -> CountedStore:
        """Return a store; raise NotFound."""
        async with self._database.of(caller).read() as snapshot:
            return await _counted(snapshot, await snapshot.vector_stores.get(store_id))

    async def topics(self, caller: Caller, store_id: str) -> Sequence[Topic]:
        """Return what the newest searchable files of a store are about; raise NotFound."""
        async with self._database.of(caller).read() as snapshot:
            store = await snapshot.vector_stores.get(store_id)
            named = await snapshot.listings.list_named([store.id], caller.reach.filters, ())
            newest = named[:MOST_TOPICS]
            places = [await snapshot.listings.list_places(file) for file in newest]
        headings = ([place.heading for place in held if place.heading] for held in places)
        return topics_of([(file.filename, above) for file, above in zip(newest, headings, strict=True)])

    async def list(self, caller: Caller, page: Page) -> Listed[CountedStore]:
        """Return a page of stores."""
        async with self._database.of(caller).read() as snapshot:
            found = await snapshot.vector_stores.list_page(page)
            counts = await snapshot.vector_store_files.count_by_status([store.id for store in found.items])
        return Listed([CountedStore(store, counts[store.id]) for store in found.items], found.has_more)

    async def update(self, caller: Caller, store_id: str, fields: Mapping[str, Any]) -> CountedStore:
        """Change the fields that are given."""
        async with self._database.of(caller).write() as tx:
            store = await tx.vector_stores.update(await tx.vector_stores.get(store_id), fields)
            return await _counted(tx, store)

    async def delete(self, caller: Caller, store_id: str) -> None:
        """Delete a store with its chunks; its files stay."""
        async with self._database.of(caller).write(timeout_seconds=60) as tx:
            store = await tx.vector_stores.get(store_id)
            await tx.vector_stores.delete(store)
            await tx.audit.note("vector_store.deleted", store.public_id)


async def _counted(snapshot: ProjectReader, store: VectorStore) -> CountedStore:
    counts = await snapshot.vector_store_files.count_by_status([store.id])
    return CountedStore(store, counts[store.id])
