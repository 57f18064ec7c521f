"""A question to snippets: the only search path, for chats, the API and the command line."""

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.core import ids, metrics
from app.core.types import Caller, Json, SearchMode, SearchRoute, Snippet
from app.db.chunk_search import ChunkKey, FoundChunk, SearchSpec, SemanticLeg
from app.db.database import Database, Snapshot
from app.db.embedding_spaces import check_space
from app.models import VectorStore
from app.providers.base import EmbeddingProvider
from app.retrieval.query_words import QueryWords, find_words
from app.retrieval.ranking import Fusion, Ranked, best_of, rank
from app.retrieval.routing import choose_route
from app.wire.filters import Filter

# How stale `last_active_at` may be: expiry counts in days, and not each search shall write.
_ACTIVITY = dt.timedelta(minutes=10)
# A query is embedded whole; far beyond a question's length it only costs.
_LONGEST_QUERY = 8_000
# So many chunks of each leg are fused.
_CANDIDATES = 100
_RECORDED_CANDIDATES = 50


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What to search for, and where. `store_references` are ids or names; None means the project's default store.

    Several queries are one search: each chunk counts by the one that it answers best. `ranker` "rrf" asks for
    reciprocal rank fusion, `lexical_weight` (0..1) says how much the words count against the meaning.
    """

    queries: tuple[str, ...]
    store_references: tuple[str, ...] | None = None
    max_num_results: int = 10
    score_threshold: float = 0.0
    filters: Filter | None = None
    mode: SearchMode | None = None
    ranker: str | None = None
    lexical_weight: float | None = None


@dataclass(frozen=True, slots=True)
class Retrieval:
    """One search and what it found: snippets by falling score, 0..1, numbered from 1.

    The route is "empty" when there was nothing to search in. `candidates` are the best chunks before the choice, with
    the scores of both legs; `timings` are seconds by step.
    """

    retrieval_id: str
    queries: tuple[str, ...]
    route: SearchRoute
    mode: SearchMode
    snippets: tuple[Snippet, ...] = ()
    files_searched: int = 0
    store_ids: tuple[str, ...] = ()
    candidates: tuple[Json, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        return sum(self.timings.values())


@dataclass(frozen=True, slots=True)
class _Plan:
    stores: tuple[VectorStore, ...]
    files: int
    chunks: int

    @property
    def store_ids(self) -> tuple[int, ...]:
        return tuple(store.id for store in self.stores)

    @property
    def total_chunks(self) -> int:
        return sum(store.chunk_count for store in self.stores)

    @property
    def probes(self) -> int | None:
        """How many lists of the store's index to read; None without one that serves."""
        store = self.stores[0]
        return store.ivfflat_probes if len(self.stores) == 1 and store.ivfflat_serves else None


class Retriever:
    """Searches a project's vector stores."""

    def __init__(
        self,
        database: Database,
        embeddings: EmbeddingProvider,
        fusion: Fusion | None = None,
    ) -> None:
        self._database = database
        self._embeddings = embeddings
        self._fusion = fusion or Fusion()

    async def search(self, caller: Caller, request: SearchRequest) -> Retrieval:
        """Return what the stores hold on the queries.

        Raises NotFound for a store that is not there, Conflict for one embedded with another model.
        """
        started = time.perf_counter()
        retrieval_id = ids.make_retrieval_id()
        mode = request.mode or "hybrid"
        queries = tuple(query[:_LONGEST_QUERY] for query in request.queries if query.strip())
        async with self._database.snapshot(caller.project_id) as snapshot:
            plan = await self._plan(snapshot, request)
        if not plan.chunks or not queries:
            return Retrieval(retrieval_id, request.queries, "empty", mode)

        route: SearchRoute = "lexical" if mode == "lexical" else self._route(plan, request)
        metrics.searches.labels(route).inc()
        planned = time.perf_counter()
        legs = await self._semantic_legs(plan, queries, route)
        embedded = time.perf_counter()
        await self._note_activity(caller, plan.stores)
        async with self._database.snapshot(caller.project_id) as snapshot:
            ranked = best_of(
                [
                    await self._rank(snapshot, plan, request, query, leg)
                    for query, leg in zip(queries, legs, strict=True)
                ]
            )
            kept = [entry for entry in ranked if entry.score >= request.score_threshold]
            shown = kept[: 2 * request.max_num_results]
            texts = await snapshot.chunk_search.fetch([entry.candidate.key for entry in shown])
            recorded = ranked[:_RECORDED_CANDIDATES]
            chunk_ids = await snapshot.chunk_search.chunk_ids([entry.candidate.key for entry in recorded])
        return Retrieval(
            retrieval_id,
            queries,
            route,
            mode,
            snippets=_snippets(shown, texts, limit=request.max_num_results),
            files_searched=plan.files,
            store_ids=tuple(store.public_id for store in plan.stores),
            candidates=tuple(_candidate(entry, chunk_ids) for entry in recorded),
            timings={
                "plan": planned - started,
                "embed": embedded - planned,
                "search": time.perf_counter() - embedded,
            },
        )

    async def _rank(
        self,
        snapshot: Snapshot,
        plan: _Plan,
        request: SearchRequest,
        query: str,
        semantic: SemanticLeg | None,
    ) -> list[Ranked]:
        """Return the chunks that one query finds, best first."""
        mode = request.mode or "hybrid"
        words = QueryWords() if mode == "semantic" else await find_words(snapshot, plan.stores, query)
        spec = SearchSpec(
            plan.store_ids,
            limit=_CANDIDATES,
            semantic=semantic,
            lexical=words.leg,
            filters=request.filters,
        )
        if spec.semantic is None and spec.lexical is None:
            return []
        candidates = await snapshot.chunk_search.find_candidates(spec)
        return rank(candidates, mode=mode, fusion=self._fusion_for(request), idf_sum=words.idf_sum)

    def _fusion_for(self, request: SearchRequest) -> Fusion:
        weight = request.lexical_weight
        return Fusion(
            "rrf" if request.ranker == "rrf" else self._fusion.method,
            self._fusion.lexical_weight if weight is None else weight,
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

    def _route(self, plan: _Plan, request: SearchRequest) -> SearchRoute:
        return choose_route(
            chunk_count=plan.chunks,
            filtered=request.filters is not None,
            probes=plan.probes,
        )

    async def _semantic_legs(
        self, plan: _Plan, queries: tuple[str, ...], route: SearchRoute
    ) -> list[SemanticLeg | None]:
        if route == "lexical":
            return [None] * len(queries)
        embedded = await self._embeddings.embed(queries, purpose="query")
        return [SemanticLeg(vector, route, plan.probes or 1) for vector in embedded.vectors]


def _snippets(ranked: list[Ranked], texts: dict[ChunkKey, FoundChunk], *, limit: int) -> tuple[Snippet, ...]:
    """Return the best chunks as snippets; a text that stands in several files is told once."""
    chosen: list[tuple[Ranked, FoundChunk]] = []
    seen: set[str] = set()
    for entry in ranked:
        chunk = texts.get(entry.candidate.key)
        if chunk is not None and chunk.content not in seen and len(chosen) < limit:
            seen.add(chunk.content)
            chosen.append((entry, chunk))
    return tuple(_snippet(n, entry, chunk) for n, (entry, chunk) in enumerate(chosen, 1))


def _snippet(n: int, entry: Ranked, chunk: FoundChunk) -> Snippet:
    return Snippet(
        n=n,
        chunk_id=chunk.chunk_id,
        file_id=chunk.file_id,
        filename=chunk.filename,
        text=chunk.content,
        char_start=chunk.char_start,
        char_end=chunk.char_end,
        score=round(entry.score, 6),
        cosine=_rounded(entry.candidate.cosine),
        lexical=_rounded(entry.candidate.lexical),
        page=chunk.page,
        heading=chunk.heading,
        source=chunk.source,
        attributes=chunk.attributes,
        metadata=chunk.metadata,
    )


def _candidate(entry: Ranked, chunk_ids: Mapping[ChunkKey, str]) -> Json:
    return {
        "chunk_id": chunk_ids.get(entry.candidate.key),
        "score": round(entry.score, 6),
        "scores": {
            "cosine": _rounded(entry.candidate.cosine),
            "lexical": _rounded(entry.candidate.lexical),
        },
    }


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 6)
