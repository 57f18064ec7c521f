"""How much of the exact top ten each way of searching finds, on real embeddings: whole, filtered, and after growth.

    python -m benchmarks.recall VECTORS.npz [--rows 50000] [--queries 200]

VECTORS comes from `benchmarks.real_vectors`. Prints recall@10 of sign bits and of the IVFFlat index that index care made
and measured, grown with its store from nothing and built at the end; and of searches behind filters that keep 100, 10, 1
and .1 % of the files, and those of one collection, which is a topic.
"""

import argparse
import asyncio
from pathlib import Path
from typing import Any

import numpy as np

from app.core.filters import Comparison
from app.core.types import SearchRoute
from app.db.candidates import SearchSpec, SemanticLeg
from app.db.chunk_search import ChunkKey
from app.db.database import Database
from app.db.vector_indexes import StoreIndex
from app.models import VectorStore
from app.upkeep.index_care import IndexCare
from benchmarks.rig import CALLER, Vectors, fill, make_care, make_store, own_database

_WANTED = 10
_SHARES = (1.0, 0.1, 0.01, 0.001)
_LOADS = 20


def main() -> None:
    """Run the measurement that the arguments describe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("vectors", type=Path)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--queries", type=int, default=200)
    arguments = parser.parse_args()
    asyncio.run(_measure(arguments.vectors, arguments.rows, arguments.queries))


async def _measure(path: Path, rows: int, queries: int) -> None:
    held = np.load(path)
    random = np.random.default_rng(3)
    vectors, documents = held["vectors"][:rows], held["documents"][:rows]
    asked = held["queries"][random.permutation(len(held["queries"]))[:queries]]
    names, files = np.unique(documents, return_inverse=True)
    share_of = random.permutation(len(names)) / len(names)
    topics = [str(name).split("/", maxsplit=1)[0] for name in names]

    def attributes(number: int) -> dict[str, Any]:
        return {"share": float(share_of[number]), "topic": topics[number]}

    async with own_database() as (database, _):
        store = await make_store(database, "real", vectors.shape[1])
        care = make_care(database, vectors.shape[1], min_chunks=1_000)
        for part in np.array_split(random.permutation(len(names)), _LOADS):
            rows_of_part = np.isin(files, part)
            await fill(
                database, store, vectors[rows_of_part], files=files[rows_of_part], attributes=attributes
            )
            await care.do_due()

        grown = await _index_recall(database, await _index(care), store, asked)
        await care.build(await _index(care))
        built = await _index_recall(database, await _index(care), store, asked)
        bits = await _recall(database, store, asked, "bits")
        print(f"rows={len(vectors)} queries={len(asked)} bits={bits:.3f} grown [{grown}] built [{built}]")
        for share in _SHARES:
            tree = Comparison(operator="lt", key="share", value=share)
            print(
                f"filter keeps {share:.1%}: {await _recall(database, store, asked, 'bits', filters=tree):.3f}"
            )
        for topic in sorted(set(topics)):
            tree = Comparison(operator="eq", key="topic", value=topic)
            print(f"filter of {topic}: {await _recall(database, store, asked, 'bits', filters=tree):.3f}")


async def _index(care: IndexCare) -> StoreIndex:
    (entry,) = await care.status()
    return entry


async def _index_recall(database: Database, entry: StoreIndex, store: VectorStore, asked: Vectors) -> str:
    recall = await _recall(database, store, asked, "ivfflat", probes=entry.probes or 1)
    serves = "serves" if entry.serves else "unused"
    return (
        f"recall={recall:.3f} estimated={entry.recall or 0:.3f} lists={entry.lists} probes={entry.probes} "
        f"gain={entry.gain or 0:.2f} {serves}"
    )


async def _recall(
    database: Database,
    store: VectorStore,
    asked: Vectors,
    route: SearchRoute,
    *,
    probes: int = 1,
    filters: Comparison | None = None,
) -> float:
    """Return the share of the exact top ten that the route finds; it must return as many rows as there are."""
    shared = wanted = 0
    for query in asked:
        exact = await _nearest(
            database, SearchSpec((store.id,), 100, SemanticLeg(query, "exact"), filters=filters)
        )
        leg = SemanticLeg(query, route, probes)
        found = await _nearest(database, SearchSpec((store.id,), 100, leg, filters=filters))
        if len(found) < len(exact):
            raise RuntimeError(f"{route} found {len(found)} rows of {len(exact)}")
        shared += len(set(found[:_WANTED]) & set(exact[:_WANTED]))
        wanted += len(exact[:_WANTED])
    return shared / wanted if wanted else 1.0


async def _nearest(database: Database, spec: SearchSpec) -> list[ChunkKey]:
    async with database.project(CALLER.project_id).read() as snapshot:
        found = await snapshot.chunk_search.find_candidates(spec)
    return [entry.key for entry in sorted(found, key=lambda entry: (-(entry.cosine or 0), entry.key))]


if __name__ == "__main__":
    main()
