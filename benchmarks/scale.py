"""How storing, searching and reading files grow with the chunks: one line for each size.

    python -m benchmarks.scale [--rows 1000 10000 100000 1000000] [--dimensions 64]

A running service's store is filled with chunks of some 400 characters and their lexemes. Prints

- stored/s: chunks stored a second through the repository, two files at a time, making their lexemes included;
- exact, bits, ivfflat: p50 of semantic searches through the repository, the index with the recall that index care measured;
- ingested/s: chunks a second of 200 further files of about 5 chunks, by a file batch over HTTP, from the attach call until all
  are completed, and with the uploads; embedded by the fallback, so the time is Footnote's own;
- hybrid: p50 of 30 hybrid searches over HTTP, one after another, each a question that was not asked before.

Over HTTP the store is as the service would have it by itself: with its index from VECTOR_INDEX_MIN_CHUNKS on, without it below.
"""

import argparse
import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
import numpy as np
import openai
from sqlalchemy import text

from app.db.candidates import SearchSpec, SemanticLeg
from app.db.database import Database
from app.db.engine import DatabaseUrls
from app.db.vector_indexes import StoreIndex
from app.models import VectorStore
from app.upkeep.index_care import IndexPolicy
from benchmarks.prose import Prose
from benchmarks.rig import (
    CALLER,
    Topics,
    Vectors,
    autocommit_of,
    fill,
    make_care,
    make_store,
    medians,
)
from benchmarks.service import running

_FILE_CHUNKS = 1_000
_CHUNK_CHARACTERS = 400
_AT_ONCE = 2
_FURTHER_FILES = 200
_FURTHER_CHARACTERS = 2_100
_QUESTIONS = 30
_WARM = 5


@dataclass(frozen=True, slots=True)
class Searches:
    """Median seconds of semantic searches by route; the index, and the seconds its making took."""

    exact: float
    bits: float
    ivfflat: float
    index: StoreIndex
    built_seconds: float


@dataclass(frozen=True, slots=True)
class Ingest:
    """Further files read by the service: how many chunks, and the seconds of their uploads and of their reading."""

    chunks: int
    upload_seconds: float
    read_seconds: float


def main() -> None:
    """Run the measurement that the arguments describe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--dimensions", type=int, default=64)
    arguments = parser.parse_args()
    for rows in arguments.rows:
        asyncio.run(_measure(rows, arguments.dimensions))


async def _measure(rows: int, dimensions: int) -> None:
    topics, prose = Topics(rows, dimensions), Prose()
    # Deferred: the index is built by this script, when the store is full.
    with running(EMBEDDING_DIMENSIONS=str(dimensions), VECTOR_INDEX_BUILD="deferred") as service:
        url = service.database.replace("postgresql://", "postgresql+psycopg://")
        database = Database.connect(DatabaseUrls(url, url))
        store = await make_store(database, "scale", dimensions)
        stored = await _store(database, store, rows, topics=topics, prose=prose)
        searches = await _search(database, store, topics.draw(100))
        if rows < IndexPolicy().min_chunks:
            await database.system("index care").vector_indexes.drop(store.id)
        further = prose.texts(_FURTHER_FILES, characters=_FURTHER_CHARACTERS)
        ingest = await asyncio.to_thread(_ingest, service.v1, store.public_id, further)
        hybrid = await _ask(service.v1, store.public_id, prose.questions(_WARM + _QUESTIONS))
        await database.close()
    _print(f"rows={rows} dimensions={dimensions} stored/s={stored:.0f}", searches, ingest, hybrid=hybrid)


async def _store(database: Database, store: VectorStore, rows: int, *, topics: Topics, prose: Prose) -> float:
    """Fill the store file by file, so that no more than a few are in memory; return chunks a second."""
    starts = iter(range(0, rows, _FILE_CHUNKS))

    async def work(starts: Iterator[int]) -> None:
        for first in starts:
            count = min(_FILE_CHUNKS, rows - first)
            vectors, texts = topics.draw(count), prose.texts(count, characters=_CHUNK_CHARACTERS)
            files = np.full(count, first // _FILE_CHUNKS)
            await fill(database, store, vectors, files=files, texts=texts)

    started = time.perf_counter()
    # While PostgreSQL stores one file, the lexemes of the next are made.
    await asyncio.gather(*(work(starts) for _ in range(_AT_ONCE)))
    taken = time.perf_counter() - started
    autocommit = autocommit_of(database)
    async with autocommit.connect() as connection:
        await connection.execute(text("vacuum analyze"))
    return rows / taken


async def _search(database: Database, store: VectorStore, queries: Vectors) -> Searches:
    async def search(number: int, leg: SemanticLeg) -> None:
        spec = SearchSpec((store.id,), 10, SemanticLeg(queries[number % 100], leg.route, leg.probes))
        async with database.project(CALLER.project_id).read() as snapshot:
            await snapshot.chunk_search.find_candidates(spec)

    exact = await medians(lambda n: search(n, SemanticLeg(queries[0], "exact")), count=10, warm=2)
    bits = await medians(lambda n: search(n, SemanticLeg(queries[0], "bits")), count=30)
    started = time.perf_counter()
    care = make_care(database, queries.shape[1], min_chunks=1_000)
    await care.do_due()
    built_seconds = time.perf_counter() - started
    (index,) = await care.status()
    probes = index.probes or 1
    indexed = await medians(lambda n: search(n, SemanticLeg(queries[0], "ivfflat", probes)), count=100)
    return Searches(exact, bits, indexed, index, built_seconds)


def _ingest(base_url: str, store_id: str, texts: list[str]) -> Ingest:
    """Upload the files, four at once, and attach them by one batch."""
    with openai.OpenAI(base_url=base_url, api_key="any") as client, ThreadPoolExecutor(4) as pool:

        def upload(entry: tuple[int, str]) -> str:
            number, content = entry
            return client.files.create(file=(f"{number}.txt", content.encode()), purpose="assistants").id

        started = time.perf_counter()
        files = list(pool.map(upload, enumerate(texts)))
        attached = time.perf_counter()
        batches = client.vector_stores.file_batches
        batch = batches.create_and_poll(store_id, file_ids=files)
        done = time.perf_counter()
        if batch.file_counts.completed != len(texts):
            raise RuntimeError(f"not all files were read: {batch.file_counts}")
        members = batches.list_files(batch.id, vector_store_id=store_id, limit=100)
        chunks = sum((member.model_extra or {})["chunks"] for member in members)
    return Ingest(chunks, attached - started, done - attached)


async def _ask(base_url: str, store_id: str, questions: list[str]) -> float:
    """Return the median seconds of a search."""
    left = iter(questions)
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:

        async def ask(_: int) -> None:
            answer = await client.post(f"vector_stores/{store_id}/search", json={"query": next(left)})
            if not answer.raise_for_status().json()["data"]:
                raise RuntimeError("a search found nothing")

        return await medians(ask, count=_QUESTIONS, warm=_WARM)


def _print(head: str, searches: Searches, ingest: Ingest, *, hybrid: float) -> None:
    index = searches.index
    read, with_uploads = ingest.read_seconds, ingest.read_seconds + ingest.upload_seconds
    print(
        f"{head} | exact={1_000 * searches.exact:.1f} ms bits={1_000 * searches.bits:.1f} ms "
        f"ivfflat={1_000 * searches.ivfflat:.1f} ms (recall {index.recall or 0:.3f}, lists {index.lists}, "
        f"probes {index.probes}, {'serves' if index.serves else 'unused'}, "
        f"built and measured in {searches.built_seconds:.0f} s) | HTTP: "
        f"ingested/s={ingest.chunks / read:.0f}, with uploads {ingest.chunks / with_uploads:.0f} "
        f"({_FURTHER_FILES} files, {ingest.chunks} chunks) hybrid={1_000 * hybrid:.1f} ms",
        flush=True,
    )


if __name__ == "__main__":
    main()
