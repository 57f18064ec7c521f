"""A database of its own for a measurement, filled with vectors straight through the repository."""

import io
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.chunk_words import chunk_words
from app.core.chunking import SentenceRule
from app.core.stemming import UNDETERMINED
from app.core.types import Caller, EmbeddingSpace
from app.db.chunks import NewChunk
from app.db.database import Database
from app.db.engine import DatabaseUrls
from app.db.jobs import Held
from app.db.migrating import migrate
from app.db.vector_stores import Added
from app.models import File, VectorStore, VectorStoreFile
from app.postgres.embedded import start_embedded
from app.providers.fallback.embeddings import MODEL, FallbackEmbeddings
from app.upkeep.index_care import IndexCare, IndexPolicy
from benchmarks.texts import documents

CALLER = Caller("proj_default")
Vectors = NDArray[np.float32]
_FILE_CHUNKS = 100
_LATENT = 48


@asynccontextmanager
async def own_database() -> AsyncIterator[tuple[Database, str]]:
    """Open a migrated database on an embedded PostgreSQL with its usual settings; with its address for psycopg."""
    with tempfile.TemporaryDirectory() as folder, start_embedded(Path(folder) / "data") as held:
        migrate(held.url)
        database = Database.connect(DatabaseUrls(held.url, held.url, Path(folder) / "data"))
        try:
            yield database, held.url.replace("postgresql+psycopg://", "postgresql://")
        finally:
            await database.close()


def clustered(rows: int, dimensions: int, *, seed: int = 7) -> tuple[Vectors, Vectors]:
    """Return unit vectors around centres of falling size, as topics are, and 100 queries of the same kind.

    They vary in 48 directions, and a little in all: as embeddings do, whose dimensions go together.
    """
    topics = Topics(rows, dimensions, seed=seed)
    return topics.draw(rows), topics.draw(100)


class Topics:
    """The centres that `clustered` draws from, for about this many rows, for callers that want vectors in parts."""

    def __init__(self, rows: int, dimensions: int, *, seed: int = 7) -> None:
        self._random = np.random.default_rng(seed)
        size = (max(20, round(rows**0.5)), _LATENT)
        self._centres = self._random.normal(size=size).astype(np.float32)
        weights = 1 / np.arange(1, len(self._centres) + 1)
        self._shares = weights / weights.sum()
        directions = self._random.normal(size=(_LATENT, dimensions)).astype(np.float32)
        self._directions = directions / _LATENT**0.5

    def draw(self, count: int) -> Vectors:
        """Return the next unit vectors."""
        chosen = self._random.choice(len(self._centres), size=count, p=self._shares)
        spread = self._random.normal(size=(count, _LATENT)).astype(np.float32)
        noise = self._random.normal(size=(count, self._directions.shape[1])).astype(np.float32)
        return units((self._centres[chosen] + 0.7 * spread) @ self._directions + 0.1 * noise)


def units(vectors: NDArray[np.floating[Any]]) -> Vectors:
    """Return the vectors at unit length."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def by_file(count: int, *, chunks: int = _FILE_CHUNKS) -> NDArray[np.int64]:
    """Return a file number for each of this many chunks, a hundred to a file."""
    return np.arange(count) // chunks


def texts_of(folder: Path | None, count: int) -> list[str]:
    """Return this many distinct passages of a collection's documents, or numbered lines without a collection."""
    if folder is None:
        return [f"Passage number {number}." for number in range(count)]
    pieces = [text[start : start + 800] for text in documents(folder) for start in range(0, len(text), 800)]
    return [f"{pieces[number % len(pieces)]} ({number})" for number in range(count)]


async def make_store(database: Database, name: str, dimensions: int) -> VectorStore:
    """Return an empty store of the fallback's model, in English."""
    async with database.project(CALLER.project_id).write() as tx:
        store = await tx.vector_stores.create(name=name, language="eng")
        return await tx.vector_stores.bind_space(store.id, EmbeddingSpace(MODEL, dimensions))


def autocommit_of(database: Database) -> AsyncEngine:
    """Return connections for raw SQL, each statement in a transaction of its own."""
    return database._owner  # noqa: SLF001 - nobody in the program sees an engine


def engine_of(database: Database) -> AsyncEngine:
    """Return connections for raw SQL, which the repositories are measured against; SQLAlchemy begins transactions."""
    return autocommit_of(database).execution_options(isolation_level="READ COMMITTED")


def urls_of(database: Database) -> DatabaseUrls:
    """Return how another process reaches a database of `own_database`."""
    url = engine_of(database).url.render_as_string(hide_password=False)
    return DatabaseUrls(url, url, database._primary.failures.data_dir)  # noqa: SLF001 - as above


async def fill(
    database: Database,
    store: VectorStore,
    vectors: Vectors,
    *,
    files: Sequence[int] | NDArray[np.int64],
    attributes: Callable[[int], Mapping[str, Any]] = lambda _: {},
    texts: Sequence[str] | None = None,
) -> None:
    """Store a chunk a vector, by file number; with `texts` their lexemes, too."""
    order = np.argsort(np.asarray(files), kind="stable")
    borders = np.flatnonzero(np.diff(np.asarray(files)[order], prepend=-1))
    for rows in np.split(order, borders[1:]):
        number = int(np.asarray(files)[rows[0]])
        chunks = [_chunk(number, int(row), vectors[row], texts[row] if texts else None) for row in rows]
        async with database.project(CALLER.project_id).write(timeout_seconds=600) as tx:
            file = await tx.files.create(_file(store, number), io.BytesIO(b"x"))
            membership = VectorStoreFile(
                vector_store_id=store.id,
                file_id=file.id,
                project_id=CALLER.project_id,
                attributes=dict(attributes(number)),
                chunking=SentenceRule(),
            )
            held = Held(len(chunks), sum(len(chunk.content) for chunk in chunks), UNDETERMINED)
            await tx.jobs.queue(membership)
            await tx.jobs.complete({file.id: held}, store_id=store.id)
            await tx.chunks.copy(store.id, {file.id: chunks})
            if texts:
                await tx.lexemes.copy(store.id, {file.id: (chunk.words for chunk in chunks)})
            added = Added(1, len(chunks), sum(len(chunk.content) for chunk in chunks))
            await tx.vector_stores.take_in(store.id, EmbeddingSpace(MODEL, vectors.shape[1]), added)


def make_care(database: Database, dimensions: int, **policy: Any) -> IndexCare:
    """Return index care that builds only on request."""
    return IndexCare(
        database.system("index care").vector_indexes,
        database.system("index care").index_samples,
        database.system("index care").lexeme_totals,
        FallbackEmbeddings(dimensions=dimensions),
        IndexPolicy(**policy),
    )


async def medians(work: Callable[[int], Awaitable[object]], *, count: int, warm: int = 5) -> float:
    """Return the median seconds of `work(0)`, `work(1)`, …"""
    for number in range(warm):
        await work(number)
    taken = []
    for number in range(count):
        started = time.perf_counter()
        await work(number)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _chunk(number: int, row: int, vector: Vectors, text: str | None) -> NewChunk:
    content = text or f"Passage number {row}."
    words = chunk_words([text or ""], "eng")[0]
    # Distinct even where a store is filled in several calls.
    sha256 = b"%16d%16d" % (number, row)
    return NewChunk(content, sha256, row, row + len(content), None, None, vector, words)


def _file(store: VectorStore, number: int) -> File:
    return File(
        public_id=f"file-{store.id}-{number}",
        project_id=CALLER.project_id,
        filename=f"{number}.txt",
        purpose="assistants",
        mime_type="text/plain",
        size_bytes=1,
        sha256=number.to_bytes(32, "big"),
    )
