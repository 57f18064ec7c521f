"""The only way to rows: the caller names the project, and says whether it reads or writes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cached_property
from typing import Self

from sqlalchemy import QueuePool
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.types import Caller
from app.db.connections import Pulse
from app.db.engine import DatabaseUrls, PoolSizes, make_engine
from app.db.project import ProjectReader, ProjectWriter
from app.db.project_files import ProjectFiles
from app.db.project_ingest import ProjectIngest
from app.db.project_search import ProjectSearch
from app.db.read_replicas import ReadReplicas
from app.db.retrievals import RetrievalWriter
from app.db.server import Server
from app.db.sessions import STATEMENT_SECONDS
from app.db.system import SystemDatabase


class ProjectDatabase:
    """One project's rows, in short transactions. Hold one for SQL only: never across a model call, a file or a yield."""

    def __init__(self, primary: Server, reads: ReadReplicas, writes: ReadReplicas, caller: Caller) -> None:
        self._primary = primary
        self._reads = reads
        self._writes = writes
        self._caller = caller

    @property
    def project_id(self) -> str:
        return self._caller.project_id

    @property
    def writes(self) -> int:
        """How many writes of the project this process has made."""
        return self._writes.writes_of(self.project_id)

    @cached_property
    def search(self) -> ProjectSearch:
        """The searches of the project's stores, each in messages of its own."""
        return ProjectSearch(self._reads, self._caller)

    @cached_property
    def retrievals(self) -> RetrievalWriter:
        """The project's record of searches, to be added to."""
        return RetrievalWriter(self._primary.direct, self.project_id)

    @cached_property
    def files(self) -> ProjectFiles:
        """The project's files while clients upload and attach them, and ask how far they are."""
        return ProjectFiles(self._primary, self._reads, self._writes, self.project_id)

    @cached_property
    def ingest(self) -> ProjectIngest:
        """The project's files that are read into its stores."""
        return ProjectIngest(self._primary, self._writes, self.project_id)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ProjectReader]:
        """Open a read-only transaction: everything in it is as of one moment."""
        async with self._reads.open(self.project_id) as (session, connection):
            yield ProjectReader(session, connection, self._caller)

    @asynccontextmanager
    async def write(
        self, *, timeout_seconds: int = STATEMENT_SECONDS, grows: bool = False
    ) -> AsyncIterator[ProjectWriter]:
        """Open a transaction that commits when the block ends and rolls back on an error.

        No statement in it may take longer than `timeout_seconds`. `grows` says that it stores much: DiskFull is raised
        while a last piece of the disk is kept for the rest.
        """
        if grows:
            self._primary.failures.check_room()
        opened = self._primary.sessions.open(
            self.project_id, read_only=False, timeout_seconds=timeout_seconds, grows=grows
        )
        async with opened as (session, connection):
            yield ProjectWriter(session, connection, self._caller)
        await self._writes.note_write(self.project_id)


class Database:
    """The one way to rows: those of a project, or those of all for the server's own work."""

    def __init__(self, engine: AsyncEngine, owner: AsyncEngine, urls: DatabaseUrls, sizes: PoolSizes) -> None:
        self._owner = owner
        pulse = Pulse(engine, owner)
        self._primary = Server(urls.serving, engine, pulse, sizes=sizes, data_dir=urls.data_dir)
        self._replicas = ReadReplicas(self._primary, urls.reading)
        self._primary_only = ReadReplicas(self._primary, ())

    @classmethod
    def connect(cls, urls: DatabaseUrls, sizes: PoolSizes | None = None) -> Self:
        """Return a migrated database. No connection is made yet."""
        sizes = sizes or PoolSizes()
        engine = make_engine(urls.serving, sizes)
        one_role = urls.owning == urls.serving
        owner = engine if one_role else make_engine(urls.owning, replace(sizes, kept=1, added=2))
        return cls(engine, owner, urls, sizes)

    @property
    def pulse(self) -> Pulse:
        """The primary's."""
        return self._primary.pulse

    def now(self) -> float:
        """Return the primary's time in seconds, without asking it: the pulse has."""
        return self.pulse.now()

    def let_others_go_first(self) -> None:
        """Give what an embedded PostgreSQL does for this process a low priority from now on."""
        self._primary.let_others_go_first()

    async def run(self) -> None:
        """Watch whether each server answers, until cancelled."""
        await asyncio.gather(*(pulse.run() for pulse in (self.pulse, *self._replicas.pulses)))

    async def close(self) -> None:
        await self._replicas.close()
        await self._primary.close()
        await self._owner.dispose()

    async def ping(self) -> None:
        """Raise Overloaded when PostgreSQL does not answer."""
        async with self._primary.sessions.open("", read_only=True):
            pass

    def pool(self) -> dict[str, int]:
        """Return how many connections are in use and how many idle, of those that transactions share."""
        pool = self._primary.engine.sync_engine.pool
        assert isinstance(pool, QueuePool), "the engine is made with one"
        return {"in_use": pool.checkedout(), "idle": pool.checkedin()}

    def check_room(self) -> None:
        """Raise DiskFull if nothing that takes room should be begun."""
        self._primary.failures.check_room()

    def project(self, project_id: str) -> ProjectDatabase:
        """Return access to one project's rows on the primary, for work that was begun there."""
        return ProjectDatabase(self._primary, self._primary_only, self._replicas, Caller(project_id))

    def of(self, caller: Caller) -> ProjectDatabase:
        """Return access to the rows of a caller's project, as far as the caller's key reaches. Replicas may answer reads."""
        return ProjectDatabase(self._primary, self._replicas, self._replicas, caller)

    def fresh(self, caller: Caller) -> ProjectDatabase:
        """Return the same on the primary alone, for what is written without a mark."""
        return ProjectDatabase(self._primary, self._primary_only, self._replicas, caller)

    def system(self, reason: str) -> SystemDatabase:
        """Return access to the rows of all projects, for the server's own work. `reason` names that work."""
        return SystemDatabase(self._primary, self._owner, reason)
