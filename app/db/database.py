"""The only way to rows: the caller names the project, and says whether it reads or writes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property
from typing import Self

import psycopg
from psycopg import sql
from sqlalchemy import QueuePool
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker

from app.core.scope import transaction_scope
from app.core.types import Caller
from app.db.chunk_search import PLANNER_SETTINGS
from app.db.direct import DirectConnections
from app.db.engine import DatabaseUrls, make_engine
from app.db.failures import Failures
from app.db.project import ProjectReader, ProjectWriter
from app.db.project_search import ProjectSearch
from app.db.pulse import Pulse
from app.db.retrievals import RetrievalWriter
from app.db.system import SystemDatabase

# This is SET LOCAL in effect. Nothing outlives the transaction, so a transaction-pooling proxy is safe.
# It saves the round trip of the driver's own BEGIN; a search has three transactions.
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


class ProjectDatabase:
    """One project's rows, in short transactions. Hold one for SQL only: never across a model call, a file or a yield."""

    def __init__(self, sessions: "_Sessions", direct: DirectConnections, caller: Caller) -> None:
        self._sessions = sessions
        self._direct = direct
        self._caller = caller

    @property
    def project_id(self) -> str:
        return self._caller.project_id

    @cached_property
    def search(self) -> ProjectSearch:
        """The searches of the project's stores, each in messages of its own."""
        return ProjectSearch(self._direct, self._caller)

    @cached_property
    def retrievals(self) -> RetrievalWriter:
        """The project's record of searches, to be added to."""
        return RetrievalWriter(self._direct, self.project_id)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ProjectReader]:
        """Open a read-only transaction: everything in it is as of one moment."""
        async with self._sessions.open(self._caller.project_id, read_only=True) as (session, connection):
            yield ProjectReader(session, connection, self._caller)

    @asynccontextmanager
    async def write(
        self, *, timeout_seconds: int = _STATEMENT_SECONDS, grows: bool = False
    ) -> AsyncIterator[ProjectWriter]:
        """Open a transaction that commits when the block ends and rolls back on an error.

        No statement in it may take longer than `timeout_seconds`. `grows` says that it stores much: DiskFull is raised
        while a last piece of the disk is kept for the rest.
        """
        if grows:
            self._sessions.failures.check_room()
        opened = self._sessions.open(
            self._caller.project_id, read_only=False, timeout_seconds=timeout_seconds
        )
        async with opened as (session, connection):
            yield ProjectWriter(session, connection, self._caller)


class Database:
    """The one way to rows: those of a project, or those of all for the server's own work."""

    def __init__(self, engine: AsyncEngine, owner: AsyncEngine, urls: DatabaseUrls) -> None:
        self._engine = engine
        self._owner = owner
        self.pulse = Pulse(engine, owner)
        self._failures = Failures(self.pulse, urls.data_dir)
        self._direct = DirectConnections(urls.serving, self._failures)
        self._sessions = _Sessions(engine, self._failures)

    @classmethod
    def connect(cls, urls: DatabaseUrls) -> Self:
        """Return a migrated database. No connection is made yet."""
        engine = make_engine(urls.serving)
        one_role = urls.owning == urls.serving
        owner = engine if one_role else make_engine(urls.owning, pool_size=1, max_overflow=2)
        return cls(engine, owner, urls)

    async def close(self) -> None:
        await self._direct.close()
        await self._engine.dispose()
        await self._owner.dispose()

    async def ping(self) -> None:
        """Raise Overloaded when PostgreSQL does not answer."""
        async with self._sessions.open("", read_only=True):
            pass

    def pool(self) -> dict[str, int]:
        """Return how many connections are in use and how many idle, of those that transactions share."""
        pool = self._engine.sync_engine.pool
        assert isinstance(pool, QueuePool), "the engine is made with one"
        return {"in_use": pool.checkedout(), "idle": pool.checkedin()}

    def check_room(self) -> None:
        """Raise DiskFull if nothing that takes room should be begun."""
        self._failures.check_room()

    def project(self, project_id: str) -> ProjectDatabase:
        """Return access to one project's rows."""
        return ProjectDatabase(self._sessions, self._direct, Caller(project_id))

    def of(self, caller: Caller) -> ProjectDatabase:
        """Return access to the rows of a caller's project, as far as the caller's key reaches."""
        return ProjectDatabase(self._sessions, self._direct, caller)

    def system(self, reason: str) -> SystemDatabase:
        """Return access to the rows of all projects, for the server's own work. `reason` names that work."""
        return SystemDatabase(self._engine, self._owner, reason, self._failures)


class _Sessions:
    """Opens the transactions of projects."""

    def __init__(self, engine: AsyncEngine, failures: Failures) -> None:
        self._engine = engine
        self.failures = failures
        # Autocommit keeps the driver from sending BEGIN. Its commit and rollback end the transaction that we begin.
        by_hand = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._sessions = async_sessionmaker(by_hand, expire_on_commit=False)

    @asynccontextmanager
    async def open(
        self, project_id: str, *, read_only: bool, timeout_seconds: int = _STATEMENT_SECONDS
    ) -> AsyncIterator[tuple[AsyncSession, AsyncConnection]]:
        """Begin a transaction that can see one project's rows."""
        opening = _OPEN.format(
            isolation=_READ if read_only else _WRITE,
            project=sql.Literal(project_id),
            statement_timeout=sql.Literal(f"{timeout_seconds}s"),
        )
        with transaction_scope(), self.failures.translated():
            session = self._sessions()
            async with session:
                try:
                    connection = await _open(session, opening)
                except psycopg.OperationalError:
                    self.failures.pulse.check()
                    # PostgreSQL was restarted under the pool, and nothing is done yet: begin again on a new connection.
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
