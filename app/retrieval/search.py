"""A question to snippets: the only search path, for chats, the API and the command line."""

import datetime as dt
import time
from dataclasses import dataclass, field
from typing import Protocol

from app.core import ids
from app.core.errors import InvalidRequest
from app.core.types import Caller, SearchMode, SearchRoute, Snippet
from app.db.chunk_search import FoundChunk, SemanticSpec
from app.db.database import Database, Snapshot
from app.db.embedding_spaces import check_space
from app.models import VectorStore
from app.providers.base import EmbeddingProvider
from app.retrieval.routing import choose_route
from app.wire.filters import Filter

# How stale `last_active_at` may be: expiry counts in days, and not each search shall write.
_ACTIVITY = dt.timedelta(minutes=10)
# A query is embedded whole; far beyond a question's length it only costs.
_LONGEST_QUERY = 8_000


class ProbesPolicy(Protocol):
    """Says how many of an index's lists a search reads."""

    def probes_for(self, lists: int) -> int: ...


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What to search for, and where. `store_references` are ids or names; None means the project's default store."""

    query: str
    store_references: tuple[str, ...] | None = None
    max_num_results: int = 10
    score_threshold: float = 0.0
    filters: Filter | None = None
    mode: SearchMode | None = None


@dataclass(frozen=True, slots=True)
class Retrieval:
    """One search and what it found: snippets by falling score (cosine similarity, 0..1), numbered from 1.

    The route is "empty" when there was nothing to search in.
    """

    retrieval_id: str
    query: str
    route: SearchRoute
    snippets: tuple[Snippet, ...] = ()
    files_searched: int = 0
    seconds: float = 0.0
    mode: SearchMode = field(default="semantic")


@dataclass(frozen=True, slots=True)
class _Plan:
    stores: tuple[VectorStore, ...]
    files: int
    chunks: int

    @property
    def dimensions(self) -> int:
        return self.stores[0].dimensions or 0

    @property
    def index_lists(self) -> int | None:
        return self.stores[0].ivfflat_lists if len(self.stores) == 1 else None


class Retriever:
    """Searches a project's vector stores."""

    def __init__(self, database: Database, embeddings: EmbeddingProvider, probes: ProbesPolicy) -> None:
        self._database = database
        self._embeddings = embeddings
        self._probes = probes

    async def search(self, caller: Caller, request: SearchRequest) -> Retrieval:
        """Return what the stores hold on the query.

        Raises NotFound for a store that is not there, Conflict for one embedded with another model.
        """
        started = time.perf_counter()
        _check_mode(request.mode)
        retrieval_id = ids.make_retrieval_id()
        async with self._database.snapshot(caller.project_id) as snapshot:
            plan = await self._plan(snapshot, request)
        if not plan.chunks or not request.query.strip():
            return Retrieval(retrieval_id, request.query, "empty")

        spec = await self._spec(plan, request)
        await self._note_activity(caller, plan.stores)
        async with self._database.snapshot(caller.project_id) as snapshot:
            found = await snapshot.chunk_search.semantic_search(spec)
        return Retrieval(
            retrieval_id,
            request.query,
            spec.route,
            snippets=_snippets(found, request.score_threshold),
            files_searched=plan.files,
            seconds=time.perf_counter() - started,
        )

    async def _plan(self, snapshot: Snapshot, request: SearchRequest) -> _Plan:
        if request.store_references is None:
            default = await snapshot.vector_stores.find_default()
            stores = [default] if default else []
        else:
            stores = [
                await snapshot.vector_stores.get_open(reference) for reference in request.store_references
            ]

        distinct = {store.id: store for store in stores if store.chunk_count}
        for store in distinct.values():
            check_space(store, model=self._embeddings.model, dimensions=self._embeddings.dimensions)
        keys = list(distinct)
        counts = await snapshot.vector_store_files.count_by_status(keys) if keys else {}
        chunks = sum(store.chunk_count for store in distinct.values())
        if keys and request.filters is not None:
            chunks = await snapshot.vector_store_files.count_chunks(keys, filters=request.filters)
        files = sum(by_status.get("completed", 0) for by_status in counts.values())
        return _Plan(tuple(distinct.values()), files, chunks)

    async def _note_activity(self, caller: Caller, stores: tuple[VectorStore, ...]) -> None:
        """A search keeps a store from expiring."""
        stale = dt.datetime.now(dt.UTC) - _ACTIVITY
        expiring = [
            store.id
            for store in stores
            if store.expires_after_days and (store.last_active_at or store.created_at) < stale
        ]
        if expiring:
            async with self._database.transaction(caller.project_id) as tx:
                await tx.vector_stores.note_activity(expiring)

    async def _spec(self, plan: _Plan, request: SearchRequest) -> SemanticSpec:
        route = choose_route(
            chunk_count=plan.chunks,
            dimensions=plan.dimensions,
            filtered=request.filters is not None,
            indexed=plan.index_lists is not None,
        )
        embedded = await self._embeddings.embed([request.query[:_LONGEST_QUERY]], purpose="query")
        return SemanticSpec(
            store_ids=tuple(store.id for store in plan.stores),
            embedding=embedded.vectors[0],
            limit=request.max_num_results,
            route=route,
            filters=request.filters,
            probes=self._probes.probes_for(plan.index_lists) if plan.index_lists else 1,
        )


def _check_mode(mode: SearchMode | None) -> None:
    if mode in ("hybrid", "lexical"):
        raise InvalidRequest(
            f"Search mode '{mode}' is not available in this version. Leave it out, or use 'semantic'.",
            param="footnote.mode",
            code="unsupported_value",
        )


def _snippets(found: list[FoundChunk], threshold: float) -> tuple[Snippet, ...]:
    scored = [(min(1.0, max(0.0, chunk.cosine)), chunk) for chunk in found]
    kept = [(score, chunk) for score, chunk in scored if score >= threshold]
    return tuple(_snippet(n, score, chunk) for n, (score, chunk) in enumerate(kept, 1))


def _snippet(n: int, score: float, chunk: FoundChunk) -> Snippet:
    return Snippet(
        n=n,
        chunk_id=chunk.chunk_id,
        file_id=chunk.file_id,
        filename=chunk.filename,
        text=chunk.content,
        char_start=chunk.char_start,
        char_end=chunk.char_end,
        score=round(score, 6),
        cosine=round(chunk.cosine, 6),
        page=chunk.page,
        heading=chunk.heading,
        source=chunk.source,
        attributes=chunk.attributes,
        metadata=chunk.metadata,
    )
