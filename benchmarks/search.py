"""Searches of one large store: the repository against raw SQL, the routes against an exact scan, filters, HTTP.

    python -m benchmarks.search [--rows 100000] [--dimensions 1536] [--target repository|scan|filter|http|all]

Vectors are clustered and synthetic, queries of the same kind. Prints one line a target:

- repository: a search of 10,000 rows through the repository over the same statement by raw asynchronous psycopg, and that
  statement by a kept plan over itself planned each time;
- scan: an unfiltered search over an exact scan of the same vectors lying inline, and its recall@10;
- filter: a search behind a filter that keeps a tenth over an exact scan of the same rows;
- http: searches a second over HTTP over those of raw psycopg, both with four at once, and the CPU time that each costs
  the server's process (`benchmarks.floor` compares it with a bare route's).
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import psycopg
from pgvector import HalfVector
from pgvector.psycopg import register_vector_async
from sqlalchemy import text

from app.core.filters import Comparison
from app.db.candidates import SearchSpec, SemanticLeg, candidate_parameters, candidate_statement
from app.db.chunk_search import PLANNER_SETTINGS, Candidates
from app.db.database import Database
from app.db.engine import DatabaseUrls
from app.db.project_search import Wanted
from app.models import VectorStore
from app.retrieval.plan import choose_route
from benchmarks.floor import cpu_seconds
from benchmarks.rig import (
    CALLER,
    Vectors,
    autocommit_of,
    by_file,
    clustered,
    engine_of,
    fill,
    make_care,
    make_store,
    medians,
    own_database,
    texts_of,
)
from benchmarks.service import running

_SESSION = f"select {PLANNER_SETTINGS}, set_config('plan_cache_mode', %s, true)".replace(
    ", true)", ", false)"
)
_KEPT, _EACH_TIME = "force_generic_plan", "force_custom_plan"
_SMALL = 10_000
_AT_ONCE = 4
_SECONDS = 8.0


def main() -> None:
    """Run the measurements that the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--dimensions", type=int, default=1_536)
    parser.add_argument("--target", choices=["repository", "scan", "filter", "http", "all"], default="all")
    arguments = parser.parse_args()
    asyncio.run(_measure(arguments.rows, arguments.dimensions, arguments.target))


async def _measure(rows: int, dimensions: int, target: str) -> None:
    if target in ("repository", "all"):
        await _repository(dimensions)
    if target in ("http", "all"):
        await _http(dimensions)
    if target in ("scan", "filter", "all"):
        await _routes(rows, dimensions, target)


async def _repository(dimensions: int) -> None:
    vectors, queries = clustered(_SMALL, dimensions)
    async with own_database() as (database, address):
        store = await make_store(database, "small", dimensions)
        await fill(database, store, vectors, files=by_file(_SMALL))
        await _analyze(database)
        raw = await RawSearch.connect(address, database)
        planned = await RawSearch.connect(address, database, plans=_EACH_TIME)
        specs = [SearchSpec((store.id,), 10, SemanticLeg(query, "bits")) for query in queries]
        by_raw = await medians(lambda n: raw.search(specs[n % 100]), count=300)
        by_repository = await medians(lambda n: _find(database, specs[n % 100]), count=300)
        again = await medians(lambda n: raw.search(specs[n % 100]), count=300)
        by_planned = await medians(lambda n: planned.search(specs[n % 100]), count=300)
        await raw.close()
        await planned.close()
    raw_seconds = min(by_raw, again)
    print(
        f"repository/raw={by_repository / raw_seconds:.2f} rows={_SMALL} "
        f"({1_000 * by_repository:.2f} / {1_000 * raw_seconds:.2f} ms) "
        f"kept plan/planned each time={raw_seconds / by_planned:.2f}"
    )


async def _routes(rows: int, dimensions: int, target: str) -> None:
    vectors, queries = clustered(rows, dimensions)
    async with own_database() as (database, _):
        store = await make_store(database, "large", dimensions)
        files = by_file(rows)
        await fill(database, store, vectors, files=files, attributes=lambda number: {"part": number % 10})
        await _lay_inline(database, dimensions)
        if target in ("scan", "all"):
            await _scan(database, store, queries, dimensions)
        if target in ("filter", "all"):
            await _filter(database, store, queries, rows)


async def _scan(database: Database, store: VectorStore, queries: Vectors, dimensions: int) -> None:
    exact = await medians(lambda n: _inline(database, queries[n % 100]), count=20, warm=2)
    bits = await medians(lambda n: _find(database, _spec(store, queries[n % 100], "bits")), count=50)
    care = make_care(database, dimensions, min_chunks=1_000)
    await care.do_due()
    (entry,) = await care.status()
    specs = [_spec(store, query, "ivfflat", probes=entry.probes or 1) for query in queries]
    indexed = await medians(lambda n: _find(database, specs[n % 100]), count=100)
    quickest = min(bits, indexed) if entry.serves else bits
    shared = 0
    for number in range(50):
        truth = await _inline(database, queries[number])
        spec = specs[number] if entry.serves else _spec(store, queries[number], "bits")
        shared += len(truth & {key[1:] for key in await _find(database, spec)})
    print(
        f"search/exact={quickest / exact:.3f} recall@10={shared / 500:.3f} bits/exact={bits / exact:.3f} "
        f"ivfflat/exact={indexed / exact:.3f} rows={entry.chunk_count} lists={entry.lists} probes={entry.probes} "
        f"({1_000 * quickest:.1f} / {1_000 * exact:.1f} ms)"
    )


async def _filter(database: Database, store: VectorStore, queries: Vectors, rows: int) -> None:
    tree = Comparison(operator="eq", key="part", value=3)
    kept = rows // 10
    route = choose_route(chunk_count=kept, filtered=True, probes=None, inline=False)
    specs = [SearchSpec((store.id,), 10, SemanticLeg(query, route), filters=tree) for query in queries]
    exacts = [SearchSpec((store.id,), 10, SemanticLeg(query, "exact"), filters=tree) for query in queries]
    filtered = await medians(lambda n: _find(database, specs[n % 100]), count=100)
    exact = await medians(lambda n: _find(database, exacts[n % 100]), count=30)
    shared = 0
    for number in range(50):
        truth, found = await _find(database, exacts[number]), await _find(database, specs[number])
        shared += len(set(truth) & set(found))
    print(
        f"filtered/exact={filtered / exact:.3f} recall@10={shared / 500:.3f} route={route} kept={kept} of {rows} "
        f"({1_000 * filtered:.1f} / {1_000 * exact:.1f} ms)"
    )


async def _http(dimensions: int) -> None:
    rows = _SMALL
    vectors, queries = clustered(rows, dimensions)
    with running(EMBEDDING_DIMENSIONS=str(dimensions)) as service:
        url = service.database.replace("postgresql://", "postgresql+psycopg://")
        database = Database.connect(DatabaseUrls(url, url))
        store = await make_store(database, "http", dimensions)
        await fill(database, store, vectors, files=by_file(rows), texts=texts_of(None, rows))
        await _analyze(database)
        raws = [await RawSearch.connect(service.database, database) for _ in range(_AT_ONCE)]
        spec = _spec(store, queries[0], "bits")
        by_raw = await _rate([_asking(raw, spec) for raw in raws])
        body = {"query": "passage of an index", "footnote": {"mode": "semantic"}}
        async with httpx.AsyncClient(base_url=service.v1) as client:
            path = f"vector_stores/{store.public_id}/search"
            before = cpu_seconds(service.pid)
            by_http = await _rate([lambda _: client.post(path, json=body)] * _AT_ONCE)
            cpu = 1_000 * (cpu_seconds(service.pid) - before) / (by_http * _SECONDS)
        for raw in raws:
            await raw.close()
        await database.close()
    print(
        f"http/raw={by_http / by_raw:.2f} rows={rows} at_once={_AT_ONCE} ({by_http:.0f} / {by_raw:.0f} a second) "
        f"server cpu={cpu:.2f} ms"
    )


async def _rate(workers: list[Callable[[int], Awaitable[object]]]) -> float:
    """Return how many calls a second all workers make together."""
    await asyncio.gather(*(worker(0) for worker in workers))
    end = time.perf_counter() + _SECONDS

    async def work(call: Callable[[int], Awaitable[object]]) -> int:
        done = 0
        while time.perf_counter() < end:
            await call(done)
            done += 1
        return done

    return sum(await asyncio.gather(*(work(worker) for worker in workers))) / _SECONDS


class RawSearch:
    """The repository's statement by a bare psycopg connection: prepared, its plan kept, binary, its settings made once."""

    def __init__(self, connection: "psycopg.AsyncConnection[Any]", database: Database) -> None:
        self._connection = connection
        self._database = database
        self._known: dict[int, tuple[str, dict[str, Any]]] = {}

    @classmethod
    async def connect(cls, address: str, database: Database, *, plans: str = _KEPT) -> "RawSearch":
        connection = await psycopg.AsyncConnection.connect(address, autocommit=True)
        await register_vector_async(connection)
        await connection.execute(_SESSION, (plans,))
        return cls(connection, database)

    async def search(self, spec: SearchSpec) -> list[Any]:
        """Return the rows that the repository's search returns."""
        if id(spec) not in self._known:
            compiled = candidate_statement(spec, CALLER.project_id).compile(
                engine_of(self._database).sync_engine
            )
            self._known[id(spec)] = (
                compiled.string,
                dict(compiled.construct_params(candidate_parameters(spec))),
            )
        statement, parameters = self._known[id(spec)]
        cursor = await self._connection.execute(statement, parameters, prepare=True, binary=True)
        return await cursor.fetchall()

    async def close(self) -> None:
        await self._connection.close()


def _asking(raw: RawSearch, spec: SearchSpec) -> Callable[[int], Awaitable[object]]:
    return lambda _: raw.search(spec)


def _spec(store: VectorStore, query: Vectors, route: Any, *, probes: int = 1) -> SearchSpec:
    return SearchSpec((store.id,), 10, SemanticLeg(query, route, probes))


async def _find(database: Database, spec: SearchSpec) -> list[tuple[int, int, int]]:
    keys: list[tuple[int, int, int]] = []

    def note(found: list[Candidates]) -> list[tuple[int, int, int]]:
        keys.extend(candidate.key for candidate in found[0].best)
        return []

    await database.project(CALLER.project_id).search.find([spec], note, Wanted(0))
    return keys


async def _lay_inline(database: Database, dimensions: int) -> None:
    """Copy the vectors to a table where they lie in the row: the fairest exact scan."""
    async with engine_of(database).begin() as connection:
        await connection.execute(
            text(f"create table inline_vectors (file_id bigint, ordinal bigint, v halfvec({dimensions}))")
        )
        await connection.execute(text("alter table inline_vectors alter v set storage plain"))
        await connection.execute(
            text("insert into inline_vectors select file_id, ordinal, embedding from chunks")
        )
    await _analyze(database)


async def _inline(database: Database, query: Vectors) -> set[tuple[int, int]]:
    statement = text("select file_id, ordinal from inline_vectors order by v <=> :query limit 10")
    async with engine_of(database).connect() as connection:
        rows = await connection.execute(statement, {"query": HalfVector(query)})
        return {(file_id, ordinal) for file_id, ordinal in rows}


async def _analyze(database: Database) -> None:
    autocommit = autocommit_of(database)
    async with autocommit.connect() as connection:
        await connection.execute(text("vacuum analyze"))


if __name__ == "__main__":
    main()
