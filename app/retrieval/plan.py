"""What a search is about, before anything is searched: its stores, their embedding space, and how much there is."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from app.core.errors import Conflict
from app.core.filters import Filter
from app.core.types import EmbeddingSpace, SearchRoute
from app.db.embedding_spaces import space_of
from app.db.project import ProjectReader
from app.db.project_search import StoreFacts, facts_of
from app.retrieval.routing import choose_route, lies_inline


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """The stores that hold anything, and how many files and chunks pass the filters."""

    stores: tuple[StoreFacts, ...]
    files: int
    chunks: int
    is_filtered: bool

    @property
    def store_ids(self) -> tuple[int, ...]:
        return tuple(store.id for store in self.stores)

    @property
    def probes(self) -> int | None:
        """How many lists of the store's index to read; None without one that serves."""
        store = self.stores[0]
        return store.ivfflat_probes if len(self.stores) == 1 and store.ivfflat_serves else None

    @property
    def route(self) -> SearchRoute:
        """The way to the nearest chunks."""
        chunks = sum(store.chunk_count for store in self.stores)
        usage_bytes = sum(store.usage_bytes for store in self.stores)
        inline = lies_inline(self.stores[0].dimensions or 0, chunks=chunks, usage_bytes=usage_bytes)
        return choose_route(
            chunk_count=self.chunks, filtered=self.is_filtered, probes=self.probes, inline=inline
        )

    @property
    def space(self) -> EmbeddingSpace:
        """The space of all the stores; Conflict when they are of several."""
        spaces = {space_of(store) for store in self.stores}
        if len(spaces) > 1:
            names = ", ".join(f"'{store.name or store.public_id}'" for store in self.stores)
            raise Conflict(
                f"The vector stores {names} are embedded with different models. Search one at a time, or bring them "
                "to one model with `footnote reembed`.",
                code="embedding_model_mismatch",
            )
        (space,) = spaces
        assert space is not None, "a store with chunks has an embedding space"
        return space


async def make_plan(
    snapshot: ProjectReader, references: Sequence[str] | None, filters: Filter | None
) -> SearchPlan:
    """Return the plan for the stores of these ids or names, or for the default store.

    Raises NotFound for a store that is not there, InvalidRequest for an expired one.
    """
    if references is None:
        stores = await snapshot.vector_stores.list_unnamed()
    else:
        stores = [await snapshot.vector_stores.get_open(reference) for reference in references]
    facts = [facts_of(store) for store in stores]
    return await plan_of(facts, filters, snapshot.vector_store_files.count_passing)


async def plan_of(
    stores: Sequence[StoreFacts],
    filters: Filter | None,
    count_passing: Callable[[Sequence[int], Filter], Awaitable[tuple[int, int]]],
) -> SearchPlan:
    """Return the plan for these stores; `count_passing` counts files and chunks that pass filters."""
    filled = {store.id: store for store in stores if store.chunk_count}
    chunks = sum(store.chunk_count for store in filled.values())
    if not filled:
        return SearchPlan((), 0, 0, is_filtered=filters is not None)
    files = sum(store.file_count for store in filled.values())
    if filters is not None:
        files, chunks = await count_passing(list(filled), filters)
    return SearchPlan(tuple(filled.values()), files, chunks, is_filtered=filters is not None)
