"""A question to snippets: the only search path, for chats, the API and the command line."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from opentelemetry.trace import Span, SpanKind

from app.core import ids, telemetry
from app.core.asked import subject_of
from app.core.fusion import SCORE_DIGITS, Fusion
from app.core.listing import Listing
from app.core.permissions import Reach
from app.core.searches import SearchOptions
from app.core.types import Caller, Json, SearchMode, SearchRoute, Snippet
from app.db.candidates import SearchSpec, SemanticLeg
from app.db.chunk_search import ChunkKey, Fetched, FoundChunk, mismatch
from app.db.database import Database
from app.db.project_search import StoreFacts, Wanted, is_found_at_once
from app.providers.base import RerankProvider
from app.retrieval.choice import (
    Asked,
    AskedSpec,
    Considered,
    considered,
    openings,
    says_what_it_is,
    with_definitions,
)
from app.retrieval.plan import (
    LONGEST_QUERY,
    Counted,
    QueryEmbedder,
    QueryWords,
    SearchPlan,
    SeenStores,
    WordCounts,
    plan_of,
    whole_plan,
)
from app.retrieval.ranking import (
    BEST,
    Passage,
    Ranked,
    choose,
    fit,
    in_order,
    join,
    make_snippet,
    prefer_named,
    worth_neighbours,
)

# How stale `last_active_at` may be. Expiry counts in days, so a search need not write each time.
_ACTIVITY = dt.timedelta(minutes=10)
# How many chunks of each leg are fused (a single leg needs fewer), are shown to a re-ranker, and are recorded.
_CANDIDATES = 100
_RERANKED = 50
_RECORDED_CANDIDATES = 50


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What to search for, and how.

    Several queries are one search: a chunk's score is that for the query that it answers best. `asked` is what they were made
    of. With `max_tokens` chunks become passages: those that touch are joined, the best get their neighbours, all within
    this many tokens.
    """

    queries: tuple[str, ...]
    options: SearchOptions = SearchOptions()  # noqa: RUF009 - it is frozen
    max_tokens: int | None = None
    asked: tuple[str, ...] | None = None

    def within(self, reach: Reach) -> "SearchRequest":
        """Return the request with filters that pass nothing beyond what a key reaches."""
        if reach.filters is None:
            return self
        return replace(self, options=replace(self.options, filters=reach.narrowed(self.options.filters)))


@dataclass(frozen=True, slots=True)
class Retrieval:
    """One search and what it found: snippets by falling score, 0..1, numbered from 1.

    The route is "empty" when there was nothing to search in. `candidates` are the best chunks before the choice, with
    the scores of both legs; `timings` are seconds by step; `probes` counts where the route is "ivfflat". `listing` is
    there when the question is about which files there are, and `summarises` says that the snippets stand for whole files.
    """

    retrieval_id: str
    queries: tuple[str, ...]
    route: SearchRoute
    mode: SearchMode
    asked: tuple[str, ...] = ()
    snippets: tuple[Snippet, ...] = ()
    files_searched: int = 0
    store_ids: tuple[str, ...] = ()
    candidates: Considered = field(default_factory=Considered)
    timings: Mapping[str, float] = field(default_factory=dict)
    probes: int | None = None
    is_reranked: bool = False
    listing: Listing | None = None
    summarises: bool = False

    @property
    def seconds(self) -> float:
        return sum(self.timings.values())


class Retriever:
    """Searches a project's vector stores."""

    def __init__(
        self,
        database: Database,
        queries: QueryEmbedder,
        fusion: Fusion | None = None,
        reranker: RerankProvider | None = None,
    ) -> None:
        self._database = database
        self._queries = queries
        self._fusion = fusion or Fusion()
        self._reranker = reranker
        self._word_counts = WordCounts()
        self._seen = SeenStores()

    async def search(self, caller: Caller, request: SearchRequest) -> Retrieval:
        """Return what the stores hold on the queries.

        Raises NotFound for a store that is not there, Conflict for one embedded with a model that does not serve here.
        """
        with telemetry.span("retrieval", _asked_attributes(request), kind=SpanKind.CLIENT) as span:
            retrieval = await self._search_twice(caller, request.within(caller.reach))
            _note_found(span, retrieval)
            return retrieval

    async def _search_twice(self, caller: Caller, request: SearchRequest) -> Retrieval:
        retrieval = await self._search(caller, request)
        if retrieval.candidates.chunk_ids or retrieval.route in ("empty", "lexical"):
            return retrieval
        # The plan has chunks, but nothing was found: the stores have moved to another embedding space in between.
        return await self._search(caller, request)

    async def _search(self, caller: Caller, request: SearchRequest, *, may_guess: bool = True) -> Retrieval:
        clock = telemetry.SearchClock()
        mode = request.options.mode or "hybrid"
        queries = tuple(query[:LONGEST_QUERY] for query in request.queries if query.strip())
        guess = await self._guess(caller, request, queries) if may_guess else None
        plan, counted = guess or await self._plan(caller, request, queries)
        if not plan.chunks or not queries:
            asked = request.asked or request.queries
            return Retrieval(ids.make_retrieval_id(), request.queries, "empty", mode, asked)
        route: SearchRoute = "lexical" if mode == "lexical" else plan.route
        clock.note("plan")

        legs = await self._semantic_legs(plan, queries, route)
        clock.note("embed")
        search = Asked(
            tuple(
                self._spec(request, plan, leg, counted.weigh(plan.stores, query) if counted else QueryWords())
                for query, leg in zip(queries, legs, strict=True)
            ),
            mode,
            self._fusion_for(request),
            shown=max(self._looked_at(request), _RECORDED_CANDIDATES),
        )
        if guess is None:
            fetched = await self._find(caller, search, request)
        elif found := await self._find_by_guess(caller, search, request, plan, counted):
            plan, fetched = found
        else:
            return await self._search(caller, request, may_guess=False)
        ranked = search.ranked
        telemetry.note_search(route)
        await self._note_activity(caller, plan.stores)
        clock.note("search")

        reranked = await self._rerank(queries, ranked, fetched.chunks)
        if self._reranker:
            clock.note("rerank")
        best, texts = await self._prefer_named(caller, request, reranked or ranked, fetched)
        chosen = await self._choose(caller, request, best, texts)
        snippets = await self._snippets(caller, chosen, request.max_tokens, fetched)
        clock.note("passages")
        return Retrieval(
            ids.make_retrieval_id(),
            queries,
            route,
            mode,
            request.asked or request.queries,
            snippets,
            files_searched=plan.files,
            store_ids=tuple(store.public_id for store in plan.stores),
            candidates=considered(ranked[:_RECORDED_CANDIDATES], fetched.chunk_ids),
            timings=clock.seconds,
            probes=plan.probes if route == "ivfflat" else None,
            is_reranked=reranked is not None,
        )

    async def _plan(
        self, caller: Caller, request: SearchRequest, queries: tuple[str, ...]
    ) -> tuple[SearchPlan, Counted | None]:
        """Return the plan, and the counts of the queries' words where those are searched for."""
        project, options = self._database.of(caller), request.options
        counted = None
        if options.mode == "semantic":
            stores, _ = await project.search.look_up(options.store_references)
        else:
            stores, counted = await self._word_counts.look_up(project, options.store_references, queries)
        self._seen.note(caller, options.store_references, stores)
        return await plan_of(stores, options.filters, project.search.count_passing), counted

    async def _guess(
        self, caller: Caller, request: SearchRequest, queries: tuple[str, ...]
    ) -> tuple[SearchPlan, Counted | None] | None:
        """Return the plan for a store as it was seen last, if nothing else has to be known before it is searched."""
        options = request.options
        if options.mode == "lexical" or options.filters is not None or len(queries) != 1:
            return None
        plan = self._seen.guess(caller, options.store_references)
        if plan is None or not await self._queries.serves(plan.space):
            return None
        if options.mode == "semantic":
            return plan, None
        counted = self._word_counts.guess(caller, options.store_references, queries[0])
        is_known = counted is not None and counted.chunks == plan.chunks
        return (plan, counted) if is_known and is_found_at_once(self._fusion_for(request)) else None

    async def _find_by_guess(
        self,
        caller: Caller,
        search: Asked,
        request: SearchRequest,
        guess: SearchPlan,
        counted: Counted | None,
    ) -> tuple[SearchPlan, Fetched] | None:
        """Return the plan for the store as it is now, and what was found there, both by one message; None if it is not as guessed."""
        references = request.options.store_references or ()
        store, holding, fetched = await self._database.of(caller).search.find_in(
            references[0],
            search.specs[0].spec,
            search.choose,
            self._wanted(search, request),
            counted=counted.wanted if counted else None,
        )
        self._seen.note(caller, references, [store])
        plan = whole_plan([store])
        is_counted = counted is None or counted.is_true_of(store, holding)
        return (plan, fetched) if is_counted and plan.is_searched_like(guess) else None

    def _spec(
        self, request: SearchRequest, plan: SearchPlan, semantic: SemanticLeg | None, words: QueryWords
    ) -> AskedSpec:
        is_hybrid = (request.options.mode or "hybrid") == "hybrid"
        limit = _CANDIDATES if is_hybrid else max(self._looked_at(request), _RECORDED_CANDIDATES)
        spec = SearchSpec(plan.store_ids, limit, semantic, words.leg, request.options.filters)
        return AskedSpec(spec, words.idf_sum)

    async def _find(self, caller: Caller, search: Asked, request: SearchRequest) -> Fetched:
        """Return the best chunks, as many as the search shows, the first with their texts."""
        if not search.specs:
            return Fetched({}, {}, {})
        specs = [asked.spec for asked in search.specs]
        wanted = self._wanted(search, request)
        return await self._database.of(caller).search.find(specs, search.choose, wanted)

    def _wanted(self, search: Asked, request: SearchRequest) -> Wanted:
        beside = 0 if request.max_tokens is None else BEST
        return Wanted(self._looked_at(request), search.shown, beside, self._fusion_for(request))

    def _fusion_for(self, request: SearchRequest) -> Fusion:
        weight = request.options.lexical_weight
        return Fusion(
            "rrf" if request.options.ranker == "rrf" else self._fusion.method,
            self._fusion.lexical_weight if weight is None else weight,
        )

    def _looked_at(self, request: SearchRequest) -> int:
        """Return how many chunks' texts are needed: more than wanted, because some texts may be equal.

        A passage names the other files that hold its text, and there may be many copies.
        """
        wanted = request.options.max_num_results * (2 if request.max_tokens is None else 4)
        return max(wanted, _RERANKED) if self._reranker else wanted

    async def _rerank(
        self, queries: Sequence[str], ranked: list[Ranked], texts: Mapping[ChunkKey, FoundChunk]
    ) -> list[Ranked] | None:
        """Return the best chunks in the re-ranker's order, None without one or its answer."""
        best = [entry for entry in ranked if entry.candidate.key in texts]
        if self._reranker is None or not best:
            return None
        contents = [texts[entry.candidate.key].content for entry in best]
        scores = await self._reranker.rank("\n".join(queries), contents)
        if scores is None:
            return None
        return in_order(
            Ranked(entry.candidate, round(score, SCORE_DIGITS))
            for entry, score in zip(best, scores, strict=True)
        )

    async def _prefer_named(
        self, caller: Caller, request: SearchRequest, ranked: list[Ranked], fetched: Fetched
    ) -> tuple[list[Ranked], Mapping[ChunkKey, FoundChunk]]:
        """Return the candidates, those of files that the question names before, and the texts of the best of them.

        In semantic search the score is the similarity, and stays so.
        """
        question = "\n".join(request.queries)
        named = (
            None if request.options.mode == "semantic" else prefer_named(ranked, fetched.filenames, question)
        )
        if named is None:
            return ranked, fetched.chunks
        wanted = [entry.candidate.key for entry in named[: self._looked_at(request)]]
        missing = [key for key in wanted if key not in fetched.chunks]
        if not missing:
            return named, fetched.chunks
        more = await self._database.of(caller).search.fetch(missing)
        return named, {**fetched.chunks, **more.chunks}

    async def _choose(
        self,
        caller: Caller,
        request: SearchRequest,
        best: Sequence[Ranked],
        texts: Mapping[ChunkKey, FoundChunk],
    ) -> list[Passage]:
        """Return the passages of the best chunks, for a chat with one that defines what the question asks the meaning of.

        That one is near a file's start, if it is there at all.
        """
        is_chat, limit = request.max_tokens is not None, request.options.max_num_results
        good = [entry for entry in best if entry.score >= request.options.score_threshold]
        chosen = choose(good, texts, limit=limit, each_text_once=is_chat)
        subject = subject_of(" ".join(request.queries)) if is_chat else ""
        if not (subject and chosen) or says_what_it_is(subject, (passage.best for passage in chosen)):
            return chosen
        opening = await self._database.of(caller).search.fetch(openings(chosen))
        return with_definitions(chosen, subject, opening.chunks.values(), limit=limit)

    async def _snippets(
        self, caller: Caller, chosen: list[Passage], max_tokens: int | None, fetched: Fetched
    ) -> tuple[Snippet, ...]:
        """Return the chosen snippets: single chunks, or passages within a budget of tokens."""
        texts = [(passage, passage.text) for passage in chosen]
        if max_tokens is not None and chosen:
            joined = join(chosen)
            search = self._database.of(caller).search
            there = fetched.neighbours | fetched.chunks.keys()
            more = await search.fetch([key for key in worth_neighbours(joined) if key not in there])
            texts = fit(joined, {**fetched.chunks, **more.chunks}, max_tokens=max_tokens)
        return tuple(make_snippet(n, passage, text) for n, (passage, text) in enumerate(texts, 1))

    async def _note_activity(self, caller: Caller, stores: tuple[StoreFacts, ...]) -> None:
        """A search keeps a store from expiring."""
        expiring = [
            store.id
            for store in stores
            if store.expires_after_days
            and (store.last_active_at or store.created_at) < store.read_at - _ACTIVITY
        ]
        if expiring:
            async with self._database.of(caller).write() as tx:
                await tx.vector_stores.note_activity(expiring)

    async def _semantic_legs(
        self, plan: SearchPlan, queries: tuple[str, ...], route: SearchRoute
    ) -> list[SemanticLeg | None]:
        if route == "lexical":
            return [None] * len(queries)
        if not await self._queries.serves(plan.space):
            raise mismatch(plan.stores[0])
        vectors = await self._queries.embed(queries, plan.space)
        return [SemanticLeg(vector, route, plan.probes or 1, plan.space) for vector in vectors]


def _asked_attributes(request: SearchRequest) -> Json:
    return {
        "gen_ai.operation.name": "retrieval",
        "gen_ai.provider.name": "footnote",
        "gen_ai.retrieval.top_k": request.options.max_num_results,
        "footnote.retrieval.mode": request.options.mode or "hybrid",
    }


def _note_found(span: Span, retrieval: Retrieval) -> None:
    if not span.is_recording():
        return
    stores = ",".join(retrieval.store_ids)
    span.update_name(f"retrieval {stores}".rstrip())
    span.set_attribute("gen_ai.data_source.id", stores)
    span.set_attribute("footnote.retrieval.id", retrieval.retrieval_id)
    span.set_attribute("footnote.retrieval.route", retrieval.route)
    span.set_attribute("footnote.retrieval.snippets", len(retrieval.snippets))
