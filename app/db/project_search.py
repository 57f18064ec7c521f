"""Searches of one project's stores over direct connections, each step of them in one message."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import orjson
from sqlalchemy import BigInteger, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.filters import Filter, shape_of
from app.core.fusion import Fusion
from app.core.types import Caller
from app.db.attribute_filters import filter_parameters, named_condition
from app.db.candidates import SearchSpec, candidate_parameters, candidate_statement
from app.db.chunk_search import (
    PLANNER_SETTINGS,
    TEXTS,
    Candidates,
    ChunkKey,
    Fetched,
    candidates_of,
    fetched_of,
    found_of,
    wanted_texts,
)
from app.db.direct import DirectConnections, Rows, bind
from app.db.found_texts import (
    ANY_PROJECT,
    FUSED_AT_ONCE,
    Shown,
    any_stores,
    shown_statement,
    statement_of_stores,
)
from app.db.lexemes import HOLDING
from app.db.read_replicas import ReadReplicas
from app.db.statements import Bound, Statement, compiled
from app.db.vector_stores import expired, no_store
from app.models import VectorStore, VectorStoreFile

# All settings are those of one transaction, so a transaction-pooling proxy is safe. They lead the first message.
_SETTINGS = compiled(
    text(f"""
    select set_config('footnote.project', :project_id, true),
           set_config('statement_timeout', '15s', true),
           set_config('idle_in_transaction_session_timeout', '10s', true),
           set_config('lock_timeout', '3s', true),
           set_config('ivfflat.probes', :probes, true), {PLANNER_SETTINGS},
           set_config('plan_cache_mode', :plans, true)
""")
)
_BEGIN = Bound(Statement(b"begin isolation level repeatable read read only"))
_COMMIT = Bound(Statement(b"commit"))
_FACTS = """
    s.id, s.public_id, s.name, s.created_at, s.last_active_at, s.expires_after_days, s.language, s.languages,
    s.embedding_model, s.dimensions, s.file_count, s.chunk_count, s.usage_bytes, s.ivfflat_probes, s.ivfflat_serves, now()
"""
# A key may be bound to stores. Null reaches all.
_REACHED = "(cast(:reached as jsonb) is null or cast(:reached as jsonb) @> to_jsonb(public_id))"
_REFERENCED = compiled(
    text(f"""
    select {_FACTS}, place
    from jsonb_array_elements_text(cast(:references as jsonb)) with ordinality as wanted (reference, place)
    cross join lateral (
        select * from vector_stores
        where project_id = :project_id and (public_id = reference or name = reference) and {_REACHED}
        order by public_id <> reference, id limit 1
    ) s
    order by place
""")  # noqa: S608 - only names of our own columns
)
_DEFAULT = compiled(
    text(f"select {_FACTS}, 1 from vector_stores s where project_id = :project_id and is_default limit 1")  # noqa: S608 - as above
)
_ALL_REACHED = compiled(
    text(
        f"select {_FACTS}, row_number() over (order by s.id) from vector_stores s "  # noqa: S608 - as above
        f"where project_id = :project_id and {_REACHED} order by s.id"
    )
)
_NEWEST = compiled(
    text(f"""
    select public_id, name, created_at from vector_stores where project_id = :project_id and {_REACHED}
    order by created_at desc, id desc limit :most
""")  # noqa: S608 - as above
)
_HOLDING = compiled(HOLDING)
_TEXTS = compiled(TEXTS)


class StoreFacts(NamedTuple):
    """What a search needs to know of a store. `read_at` is the database's time."""

    id: int
    public_id: str
    name: str
    created_at: dt.datetime
    last_active_at: dt.datetime | None
    expires_after_days: int | None
    language: str | None
    languages: Sequence[str]
    embedding_model: str | None
    dimensions: int | None
    file_count: int
    chunk_count: int
    usage_bytes: int
    ivfflat_probes: int | None
    ivfflat_serves: bool
    read_at: dt.datetime

    @property
    def is_expired(self) -> bool:
        if self.expires_after_days is None:
            return False
        expires_at = (self.last_active_at or self.created_at) + dt.timedelta(days=self.expires_after_days)
        return expires_at <= self.read_at


@dataclass(frozen=True, slots=True)
class Lexemes:
    """Lexemes to be counted, and the stores in which."""

    store_ids: tuple[int, ...]
    lexemes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What comes with the candidates: texts of how many, names of how many, the chunks before and after the first `beside`.

    `fusion` says how both legs become one order. Without it the texts need a second message.
    """

    texts: int
    named: int = 2**31 - 1
    beside: int = 0
    fusion: Fusion | None = None


@dataclass(frozen=True, slots=True)
class NamedStore:
    """A store as a list names it."""

    public_id: str
    name: str
    created_at: dt.datetime


class ProjectSearch:
    """Searches one project's stores."""

    def __init__(self, reads: ReadReplicas, caller: Caller) -> None:
        self._reads = reads
        self._project_id = caller.project_id
        self._reached = caller.reach.stores

    async def look_up(
        self, references: Sequence[str] | None, *, counted: Lexemes | None = None
    ) -> tuple[list[StoreFacts], dict[int, int] | None]:
        """Return the stores of these ids or names, and how many chunks hold lexemes.

        None is the default store, or all stores that the caller's key is bound to and that have not expired.
        Raises NotFound for a store that is not there, InvalidRequest for an expired one.
        """
        if references is None:
            stores = self._bind(_DEFAULT if self._reached is None else _ALL_REACHED)
        else:
            stores = self._referenced(references)
        asked = [stores] if counted is None else [stores, self._holding(counted)]
        found, *holding = await self._run(asked)
        facts = _facts(found, references or ())
        looked_in = [store for store in facts if self._reached is None or not store.is_expired]
        return looked_in, _counts(holding[0]) if holding else None

    async def newest_stores(self, most: int) -> list[NamedStore]:
        """Return the stores that were made last, the newest first."""
        return [NamedStore(*row) for row in (await self._run([self._bind(_NEWEST, most=most)]))[0]]

    async def count_passing(self, store_ids: Sequence[int], filters: Filter) -> tuple[int, int]:
        """Return how many of the stores' files pass the filters, and how many chunks they hold, by the counters."""
        counting = self._bind(
            _passing(shape_of(filters)), store_ids=list(store_ids), **filter_parameters(filters)
        )
        ((files, chunks),) = (await self._run([counting], keeps_plans=False))[0]
        return files, int(chunks)

    async def count_holding(self, counted: Lexemes) -> dict[int, int]:
        """Return lexeme → how many chunks of the stores hold it."""
        return _counts((await self._run([self._holding(counted)]))[0])

    async def find(
        self,
        specs: Sequence[SearchSpec],
        choose: Callable[[list[Candidates]], Sequence[ChunkKey]],
        wanted: Wanted,
    ) -> Fetched:
        """Return the chunks that `choose` picks from the candidates of all specs, and what else is wanted with them.

        It picks no more than are named. Candidates and texts are of one moment.
        """
        if len(specs) == 1 and (not specs[0].is_hybrid or is_found_at_once(wanted.fusion)):
            return (await self._find_at_once(specs[0], choose, wanted))[1]
        return await self._reads.run(
            self._project_id, lambda connections: self._find_by_both(connections, specs, choose, wanted)
        )

    async def find_in(
        self,
        reference: str,
        spec: SearchSpec,
        choose: Callable[[list[Candidates]], Sequence[ChunkKey]],
        wanted: Wanted,
        *,
        counted: Lexemes | None = None,
    ) -> tuple[StoreFacts, dict[int, int], Fetched]:
        """Return a store as it is now, how many chunks hold lexemes, and what is found there, by one message.

        The spec was made for the store as it was once. Raises what `look_up` raises.
        """
        beside = [self._referenced([reference]), *([self._holding(counted)] if counted else [])]
        (stores, *counts), fetched = await self._find_at_once(spec, choose, wanted, beside)
        return _facts(stores, [reference])[0], _counts(counts[0]) if counts else {}, fetched

    async def _find_by_both(
        self,
        connections: DirectConnections,
        specs: Sequence[SearchSpec],
        choose: Callable[[list[Candidates]], Sequence[ChunkKey]],
        wanted: Wanted,
    ) -> Fetched:
        probes = max((spec.semantic.probes for spec in specs if spec.semantic), default=1)
        settings = self._settings(probes, keeps_plans=all(spec.filters is None for spec in specs))
        opening = [_BEGIN, settings, *(self._searching(spec) for spec in specs)]
        async with connections.opened(opening) as (connection, rows):
            chosen = choose([Candidates(candidates_of(found)) for found in rows[2:]])
            neighbours = [
                (store, file, ordinal + step)
                for store, file, ordinal in chosen[: wanted.beside]
                for step in (-1, 1)
            ]
            keys = list(dict.fromkeys((*neighbours, *chosen)))
            fetched, _ = await connection.run([self._texts(keys, wanted.texts + len(neighbours)), _COMMIT])
        return replace(fetched_of(fetched), neighbours=frozenset(neighbours))

    async def _find_at_once(
        self,
        spec: SearchSpec,
        choose: Callable[[list[Candidates]], Sequence[ChunkKey]],
        wanted: Wanted,
        beside: Sequence[Bound] = (),
    ) -> tuple[list[Rows], Fetched]:
        """Search by one message; return the rows of what was asked beside, too. PostgreSQL sends the texts of the best along."""
        probes = spec.semantic.probes if spec.semantic else 1
        settings = self._settings(probes, keeps_plans=spec.filters is None)
        batch = [settings, *beside, self._searching(spec, wanted)]
        _, *others, rows = await self._reads.run(self._project_id, lambda connections: connections.run(batch))
        candidates, found = found_of(rows, beside=wanted.beside)
        chosen = choose([candidates])
        # Scores that are equal once they are rounded may come in another order.
        if not all(key in found.chunks for key in chosen[: wanted.texts]):
            found = fetched_of((await self._run([self._texts(chosen, wanted.texts)]))[0])
        return others, found

    async def fetch(self, keys: Sequence[ChunkKey]) -> Fetched:
        """Return the chunks of these keys."""
        return (
            fetched_of((await self._run([self._texts(keys, len(keys))]))[0]) if keys else Fetched({}, {}, {})
        )

    async def _run(self, batch: Sequence[Bound], *, keeps_plans: bool = True) -> list[Rows]:
        sent = [self._settings(1, keeps_plans=keeps_plans), *batch]
        return (await self._reads.run(self._project_id, lambda connections: connections.run(sent)))[1:]

    def _settings(self, probes: int, *, keeps_plans: bool) -> Bound:
        return _settings(self._project_id, probes, keeps_plans=keeps_plans)

    def _searching(self, spec: SearchSpec, wanted: "Wanted | None" = None) -> Bound:
        """Return the search, with the texts of the best if those are wanted."""
        fusion = wanted.fusion if wanted and spec.is_hybrid else None
        shown = Shown(has_texts=wanted is not None, method=fusion.method if fusion else None)
        parameters = candidate_parameters(spec)
        if wanted:
            parameters |= {"texts": wanted.texts, "named": wanted.named, "beside": wanted.beside}
        if fusion:
            parameters["lexical_weight"] = fusion.lexical_weight
        return bind(_statement(spec, self._project_id, shown), parameters, is_prepared=spec.is_kept)

    def _referenced(self, references: Sequence[str]) -> Bound:
        return self._bind(_REFERENCED, references=orjson.dumps(list(references)).decode())

    def _holding(self, counted: Lexemes) -> Bound:
        return self._bind(_HOLDING, store_ids=list(counted.store_ids), lexemes=list(counted.lexemes))

    def _texts(self, keys: Sequence[ChunkKey], texts: int) -> Bound:
        return self._bind(_TEXTS, **wanted_texts(keys, texts=texts))

    def _bind(self, statement: Statement, **values: object) -> Bound:
        reached = None if self._reached is None else orjson.dumps(list(self._reached)).decode()
        return bind(statement, {"project_id": self._project_id, "reached": reached, **values})


def is_found_at_once(fusion: Fusion | None) -> bool:
    """Whether PostgreSQL can put both legs in order by itself, so that texts come with the candidates."""
    return fusion is not None and fusion.method in FUSED_AT_ONCE


def facts_of(store: VectorStore) -> StoreFacts:
    """Return what a search needs to know of a store that was read otherwise."""
    return StoreFacts(
        store.id,
        store.public_id,
        store.name,
        store.created_at,
        store.last_active_at,
        store.expires_after_days,
        store.language,
        store.languages,
        store.embedding_model,
        store.dimensions,
        store.file_count,
        store.chunk_count,
        store.usage_bytes,
        store.ivfflat_probes,
        store.ivfflat_serves,
        store.read_at,
    )


@lru_cache(maxsize=512)
def _settings(project_id: str, probes: int, *, keeps_plans: bool) -> Bound:
    """Return the settings; without filters, whose values say how much they let through, one plan is good for all values.

    To plan a semantic search takes PostgreSQL a third of the time that it needs for it.
    """
    plans = "force_generic_plan" if keeps_plans else "force_custom_plan"
    given = {"project_id": project_id, "probes": str(probes), "plans": plans}
    return bind(_SETTINGS, given, is_read=False)


@lru_cache(maxsize=512)
def _passing(filters: Filter) -> Statement:
    """Return what counts the files and chunks of stores that pass filters of a shape."""
    in_stores = VectorStoreFile.vector_store_id == func.any(bindparam("store_ids", type_=ARRAY(BigInteger)))
    query = (
        select(func.count(), func.coalesce(func.sum(VectorStoreFile.chunk_count), 0))
        .where(VectorStoreFile.project_id == bindparam("project_id"), in_stores)
        .where(VectorStoreFile.chunk_count > 0, named_condition(filters))
    )
    return compiled(query)


def _statement(spec: SearchSpec, project_id: str, shown: Shown) -> Statement:
    if not spec.is_kept:
        return shown_statement(candidate_statement(spec, project_id), shown, project_id)
    of_any = replace(spec, store_ids=any_stores(len(spec.store_ids)))
    return statement_of_stores(candidate_statement(of_any, ANY_PROJECT), shown, spec.store_ids, project_id)


def _facts(rows: Rows, references: Sequence[str]) -> list[StoreFacts]:
    """Return rows of a look-up; raise for a reference that has none, or whose store has expired."""
    facts = {row[16]: StoreFacts._make(row[:16]) for row in rows}
    for place, reference in enumerate(references, 1):
        if place not in facts:
            raise no_store(reference)
        if facts[place].is_expired:
            raise expired(reference)
    return list(facts.values())


def _counts(rows: Rows) -> dict[int, int]:
    return {lexeme: max(0, chunks) for lexeme, chunks in rows}
