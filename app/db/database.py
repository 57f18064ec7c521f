"""The database as engines see it: short transactions and snapshots with the repositories bound to them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self, TypedDict

import psycopg
from psycopg import sql
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker

from app.core.scope import transaction_scope
from app.db.chunk_search import PLANNER_SETTINGS, ChunkSearch
from app.db.chunks import ChunkRepository
from app.db.embedding_cache import EmbeddingCache
from app.db.engine import make_engine
from app.db.failures import translated_failures
from app.db.file_batches import FileBatchRepository
from app.db.files import FileRepository
from app.db.imports import ImportRepository
from app.db.jobs import JobRepository
from app.db.lexemes import LexemeRepository
from app.db.listings import ListingRepository
from app.db.reembedding import ReembeddingRepository
from app.db.retrievals import RetrievalRepository
from app.db.uploads import UploadRepository
from app.db.vector_store_files import VectorStoreFileRepository
from app.db.vector_stores import VectorStoreRepository
from app.db.words import WordsRepository

# SET LOCAL in effect: nothing outlives the transaction, so a transaction-pooling proxy in between is safe.
# One round trip, where the driver's own BEGIN would be another: a search has three transactions.
_OPEN = sql.SQL(f"""
    begin isolation level {{isolation}};
    select set_config('footnote.project', {{project}}, true),
           set_config('statement_timeout', {{statement_timeout}}, true),
           set_config('idle_in_transaction_session_timeout', '10s', true),
           set_config('lock_timeout', '3s', true), {PLANNER_SETTINGS}
""")
_READ = sql.SQL("repeatable read, read only")
_WRITE = sql.SQL("read committed, read write")

_STATEMENT_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Read-only sight of one project's rows, all as of one moment."""

    files: FileRepository
    vector_stores: VectorStoreRepository
    vector_store_files: VectorStoreFileRepository
    chunk_search: ChunkSearch
    lexemes: LexemeRepository
    file_batches: FileBatchRepository
    uploads: UploadRepository
    imports: ImportRepository
    retrievals: RetrievalRepository
    reembedding: ReembeddingRepository
    listings: ListingRepository
    words: WordsRepository


@dataclass(frozen=True, slots=True)
class Transaction(Snapshot):
    """One project's rows, to read and to change; committed when the block ends well."""

    chunks: ChunkRepository
    embedding_cache: EmbeddingCache
    jobs: JobRepository


class _Readers(TypedDict):
    """The repositories of a snapshot; a transaction has them, too."""

    files: FileRepository
    vector_stores: VectorStoreRepository
    vector_store_files: VectorStoreFileRepository
    chunk_search: ChunkSearch
    lexemes: LexemeRepository
    file_batches: FileBatchRepository
    uploads: UploadRepository
    imports: ImportRepository
    retrievals: RetrievalRepository
    reembedding: ReembeddingRepository
    listings: ListingRepository
    words: WordsRepository


def _readers(session: AsyncSession, connection: AsyncConnection, project_id: str) -> _Readers:
    """Return the repositories; those that map no records take the connection, which costs each statement less."""
    return {
        "files": FileRepository(session, project_id),
        "vector_stores": VectorStoreRepository(session, project_id),
        "vector_store_files": VectorStoreFileRepository(session, project_id),
        "chunk_search": ChunkSearch(connection, project_id),
        "lexemes": LexemeRepository(session),
        "file_batches": FileBatchRepository(session, project_id),
        "uploads": UploadRepository(session, project_id),
        "imports": ImportRepository(session, project_id),
        "retrievals": RetrievalRepository(session, project_id),
        "reembedding": ReembeddingRepository(session, project_id),
        "listings": ListingRepository(session, project_id),
        "words": WordsRepository(session, project_id),
    }


class Database:
    """Opens transactions. Hold one for SQL only: never across a model call, a file or a yield."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        # The driver is to leave BEGIN to us; its commit and rollback end what we begin.
        by_hand = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._sessions = async_sessionmaker(by_hand, expire_on_commit=False)

    @classmethod
    def connect(cls, url: str) -> Self:
        """Return the migrated database at a SQLAlchemy URL. No connection is made yet."""
        return cls(make_engine(url))

    @property
    def engine(self) -> AsyncEngine:
        """For this room's own work outside transactions, such as building indexes."""
        return self._engine

    async def close(self) -> None:
        await self._engine.dispose()

    async def ping(self) -> None:
        """Raise Overloaded when PostgreSQL does not answer."""
        async with self._session("proj_default", read_only=True):
            pass

    @asynccontextmanager
    async def snapshot(self, project_id: str) -> AsyncIterator[Snapshot]:
        """Open a read-only transaction on the project's rows."""
        async with self._session(project_id, read_only=True) as (session, connection):
            yield Snapshot(**_readers(session, connection, project_id))

    @asynccontextmanager
    async def transaction(
        self, project_id: str, *, timeout_seconds: int = _STATEMENT_SECONDS
    ) -> AsyncIterator[Transaction]:
        """Open a transaction on the project's rows; it commits when the block ends and rolls back on an error.

        No statement in it may take longer than `timeout_seconds`.
        """
        opened = self._session(project_id, read_only=False, timeout_seconds=timeout_seconds)
        async with opened as (session, connection):
            yield Transaction(
                **_readers(session, connection, project_id),
                chunks=ChunkRepository(session, project_id),
                embedding_cache=EmbeddingCache(session, project_id),
                jobs=JobRepository(session, project_id),
            )

    @asynccontextmanager
    async def _session(
        self, project_id: str, *, read_only: bool, timeout_seconds: int = _STATEMENT_SECONDS
    ) -> AsyncIterator[tuple[AsyncSession, AsyncConnection]]:
        opening = _OPEN.format(
            isolation=_READ if read_only else _WRITE,
            project=sql.Literal(project_id),
            statement_timeout=sql.Literal(f"{timeout_seconds}s"),
        )
        with transaction_scope(), translated_failures():
            session = self._sessions()
            async with session:
                try:
                    connection = await _open(session, opening)
                except psycopg.OperationalError:
                    # PostgreSQL was restarted under the pool, and nothing is done yet: begin anew on a new connection.
                    await session.close()
                    await self._engine.dispose()
                    connection = await _open(session, opening)
                yield session, connection
                await session.commit()


async def _open(session: AsyncSession, opening: sql.Composed) -> AsyncConnection:
    """Begin a transaction and return its connection."""
    connection = await session.connection()
    driver = (await connection.get_raw_connection()).driver_connection
    assert isinstance(driver, psycopg.AsyncConnection), "the engine is made for psycopg"
    try:
        # Two statements at once: they cannot be prepared.
        await driver.execute(opening, prepare=False)
    except psycopg.OperationalError as error:
        # SQLAlchemy has not seen it: the connection must not go back to the pool.
        await connection.invalidate(error)
        raise
    return connection
