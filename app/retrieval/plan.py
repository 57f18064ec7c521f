"""What a search is about, before anything is searched: its stores, its route, its vectors and its words."""

import math
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from app.core import telemetry
from app.core.asked import Asked, AskedWord, read_query
from app.core.errors import Conflict
from app.core.filters import Filter
from app.core.stemming import UNDETERMINED
from app.core.types import Caller, EmbeddingSpace, SearchRoute
from app.db.candidates import LexicalLeg
from app.db.chunk_search import space_of
from app.db.database import ProjectDatabase
from app.db.project import ProjectReader
from app.db.project_search import Lexemes, StoreFacts, facts_of
from app.providers.base import EmbeddingProvider
from app.retrieval.narrowing import SMALL_STORE, narrowed

_EXACT_BELOW = 200
# PostgreSQL moves a row's embedding out to TOAST when the row would be larger (TOAST_TUPLE_THRESHOLD).
_LARGEST_INLINE_ROW = 2_032
# Keys, hash, offsets, heading and projected signs: the bytes of a chunk's row without its embedding, its bits and its text.
_ROW_BYTES = 370


def choose_route(*, chunk_count: int, filtered: bool, probes: int | None, inline: bool) -> SearchRoute:
    """Return the route for this many candidate chunks; `probes` is None without an index that serves.

    IVFFlat serves one whole store only: behind a filter it returns k rows but not the nearest. Where embeddings lie in
    the rows (`inline`), reading them costs less than reading sign bits and then the best embeddings: .7 of it at 384
    dimensions and texts of 800 characters, against 3.7 times as much where they lie in TOAST.
    """
    if chunk_count == 0:
        return "empty"
    if probes is not None and not filtered:
        return "ivfflat"
    return "exact" if chunk_count <= _EXACT_BELOW or inline else "bits"


def lies_inline(dimensions: int, *, chunks: int, usage_bytes: int) -> bool:
    """Whether chunks with these dimensions and texts of this many bytes mostly have their embeddings inline."""
    text_bytes = usage_bytes / chunks if chunks else 0
    return _ROW_BYTES + 2 * dimensions + dimensions / 8 + text_bytes <= _LARGEST_INLINE_ROW


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

    def is_searched_like(self, other: "SearchPlan") -> bool:
        """Whether a search that was made for the other plan finds what one for this plan would."""
        return self.store_ids == other.store_ids and self.way == other.way

    @property
    def way(self) -> tuple[SearchRoute, int | None, EmbeddingSpace]:
        """What shapes a search besides its stores."""
        return self.route, self.probes, self.space

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
    plan = whole_plan(stores)
    if filters is None:
        return plan
    if not plan.stores:
        return replace(plan, is_filtered=True)
    files, chunks = await count_passing(list(plan.store_ids), filters)
    return replace(plan, files=files, chunks=chunks, is_filtered=True)


def whole_plan(stores: Iterable[StoreFacts]) -> SearchPlan:
    """Return the plan for all that these stores hold."""
    filled = {store.id: store for store in stores if store.chunk_count}
    files = sum(store.file_count for store in filled.values())
    chunks = sum(store.chunk_count for store in filled.values())
    return SearchPlan(tuple(filled.values()), files, chunks, is_filtered=False)


# How many stores are remembered.
_SEEN_STORES = 1_000


class SeenStores:
    """Stores as the last search of each saw it: a search need not wait for a look at its store."""

    def __init__(self) -> None:
        self._seen: LRUCache[tuple[str, tuple[str, ...]], StoreFacts] = LRUCache(_SEEN_STORES)

    def note(self, caller: Caller, references: tuple[str, ...] | None, stores: Sequence[StoreFacts]) -> None:
        """Remember the store if it was the only one, and named."""
        if references is not None and len(references) == len(stores) == 1:
            self._seen[caller.project_id, references] = stores[0]

    def guess(self, caller: Caller, references: tuple[str, ...] | None) -> SearchPlan | None:
        """Return the plan for all of a store that holds anything, None if it is not known."""
        store = self._seen.get((caller.project_id, references or ()))
        return whole_plan([store]) if store is not None and store.chunk_count else None


# A query is embedded whole; far beyond a question's length it only costs.
LONGEST_QUERY = 8_000
# At 1,536 dimensions some 6 MB.
_KEPT_VECTORS = 1_000


class QueryEmbedder:
    """Embeds queries; the same query again costs no call."""

    def __init__(self, embeddings: EmbeddingProvider) -> None:
        self._embeddings = embeddings
        self._known: LRUCache[tuple[EmbeddingSpace, str], NDArray[np.float32]] = LRUCache(_KEPT_VECTORS)

    async def serves(self, space: EmbeddingSpace) -> bool:
        """Whether queries can be embedded in this space."""
        return space == self._embeddings.space or await self._embeddings.serves(space)

    async def embed(self, queries: Sequence[str], space: EmbeddingSpace) -> list[NDArray[np.float32]]:
        """Return an embedding a query, in this space. Raises a FootnoteError."""
        known = {query: self._known.get((space, query)) for query in queries}
        missing = [query for query, vector in known.items() if vector is None]
        telemetry.known_queries.inc(len(known) - len(missing))
        if missing:
            embedded = await self._embeddings.embed(missing, purpose="query", space=space)
            for query, vector in zip(missing, embedded.vectors, strict=True):
                self._known[space, query] = known[query] = np.asarray(vector)
        return [vector for query in queries if (vector := known[query]) is not None]


# The weight of a word's parts, as a share of the word's, if the whole word occurs in the stores.
_PARTS_SHARE = 0.5
# The share that a code weighs if its parts are words of the query as well.
_JOINED_SHARE = 0.5
# The weight of two words that follow each other as in the query, as a share of their mean. Measured (nDCG@10, hybrid):
# anthropic-docs .813 without, .824 with it; cranfield .396 and .399; .3 and .4 were no better.
_PAIR_SHARE = 0.2
# How many stores and queries are remembered, as many as embeddings of queries.
_KEPT_QUESTIONS = 1_000


@dataclass(frozen=True, slots=True)
class QueryWords:
    """The lexical leg, None when no chunk holds a word of the query; `idf_sum` is over all its words."""

    leg: LexicalLeg | None = None
    idf_sum: float = 0.0


class WordCounts:
    """Looks up stores together with how many of their chunks hold the words of queries.

    Which lexemes a query has depends on the languages of the stores. Those that the last search found are guessed, so
    that one message is enough. If the stores have changed since then, a second one asks again. The counts of a question may
    be guessed, too, where it was asked before: those that come with what is found tell whether they are still true.
    """

    def __init__(self) -> None:
        self._seen: LRUCache[tuple[str, tuple[str, ...] | None], tuple[StoreFacts, ...]] = LRUCache(
            _KEPT_QUESTIONS
        )
        self._counted: LRUCache[tuple[str, tuple[str, ...] | None, str], Counted] = LRUCache(_KEPT_QUESTIONS)

    def guess(self, caller: Caller, references: tuple[str, ...] | None, query: str) -> "Counted | None":
        """Return the counts as they were, None if they are not known."""
        return self._counted.get((caller.project_id, references, query))

    async def look_up(
        self, project: ProjectDatabase, references: tuple[str, ...] | None, queries: Sequence[str]
    ) -> "tuple[list[StoreFacts], Counted]":
        """Return the stores and the counts. Raises what `ProjectSearch.look_up` raises."""
        key = (project.project_id, references)
        guess = _wanted(self._seen.get(key, ()), queries)
        stores, holding = await project.search.look_up(references, counted=guess)
        self._seen[key] = tuple(stores)
        wanted = _wanted(stores, queries)
        if wanted is not None and (wanted != guess or holding is None):
            holding = await project.search.count_holding(wanted)
        query, chunks = queries[0] if len(queries) == 1 else "", sum(store.chunk_count for store in stores)
        counted = Counted(holding or {}, wanted, chunks, query)
        if wanted and query:
            self._counted[*key, query] = counted
        return stores, counted


@dataclass(frozen=True, slots=True)
class Counted:
    """How many chunks of the stores hold each lexeme, for which lexemes, of how many chunks; the query if it is one."""

    holding: Mapping[int, int] = field(default_factory=dict)
    wanted: Lexemes | None = None
    chunks: int = 0
    query: str = ""

    def is_true_of(self, store: StoreFacts, holding: Mapping[int, int]) -> bool:
        """Whether a store as it is now has these counts."""
        is_asked = self.wanted == _wanted([store], [self.query]) and self.chunks == store.chunk_count
        return is_asked and self.holding == holding

    def weigh(self, stores: Sequence[StoreFacts], query: str) -> QueryWords:
        """Return the query's words as the stores know them."""
        asked = _read(query, _languages_of(stores))
        if not asked.words:
            return QueryWords()
        return weigh(asked, self.holding, total=sum(store.chunk_count for store in stores))


def _wanted(stores: Sequence[StoreFacts], queries: Sequence[str]) -> Lexemes | None:
    """Return what has to be counted for queries in those stores that hold anything."""
    filled = [store for store in stores if store.chunk_count]
    if not filled:
        return None
    languages = _languages_of(filled)
    lexemes = {lexeme for query in queries for lexeme in _read(query, languages).lexemes}
    return Lexemes(tuple(store.id for store in filled), tuple(sorted(lexemes))) if lexemes else None


@lru_cache(maxsize=_KEPT_QUESTIONS)
def _read(query: str, languages: tuple[str, ...]) -> Asked:
    return read_query(query, languages)


def _languages_of(stores: Sequence[StoreFacts]) -> tuple[str, ...]:
    """Return the languages of the stores' texts, the stores' own first."""
    own = (store.language for store in stores if store.language)
    found = (language for store in stores for language in store.languages)
    return tuple(dict.fromkeys((*own, *found))) or (UNDETERMINED,)


def weigh(asked: Asked, holding: Mapping[int, int], *, total: int) -> QueryWords:
    """Return the lexical leg for words of whose lexemes `holding` says how many of `total` chunks hold each."""
    scales = _Scales(holding, total)
    idf = {word: scales.weigh(word) for word in dict.fromkeys(asked.words)}
    for joined in asked.joined:
        idf |= scales.weigh_joined(joined.lexeme, [asked.words[place] for place in joined.places])
    known = dict(scales.weights)
    if not known:
        return QueryWords(None, sum(idf.values()))
    narrow = (
        () if total <= SMALL_STORE else narrowed(known, (w.same for w in asked.words), holding, total=total)
    )
    for place, pair in asked.pairs:
        both = asked.words[place : place + 2]
        if all(holding.get(lexeme) for word in both for lexeme in word.same[:1]):
            known.setdefault(pair, _PAIR_SHARE * sum(idf[word] for word in both) / 2)
    return QueryWords(LexicalLeg(known, *narrow), sum(idf.values()))


@dataclass(slots=True)
class _Scales:
    """Collects the weights of the lexemes that chunks hold."""

    holding: Mapping[int, int]
    total: int
    weights: dict[int, float] = field(default_factory=dict)

    def weigh(self, word: AskedWord) -> float:
        """Weigh a word once, by its most frequent form; return its idf."""
        for lexeme in self._known(word.in_name):
            self._put(lexeme, self._idf(lexeme))
        same, inside = self._known(word.same), self._known(word.inside)
        if same:
            # All of them are one word, so their frequencies are added.
            idf = inverse_frequency(min(self.total, sum(self.holding[lexeme] for lexeme in same)), self.total)
            for lexeme in same:
                self._put(lexeme, idf)
            self._share(inside, most=_PARTS_SHARE * idf)
            return idf
        most = inverse_frequency(0, self.total)
        return self._share(inside, most=most) if inside else most

    def weigh_joined(self, lexeme: int, words: Sequence[AskedWord]) -> Mapping[AskedWord, float]:
        """Weigh the code that words form together. It replaces words that no chunk holds; return their new idf."""
        if not self.holding.get(lexeme):
            return {}
        idf = self._idf(lexeme)
        unknown = [word for word in words if not self._known(word.same)]
        self._put(lexeme, idf if unknown else _JOINED_SHARE * idf)
        return dict.fromkeys(unknown, idf / len(words))

    def _share(self, parts: Sequence[int], *, most: float) -> float:
        """Weigh the parts of a word, together at most `most`; return their sum."""
        idf = {lexeme: self._idf(lexeme) for lexeme in parts}
        share = min(1.0, most / sum(idf.values())) if idf else 0.0
        for lexeme, weight in idf.items():
            self._put(lexeme, share * weight)
        return share * sum(idf.values())

    def _put(self, lexeme: int, weight: float) -> None:
        self.weights[lexeme] = max(weight, self.weights.get(lexeme, 0.0))

    def _known(self, lexemes: Iterable[int]) -> list[int]:
        return [lexeme for lexeme in lexemes if self.holding.get(lexeme)]

    def _idf(self, lexeme: int) -> float:
        return inverse_frequency(self.holding[lexeme], self.total)


def inverse_frequency(holding: int, total: int) -> float:
    """Return BM25's idf of a lexeme that `holding` of `total` chunks hold, above 0."""
    return math.log(1 + (max(total, holding) - holding + 0.5) / (holding + 0.5))
