"""How storing and searching grow with the chunks: one line for each size.

    python -m benchmarks.scale [--rows 1000 10000 100000 1000000] [--dimensions 64]

Prints chunks stored a second, and p50 in milliseconds of an exact search, of one by sign bits, and of one through the
IVFFlat index with the recall that index care has measured.
"""

import argparse
import asyncio
import time

from sqlalchemy import text

from app.db.candidates import SearchSpec, SemanticLeg
from app.db.database import Database
from benchmarks.rig import CALLER, by_file, clustered, fill, make_care, make_store, medians, own_database

_FILE_CHUNKS = 1_000


def main() -> None:
    """Run the measurement that the arguments describe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--dimensions", type=int, default=64)
    arguments = parser.parse_args()
    for rows in arguments.rows:
        asyncio.run(_measure(rows, arguments.dimensions))


async def _measure(rows: int, dimensions: int) -> None:
    vectors, queries = clustered(rows, dimensions)
    async with own_database() as (database, _):
        store = await make_store(database, "scale", dimensions)
        started = time.perf_counter()
        await fill(database, store, vectors, files=by_file(rows, chunks=_FILE_CHUNKS))
        stored = rows / (time.perf_counter() - started)
        autocommit = database.engine.execution_options(isolation_level="AUTOCOMMIT")
        async with autocommit.connect() as connection:
            await connection.execute(text("vacuum analyze"))

        async def search(number: int, leg: SemanticLeg) -> None:
            spec = SearchSpec((store.id,), 10, SemanticLeg(queries[number % 100], leg.route, leg.probes))
            await _find(database, spec)

        exact = await medians(lambda n: search(n, SemanticLeg(queries[0], "exact")), count=10, warm=2)
        bits = await medians(lambda n: search(n, SemanticLeg(queries[0], "bits")), count=30)
        started = time.perf_counter()
        care = make_care(database, dimensions, min_chunks=1_000)
        await care.do_due()
        built = time.perf_counter() - started
        (entry,) = await care.status()
        probes = entry.probes or 1
        indexed = await medians(lambda n: search(n, SemanticLeg(queries[0], "ivfflat", probes)), count=100)
    print(
        f"rows={rows} dimensions={dimensions} stored/s={stored:.0f} exact={1_000 * exact:.1f} ms bits={1_000 * bits:.1f} ms "
        f"ivfflat={1_000 * indexed:.1f} ms (recall {entry.recall or 0:.3f}, lists {entry.lists}, probes {entry.probes}, "
        f"{'serves' if entry.serves else 'unused'}, built and measured in {built:.0f} s)",
        flush=True,
    )


async def _find(database: Database, spec: SearchSpec) -> None:
    async with database.snapshot(CALLER.project_id) as snapshot:
        await snapshot.chunk_search.find_candidates(spec)


if __name__ == "__main__":
    main()
