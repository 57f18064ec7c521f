"""The lexical leg against PostgreSQL's own ranking, and both legs in one statement against each alone.

    python -m benchmarks.legs FOLDER [--rows 30000]

FOLDER is a collection as `footnote eval` takes it; its passages and questions are used, with synthetic embeddings. Prints the
p95 of the lexical leg over that of a full-OR `ts_rank_cd` on a GIN index, and the p50 of hybrid search over the sum of
its legs.
"""

import argparse
import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
from sqlalchemy import text

from app.db.candidates import LexicalLeg, SearchSpec, SemanticLeg
from app.db.database import Database
from app.evaluation.collections import read_collection
from app.models import VectorStore
from app.retrieval.plan import WordCounts
from benchmarks.rig import (
    CALLER,
    Vectors,
    autocommit_of,
    by_file,
    clustered,
    engine_of,
    fill,
    make_store,
    own_database,
    texts_of,
)

_DIMENSIONS = 1_536
_LIMIT = 100
_QUERIES = 100


def main() -> None:
    """Run the measurement that the arguments describe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=30_000)
    arguments = parser.parse_args()
    asyncio.run(_measure(arguments.folder, arguments.rows))


async def _measure(folder: Path, rows: int) -> None:
    vectors, embedded = clustered(rows, _DIMENSIONS)
    questions = [query.text for query in read_collection(folder).queries][:_QUERIES]
    async with own_database() as (database, _):
        store = await make_store(database, "legs", _DIMENSIONS)
        await fill(database, store, vectors, files=by_file(rows), texts=texts_of(folder, rows))
        await _lay_tsvectors(database)
        async with database.project(CALLER.project_id).read() as snapshot:
            store = await snapshot.vector_stores.get(store.public_id)
        legs = [await _leg(database, store, question) for question in questions]
        lexical = await _times(
            lambda n: _find(database, SearchSpec((store.id,), _LIMIT, lexical=legs[n])), len(legs)
        )
        ranked = await _times(lambda n: _ts_rank(database, questions[n]), len(legs))
        semantic = await _times(lambda n: _find(database, _spec(store, embedded, n)), len(legs))
        both = await _times(lambda n: _find(database, _spec(store, embedded, n, legs[n])), len(legs))
    lexical_p95, ranked_p95 = np.percentile(lexical, 95), np.percentile(ranked, 95)
    alone = np.median(semantic) + np.median(lexical)
    print(
        f"lexical/ts_rank_cd={lexical_p95 / ranked_p95:.3f} rows={rows} "
        f"(p95 {1_000 * lexical_p95:.1f} / {1_000 * ranked_p95:.1f} ms)"
    )
    print(
        f"hybrid/(semantic+lexical)={np.median(both) / alone:.2f} rows={rows} (p50 {1_000 * np.median(both):.1f} / "
        f"{1_000 * np.median(semantic):.1f} + {1_000 * np.median(lexical):.1f} ms)"
    )


async def _leg(database: Database, store: VectorStore, question: str) -> LexicalLeg | None:
    project = database.project(CALLER.project_id)
    stores, counted = await WordCounts().look_up(project, (store.public_id,), [question])
    return counted.weigh(stores, question).leg


def _spec(store: VectorStore, embedded: Vectors, number: int, leg: LexicalLeg | None = None) -> SearchSpec:
    semantic = SemanticLeg(embedded[number % len(embedded)], "bits")
    return SearchSpec((store.id,), _LIMIT, semantic=semantic, lexical=leg)


async def _find(database: Database, spec: SearchSpec) -> None:
    if spec.semantic is not None or spec.lexical is not None:
        async with database.project(CALLER.project_id).read() as snapshot:
            await snapshot.chunk_search.find_candidates(spec)


async def _times(work: Callable[[int], Awaitable[None]], count: int) -> list[float]:
    """Return the seconds of each call, the second time round."""
    taken = []
    for number in (*range(count), *range(count)):
        started = time.perf_counter()
        await work(number)
        taken.append(time.perf_counter() - started)
    return taken[count:]


async def _lay_tsvectors(database: Database) -> None:
    async with engine_of(database).begin() as connection:
        await connection.execute(
            text(
                "create table texts as select file_id, ordinal, to_tsvector('english', content) v from chunks"
            )
        )
        await connection.execute(text("create index on texts using gin (v)"))
    autocommit = autocommit_of(database)
    async with autocommit.connect() as connection:
        await connection.execute(text("vacuum analyze"))


async def _ts_rank(database: Database, question: str) -> None:
    words = " | ".join(re.findall(r"[A-Za-z0-9]+", question))
    statement = text("""
        select file_id, ordinal from texts, to_tsquery('english', :words) q
        where v @@ q order by ts_rank_cd(v, q) desc limit 100""")
    async with engine_of(database).connect() as connection:
        (await connection.execute(statement, {"words": words})).all()


if __name__ == "__main__":
    main()
