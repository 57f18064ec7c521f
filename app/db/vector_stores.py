"""Vector stores in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Select, bindparam, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import ids
from app.core.errors import InvalidRequest, NotFound
from app.core.ids import shown_id
from app.core.stemming import UNDETERMINED
from app.core.types import Caller, EmbeddingSpace, Page
from app.db.forgetting import forget_texts
from app.db.paging import Border, Listed, PageKeys, deleted_place, listed, page_query
from app.db.reach import reachable_stores
from app.models import File, VectorStore, VectorStoreFile

DEFAULT_NAME = "default"
# Built once: each search reads its store, and building this statement costs more than running it.
_OWNED = select(VectorStore).where(VectorStore.project_id == bindparam("project_id"))
_REFERENCED = (
    _OWNED.where(
        or_(VectorStore.public_id == bindparam("reference"), VectorStore.name == bindparam("reference"))
    )
    .order_by(VectorStore.public_id != bindparam("reference"), VectorStore.id)
    .limit(1)
)
# A store that was switched to another embedding space meanwhile takes nothing in.
TAKE_IN = text("""
    with spoken as (
        select cast(language as varchar) as language, place
        from jsonb_array_elements_text(cast(:languages as jsonb)) with ordinality as given (language, place)
    )
    update vector_stores s
    set embedding_model = coalesce(s.embedding_model, :model),
        dimensions = case when s.embedding_model is null then :dimensions else s.dimensions end,
        file_count = s.file_count + :files, chunk_count = s.chunk_count + :chunks,
        usage_bytes = s.usage_bytes + :usage_bytes, last_active_at = now(),
        languages = s.languages || array(
            select language from spoken where not s.languages @> array[spoken.language] order by place
        ),
        language = coalesce(s.language, (
            select language from spoken
            where spoken.language <> :undetermined and not s.languages @> array[spoken.language] order by place limit 1
        ))
    where s.id = :store_id and s.project_id = :project_id
      and (s.embedding_model is null or s.embedding_model = :model and s.dimensions = :dimensions)
    returning s.id
""")
_NOTE_LANGUAGE = text("""
    update vector_stores set languages = array_append(languages, cast(:language as varchar)),
        language = coalesce(language, nullif(:language, :undetermined))
    where id = :store_id and project_id = :project_id and not languages @> array[cast(:language as varchar)]
""")
_DEFAULT = _OWNED.where(VectorStore.is_default).limit(1)


@dataclass(frozen=True, slots=True)
class Added:
    """What files add to a store: to its counts, and the languages that they are in."""

    files: int
    chunks: int
    usage_bytes: int
    languages: Sequence[str] = ()


class VectorStoreReader:
    """One project's vector stores."""

    def __init__(self, session: AsyncSession, caller: Caller) -> None:
        self._session = session
        self._project_id = caller.project_id
        self._reach = caller.reach

    async def get(self, reference: str) -> VectorStore:
        """Return the store whose id or name is `reference` (the oldest of a name); raise NotFound."""
        store = await self.find(reference)
        if store is None:
            raise no_store(reference)
        return store

    async def get_by_key(self, store_id: int) -> VectorStore:
        """Return a store by its key; NotFound when it is gone."""
        query = select(VectorStore).where(
            VectorStore.id == store_id, VectorStore.project_id == self._project_id
        )
        store = await self._session.scalar(query.where(*reachable_stores(self._reach)))
        if store is None:
            raise NotFound("The vector store was deleted.")
        return store

    async def find(self, reference: str) -> VectorStore | None:
        """Return the store whose id or name is `reference`, the id first, or None."""
        wanted = {"project_id": self._project_id, "reference": reference}
        return await self._session.scalar(self._reachable(_REFERENCED), wanted)

    async def find_default(self) -> VectorStore | None:
        """Return the project's default store, or None before its first file."""
        return await self._session.scalar(self._reachable(_DEFAULT), {"project_id": self._project_id})

    async def list_unnamed(self) -> list[VectorStore]:
        """Return where a search looks that names no store: the default store, or the stores that the key is bound to."""
        if self._reach.stores is not None:
            return [store for store in await self.list_all() if not store.is_expired]
        default = await self.find_default()
        return [default] if default else []

    async def list_all(self) -> list[VectorStore]:
        """Return every store."""
        query = select(VectorStore).where(VectorStore.project_id == self._project_id).order_by(VectorStore.id)
        return list(await self._session.scalars(self._reachable(query)))

    async def list_page(self, page: Page) -> Listed[VectorStore]:
        """Return a page of stores by creation; NotFound for a cursor that is not there."""
        query = self._reachable(select(VectorStore).where(VectorStore.project_id == self._project_id))
        keys = PageKeys(
            VectorStore.created_at,
            VectorStore.id,
            after=await self._border(page.after),
            before=await self._border(page.before),
        )
        return listed((await self._session.scalars(page_query(query, page, keys))).all(), page)

    def _reachable(self, query: Select[VectorStore]) -> Select[VectorStore]:
        # The statement that most requests share stays as it is: it is built and cached once.
        conditions = reachable_stores(self._reach)
        return query.where(*conditions) if conditions else query

    async def _border(self, store_id: str | None) -> Border | None:
        if store_id is None:
            return None
        store = await self.find(store_id)
        if store is not None:
            return store.created_at, store.id
        place = await deleted_place(self._session, self._project_id, "vector_stores", store_id)
        if place is None:
            raise no_store(store_id)
        return place

    async def get_open(self, reference: str) -> VectorStore:
        """Return the store like `get`; raise InvalidRequest when it is expired."""
        store = await self.get(reference)
        if store.is_expired:
            raise expired(reference)
        return store


class VectorStoreWriter(VectorStoreReader):
    """One project's vector stores, to read and to change."""

    async def get_or_create_default(self) -> VectorStore:
        """Return the project's default store; make it when there is none."""
        values = {
            "project_id": self._project_id,
            "public_id": ids.make_vector_store_id(),
            "name": DEFAULT_NAME,
            "is_default": True,
        }
        await self._session.execute(insert(VectorStore).values(values).on_conflict_do_nothing())
        store = await self.find_default()
        assert store is not None, "the insert above made it or met it"
        return store

    async def create(self, *, name: str = "", **fields: Any) -> VectorStore:
        """Make an empty store; `fields` are columns of its own."""
        store = VectorStore(
            project_id=self._project_id, public_id=ids.make_vector_store_id(), name=name, **fields
        )
        self._session.add(store)
        await self._session.flush()
        await self._session.refresh(store)
        return store

    async def bind_space(self, store_id: int, space: EmbeddingSpace) -> VectorStore:
        """Return the store, locked, after giving it this embedding space if it has none yet."""
        query = select(VectorStore).where(
            VectorStore.id == store_id, VectorStore.project_id == self._project_id
        )
        # Not FOR UPDATE: rows that refer to the store hold its key, and two files would wait for each other.
        store = await self._session.scalar(query.with_for_update(key_share=True))
        if store is None:
            raise NotFound("The vector store was deleted while the file was read.")
        if store.embedding_model is None:
            store.embedding_model, store.dimensions = space.model, space.dimensions
            await self._session.flush()
        return store

    async def note_activity(self, store_ids: Sequence[int]) -> None:
        """Restart the time until the stores expire, except for stores that another transaction is changing."""
        # A search must not wait for a store that is being switched to another embedding space. The next search notes it.
        free = select(VectorStore.id).where(
            VectorStore.id.in_(store_ids), VectorStore.project_id == self._project_id
        )
        await self._session.execute(
            update(VectorStore)
            .where(VectorStore.id.in_(free.with_for_update(key_share=True, skip_locked=True)))
            .values(last_active_at=func.now())
            .execution_options(synchronize_session=False)
        )

    async def take_in(self, store_id: int, space: EmbeddingSpace, added: Added) -> bool:
        """Count in what was read into the store, whose space this is from now on if it had none.

        False, without a change, when its space is another. The store's row stays locked to the end of the transaction.
        """
        keys = {"store_id": store_id, "project_id": self._project_id}
        found = await (await self._session.connection()).execute(TAKE_IN, keys | taken_in(space, added))
        return found.first() is not None

    async def note_language(self, store_id: int, language: str) -> None:
        """Note that the store holds texts in a language; the first that was recognised is the store's."""
        keys = {"store_id": store_id, "project_id": self._project_id}
        await (await self._session.connection()).execute(
            _NOTE_LANGUAGE, keys | {"language": language, "undetermined": UNDETERMINED}
        )

    async def update(self, store: VectorStore, fields: Mapping[str, Any]) -> VectorStore:
        """Change columns of the store; raise NotFound if it was deleted meanwhile."""
        if fields:
            changed = await self._session.scalar(
                update(VectorStore)
                .where(VectorStore.project_id == self._project_id, VectorStore.id == store.id)
                .values(fields)
                .returning(VectorStore.id)
            )
            if changed is None:
                raise no_store(store.public_id)
            await self._session.refresh(store)
        return store

    async def delete(self, store: VectorStore) -> None:
        """Delete the store with its chunks, and what records quote of them; the files stay."""
        files = select(File.public_id).join(VectorStoreFile, VectorStoreFile.file_id == File.id)
        files = files.where(File.project_id == self._project_id)
        held = (await self._session.scalars(files.where(VectorStoreFile.vector_store_id == store.id))).all()
        await self._session.execute(
            delete(VectorStore).where(VectorStore.project_id == self._project_id, VectorStore.id == store.id)
        )
        await forget_texts(await self._session.connection(), held)


def taken_in(space: EmbeddingSpace, added: Added) -> dict[str, object]:
    """Return what files add to a store as TAKE_IN takes it."""
    return {
        "model": space.model,
        "dimensions": space.dimensions,
        "files": added.files,
        "chunks": added.chunks,
        "usage_bytes": added.usage_bytes,
        "languages": orjson.dumps(list(dict.fromkeys(added.languages))).decode(),
        "undetermined": UNDETERMINED,
    }


def expired(reference: str) -> InvalidRequest:
    """Return the error for a store whose time is over."""
    return InvalidRequest(
        f"Vector store '{reference}' is expired. Make a new one with the same files.",
        code="vector_store_expired",
    )


def no_store(reference: str) -> NotFound:
    """Return the error for a store that is not there."""
    return NotFound(f"Vector store with id '{shown_id(reference)}' not found.")
