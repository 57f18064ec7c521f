"""What runs next to searches: storing against COPY, deleting a store, rebuilding an index under load.

    python -m benchmarks.upkeep [--rows 30000] [--target copy|delete|rebuild|all]

Prints one line a target:

- copy: chunks a second into both tables through the repository over those of raw COPY BINARY of the same rows;
- delete: seconds to delete a store of this many chunks;
- rebuild: p99 of searches while the store's index is rebuilt over that before it, and the longest write meanwhile. As
  in a server, the process that searches is another one than the one that looks after the index.
"""

import argparse
import asyncio
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
import psycopg
from pgvector.psycopg import register_vector
from sqlalchemy import text

from app.core.chunk_words import chunk_words
from app.db.candidates import SearchSpec, SemanticLeg
from app.db.chunks import NewChunk
from app.db.database import Database
from app.db.engine import DatabaseUrls
from app.library.vector_stores import VectorStoreLibrary
from app.models import VectorStore
from benchmarks.rig import (
    CALLER,
    Vectors,
    by_file,
    clustered,
    engine_of,
    fill,
    make_care,
    make_store,
    own_database,
    texts_of,
    urls_of,
)

_DIMENSIONS = 1_536
_IDLE_SECONDS = 8.0
_WRITE_EVERY_SECONDS = 0.05
_TABLES = {
    "chunks": (
        "vector_store_id, file_id, ordinal, project_id, content, content_sha256, char_start, char_end, embedding",
        ["int8", "int8", "int8", "varchar", "varchar", "bytea", "int8", "int8", "halfvec"],
    ),
    "chunk_lexemes": (
        "vector_store_id, file_id, ordinal, lexemes, weights",
        ["int8", "int8", "int8", "int8[]", "sparsevec"],
    ),
}


def main() -> None:
    """Run the measurements that the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=30_000)
    parser.add_argument("--target", choices=["copy", "delete", "rebuild", "all"], default="all")
    arguments = parser.parse_args()
    for name, work in (("copy", _copy), ("delete", _delete), ("rebuild", _rebuild)):
        if arguments.target in (name, "all"):
            asyncio.run(work(arguments.rows))


async def _copy(rows: int) -> None:
    vectors, _ = clustered(rows, _DIMENSIONS)
    texts = [
        f"{text} about subject {number % 977} and matter {number % 89}"
        for number, text in enumerate(texts_of(None, rows))
    ]
    chunks = [
        NewChunk(content, b"%32d" % row, row, row + 1, None, None, vectors[row], chunk_words([content], "eng")[0])
        for row, content in enumerate(texts)
    ]  # fmt: skip
    async with own_database() as (database, address):
        stores = [await make_store(database, name, _DIMENSIONS) for name in ("ours", "raw")]
        # One file a store: what is compared is the storing of chunks.
        for store in stores:
            await fill(database, store, vectors[:1], files=[0], texts=texts[:1])
        async with database.project(CALLER.project_id).read() as snapshot:
            (ours,), (raw,) = [
                [row.membership.file_id for row in [await snapshot.vector_store_files.get(store.id, f"file-{store.id}-0")]]
                for store in stores
            ]  # fmt: skip
        times = []
        # Twice, and the better one counts: whoever comes first pays for new files of tables and log.
        for _ in range(2):
            by_repository = await _store(database, (stores[0].id, ours), chunks)
            times.append((by_repository, _raw_copy(address, stores[0].id, (stores[1].id, raw))))
        by_repository, by_copy = map(min, zip(*times, strict=True))
    print(
        f"repository/copy={by_copy / by_repository:.2f} rows={rows} "
        f"(chunks/s {rows / by_repository:.0f} / {rows / by_copy:.0f})"
    )


async def _store(database: Database, target: tuple[int, int], chunks: list[NewChunk]) -> float:
    """Store the chunks in place of a membership's; return the seconds that storing took."""
    async with database.project(CALLER.project_id).write(timeout_seconds=600) as tx:
        await tx.lexemes.delete(*target)
        await tx.chunks.delete(*target)
    started = time.perf_counter()
    async with database.project(CALLER.project_id).write(timeout_seconds=600, grows=True) as tx:
        await tx.chunks.copy(target[0], {target[1]: chunks})
        await tx.lexemes.copy(target[0], {target[1]: (chunk.words for chunk in chunks)})
    return time.perf_counter() - started


def _raw_copy(address: str, source_store: int, target: tuple[int, int]) -> float:
    """Copy one store's rows to another's by COPY BINARY; return the seconds that writing took."""
    taken = 0.0
    with psycopg.connect(address) as connection:
        register_vector(connection)
        connection.execute("delete from chunks where vector_store_id = %s", (target[0],))
        connection.execute("delete from chunk_lexemes where vector_store_id = %s", (target[0],))
        connection.commit()
        for table, (columns, types) in _TABLES.items():
            statement = f"select {columns} from {table} where vector_store_id = %s order by file_id, ordinal"
            rows = connection.execute(statement, (source_store,), binary=True).fetchall()
            if table == "chunk_lexemes":
                rows = [
                    (*row[:3], [target[0] << 32 | key & 0xFFFFFFFF for key in row[3]], row[4]) for row in rows
                ]
            started = time.perf_counter()
            with (
                connection.cursor() as cursor,
                cursor.copy(f"copy {table} ({columns}) from stdin (format binary)") as copy,
            ):
                copy.set_types(types)
                for row in rows:
                    copy.write_row((*target, *row[2:]))
            connection.commit()
            taken += time.perf_counter() - started
    return taken


async def _delete(rows: int) -> None:
    vectors, _ = clustered(rows, _DIMENSIONS)
    async with own_database() as (database, _):
        store = await make_store(database, "doomed", _DIMENSIONS)
        await fill(database, store, vectors, files=by_file(rows), texts=texts_of(None, rows))
        started = time.perf_counter()
        await VectorStoreLibrary(database).delete(CALLER, store.public_id)
        taken = time.perf_counter() - started
    print(f"delete={taken:.2f} s chunks={rows}")


async def _rebuild(rows: int) -> None:
    vectors, queries = clustered(rows, _DIMENSIONS)
    async with own_database() as (database, _):
        store = await make_store(database, "rebuilt", _DIMENSIONS)
        await fill(database, store, vectors, files=by_file(rows))
        urls, loop = urls_of(database), asyncio.get_running_loop()
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as caring:
            probes = await loop.run_in_executor(caring, _build, urls)
            load = Load(database, store, queries, probes=probes)
            idle_reads, _ = await load.during(asyncio.sleep(_IDLE_SECONDS))
            reads, writes = await load.during(loop.run_in_executor(caring, _build, urls))
    before, during = np.percentile(idle_reads, 99), np.percentile(reads, 99)
    print(
        f"rebuild p99/idle p99={during / before:.2f} longest write={1_000 * max(writes):.0f} ms rows={rows} errors=0 "
        f"(p99 {1_000 * during:.1f} / {1_000 * before:.1f} ms, {len(reads)} reads, {len(writes)} writes)"
    )


def _build(urls: DatabaseUrls) -> int:
    """Build or rebuild the one store's index, measure it, and return its probes."""
    return asyncio.run(_built(urls))


async def _built(urls: DatabaseUrls) -> int:
    database = Database.connect(urls)
    try:
        care = make_care(database, _DIMENSIONS)
        (entry,) = await care.status()
        await care.build(entry)
        (entry,) = await care.status()
        return entry.probes or 1
    finally:
        await database.close()


class Load:
    """A reader without pause and a writer twenty times a second, both of whom fail loudly."""

    def __init__(self, database: Database, store: VectorStore, queries: Vectors, *, probes: int) -> None:
        self._database = database
        self._store = store
        self._specs = [
            SearchSpec((store.id,), 10, SemanticLeg(query, "ivfflat", probes)) for query in queries
        ]
        self._written = 0

    async def during(self, work: Any) -> tuple[list[float], list[float]]:
        """Return the seconds of each read and each write while the work lasted."""
        reads: list[float] = []
        writes: list[float] = []
        done = asyncio.ensure_future(work)
        await asyncio.gather(
            self._keep(done, self._read, reads, 0.0),
            self._keep(done, self._write, writes, _WRITE_EVERY_SECONDS),
            done,
        )
        return reads, writes

    async def _keep(self, done: "asyncio.Future[Any]", call: Any, taken: list[float], pause: float) -> None:
        while not done.done():
            started = time.perf_counter()
            await call(len(taken))
            taken.append(time.perf_counter() - started)
            await asyncio.sleep(pause)

    async def _read(self, number: int) -> None:
        async with self._database.project(CALLER.project_id).read() as snapshot:
            await snapshot.chunk_search.find_candidates(self._specs[number % len(self._specs)])

    async def _write(self, _: int) -> None:
        self._written += 1
        async with engine_of(self._database).begin() as connection:
            await connection.execute(
                text("""
                    insert into chunks (vector_store_id, file_id, ordinal, project_id, content, content_sha256,
                        char_start, char_end, embedding)
                    select vector_store_id, file_id, :ordinal, project_id, content, content_sha256, char_start, char_end,
                        embedding from chunks where vector_store_id = :store_id order by file_id, ordinal limit 1"""),
                {"ordinal": 1_000_000 + self._written, "store_id": self._store.id},
            )


if __name__ == "__main__":
    main()
