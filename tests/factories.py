"""Makes objects that tests need, with good defaults."""

import asyncio
import io
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import docx
import numpy as np
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate
from sqlalchemy.ext.asyncio import AsyncEngine

from app.access.keys import Token
from app.core.chunk_words import ChunkWords
from app.core.chunking import ChunkingRule, SentenceRule
from app.core.types import Caller, EmbeddingSpace
from app.db.chunks import NewChunk
from app.db.database import Database
from app.db.engine import DatabaseUrls
from app.db.jobs import Held
from app.db.vector_stores import Added
from app.ingest.embedding import ChunkEmbedder
from app.ingest.extract import Extractor
from app.ingest.pipeline import IngestPipeline
from app.ingest.queued import QueuedIngest
from app.library.ingest import IngestFile, IngestLibrary, Submitted
from app.library.keys import KeyLibrary, KeyWish
from app.models import File, VectorStore, VectorStoreFile
from app.providers.base import EmbeddingProvider
from app.providers.fallback.embeddings import MODEL as FALLBACK_MODEL
from app.providers.fallback.embeddings import FallbackEmbeddings
from app.upkeep.index_care import IndexCare, IndexPolicy
from tests.conftest import conninfo

T = TypeVar("T")

_LEAVE = (
    "Parental leave lasts nine months. The first six months are paid in full, the rest at sixty percent. "
    "Tell your manager at least eight weeks before the leave begins."
)
LEAVE_PAGES = (
    "Welcome to the company. This handbook tells how we work together.",
    _LEAVE,
    "Laptops are replaced every four years. Broken screens are repaired by the help desk in Lisbon.",
)


def make_words(*lexemes: int, weight: float = 1.0) -> ChunkWords:
    """Return the words of a chunk that holds these lexemes, in the order of their numbers."""
    numbers = np.array(lexemes, np.int64)
    return ChunkWords(numbers, numbers, np.full(len(numbers), weight, np.float32))


def make_pdf(pages: Sequence[str] = LEAVE_PAGES) -> bytes:
    """Return a PDF with one paragraph a page."""
    target = io.BytesIO()
    style = getSampleStyleSheet()["BodyText"]
    story = [part for page in pages for part in (Paragraph(page, style), PageBreak())]
    SimpleDocTemplate(target, pagesize=A4).build(story)
    return target.getvalue()


def make_docx(sections: Sequence[tuple[str, str]]) -> bytes:
    """Return a Word document of headings, each with a paragraph."""
    document = docx.Document()
    for heading, paragraph in sections:
        document.add_heading(heading, level=1)
        document.add_paragraph(paragraph)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def make_key(url: str, **wish: Any) -> str:
    """Return a new key for a database, of the default project unless another is named."""

    async def make(keys: KeyLibrary) -> Token:
        return await keys.create(KeyWish(**({"project": "default"} | wish)))

    return with_keys(url, make).text.get_secret_value()


def with_keys(url: str, work: Callable[[KeyLibrary], Awaitable[T]]) -> T:
    """Do some work with the keys of a database."""

    async def do() -> T:
        database = Database.connect(DatabaseUrls(url, url))
        try:
            return await work(KeyLibrary(database.system("keys").keys, database.system("keys").audit))
        finally:
            await database.close()

    return asyncio.run(do())


def engine_of(db: Database) -> AsyncEngine:
    """Return connections of the tables' owner, to read and set rows without the repositories; SQLAlchemy begins transactions."""
    return db._owner.execution_options(isolation_level="READ COMMITTED")


def autocommit_of(db: Database) -> AsyncEngine:
    """Return the same connections with each statement in a transaction of its own."""
    return db._owner


class CostlyEmbeddings(FallbackEmbeddings):
    """The fallback, whose embeddings are kept as if they were an upstream's."""

    is_cheap = False


def make_pipeline(db: Database, *, embeddings: EmbeddingProvider | None = None) -> IngestPipeline:
    """Return the ingest engine on a database."""
    return IngestPipeline(db, Extractor(), ChunkEmbedder(db, embeddings or FallbackEmbeddings()))


def make_ingest(db: Database, *, chunking: ChunkingRule | None = None) -> IngestLibrary:
    """Return an IngestLibrary with the fallback's embeddings."""
    return IngestLibrary(db, FallbackEmbeddings(), chunking=chunking or SentenceRule())


async def read_queue(db: Database, *, embeddings: EmbeddingProvider | None = None) -> None:
    """Do every job that is due."""
    queue, queued = db.system("queue").jobs, QueuedIngest(db, make_pipeline(db, embeddings=embeddings))
    while claims := await queue.claim(16):
        for error in (await queued.run(claims)).values():
            raise error


async def make_store_with(
    db: Database,
    texts: Sequence[str],
    *,
    folder: Path,
    ingest: IngestLibrary | None = None,
    embeddings: EmbeddingProvider | None = None,
    name: str = "store",
) -> tuple[VectorStore, list[Submitted]]:
    """Return a store that holds each text as a file of its own."""
    caller = Caller("proj_default")
    library = ingest or make_ingest(db)
    store = await library.find_or_create_store(caller, name)
    submitted = []
    for number, text in enumerate(texts):
        path = folder / f"{number}.txt"
        path.write_text(text, encoding="utf-8")
        submitted.append(await library.submit(caller, store, IngestFile(path, f"text-{number}.txt")))
    await read_queue(db, embeddings=embeddings)
    return store, await library.wait(caller, submitted, seconds=60)


async def make_filled_store(
    db: Database, caller: Caller, *, rows: int = 3_000, dimensions: int = 768, name: str = "filled"
) -> tuple[VectorStore, np.ndarray[Any, Any]]:
    """Make a store of clustered vectors in three files, of the years 2020 to 2022."""
    random = np.random.default_rng(7)
    centers = random.normal(size=(60, dimensions))
    vectors = centers[random.integers(60, size=rows)] + 0.7 * random.normal(size=(rows, dimensions))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    async with db.project(caller.project_id).write() as tx:
        store = await tx.vector_stores.create(name=name)
        for number, part in enumerate(np.array_split(vectors, 3)):
            file = File(
                public_id=f"file-{name}-{number}", project_id=caller.project_id, filename=f"{number}.txt", purpose="assistants",
                mime_type="text/plain", size_bytes=1, sha256=bytes([number]) * 32,
            )  # fmt: skip
            file = await tx.files.create(file, io.BytesIO(b"x"))
            await tx.jobs.queue(
                VectorStoreFile(
                    vector_store_id=store.id, file_id=file.id, project_id=caller.project_id,
                    attributes={"year": 2020 + number}, chunking=SentenceRule(),
                )
            )  # fmt: skip
            await tx.jobs.complete({file.id: Held(len(part), len(part), "und")}, store_id=store.id)
            chunks = (
                NewChunk(f"text {n}", b"%32d" % n, n, n + 1, None, None, v, make_words())
                for n, v in enumerate(part)
            )
            await tx.chunks.copy(store.id, {file.id: chunks})
        space = EmbeddingSpace(FALLBACK_MODEL, dimensions)
        await tx.vector_stores.take_in(store.id, space, Added(files=3, chunks=rows, usage_bytes=rows))
        store = await tx.vector_stores.bind_space(store.id, space)
    return store, vectors


def make_index_care(db: Database, *, embeddings: EmbeddingProvider | None = None, **policy: Any) -> IndexCare:
    """Return index care for stores of 768 dimensions."""
    return IndexCare(
        db.system("index care").vector_indexes,
        db.system("index care").index_samples,
        db.system("index care").lexeme_totals,
        embeddings or FallbackEmbeddings(dimensions=768),
        IndexPolicy(**policy),
    )


async def set_open(url: str, *, is_open: bool) -> None:
    """Let connections to this database be made, or end them all and refuse others."""
    name = str(conninfo_to_dict(conninfo(url))["dbname"])
    other = make_conninfo(conninfo(url), dbname="postgres")
    async with await psycopg.AsyncConnection.connect(other, autocommit=True) as connection:
        await connection.execute(f"alter database {name} allow_connections {is_open}".encode())
        if not is_open:
            ended = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s"
            await connection.execute(ended, (name,))
