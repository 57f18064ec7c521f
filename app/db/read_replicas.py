"""Callers' reads go to streaming replicas that have come far enough; all others go to the primary."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from typing import TypeVar

import structlog
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.core import telemetry
from app.core.errors import FootnoteError, Overloaded, ReplicaLost
from app.core.waiting import reads_on_primary
from app.db.connections import Pulse
from app.db.direct import DirectConnections, bind
from app.db.engine import PoolSizes, make_engine
from app.db.server import Server
from app.db.statements import compiled
from app.db.write_marks import WriteMarks

log = structlog.get_logger()
T = TypeVar("T")

_STANDING = compiled(
    text("select pg_is_in_recovery(), coalesce((pg_last_wal_replay_lsn() - '0/0')::bigint, 0)")
)


class ReadReplicas:
    """Chooses the server for each read, so that a caller sees all that was written to the project before.

    Where it was written does not matter: the primary keeps how far its log reached then (`WriteMarks`). A replica that lags
    behind is left out, one that does not answer or was promoted, too.
    """

    def __init__(self, primary: Server, urls: Sequence[str]) -> None:
        self._primary = primary
        self._marks = WriteMarks(primary.direct)
        self._replicas = [_Replica(url, primary.sizes) for url in urls]
        self._turns = count()
        self._unmarked: set[str] = set()
        self._writes = Counter[str]()

    @property
    def pulses(self) -> list[Pulse]:
        return [replica.server.pulse for replica in self._replicas]

    async def close(self) -> None:
        for replica in self._replicas:
            await replica.server.close()

    async def note_write(self, project_id: str) -> None:
        """Note that a write of the project was committed, before anybody is told so."""
        self._writes[project_id] += 1
        if not self._replicas:
            return
        try:
            await self._marks.note(project_id)
        except FootnoteError as error:
            # The write itself is done.
            self._unmarked.add(project_id)
            log.warning("write_not_marked", reason=error.message)
        else:
            self._unmarked.discard(project_id)

    def writes_of(self, project_id: str) -> int:
        """Return how many writes of the project this process has made."""
        return self._writes[project_id]

    async def run(self, project_id: str, work: Callable[[DirectConnections], Awaitable[T]]) -> T:
        """Return what some reading brings. It is done again on the primary if a replica fails amid it."""
        if replica := await self._choose(project_id):
            try:
                found = await work(replica.server.direct)
            except Overloaded:
                replica.doubt()
            else:
                self._note_read("replica")
                return found
        self._note_read("primary")
        return await work(self._primary.direct)

    @asynccontextmanager
    async def open(self, project_id: str) -> AsyncIterator[tuple[AsyncSession, AsyncConnection]]:
        """Begin a transaction that reads. If a replica dies after that, it fails with ReplicaLost."""
        replica = None
        try:
            async with AsyncExitStack() as stack:
                opened, replica = await self._begin(stack, project_id)
                yield opened
        except Overloaded as error:
            if replica is None:
                raise
            replica.doubt()
            raise ReplicaLost(error.message, retry_after_seconds=error.retry_after_seconds) from error

    async def _begin(
        self, stack: AsyncExitStack, project_id: str
    ) -> tuple[tuple[AsyncSession, AsyncConnection], "_Replica | None"]:
        """Return what was opened, and the replica that it is on; None for the primary."""
        if not reads_on_primary() and (replica := await self._choose(project_id)):
            try:
                opened = await stack.enter_async_context(
                    replica.server.sessions.open(project_id, read_only=True)
                )
            except Overloaded:
                replica.doubt()
            else:
                self._note_read("replica")
                return opened, replica
        self._note_read("primary")
        return await stack.enter_async_context(self._primary.sessions.open(project_id, read_only=True)), None

    def _note_read(self, server: str) -> None:
        if self._replicas:
            telemetry.database_reads.labels(server).inc()

    async def _choose(self, project_id: str) -> "_Replica | None":
        """Return one of the replicas that have all that was written, in turn."""
        answering = [replica for replica in self._replicas if replica.answers]
        if not answering or project_id in self._unmarked:
            return None
        try:
            mark = await self._marks.of(project_id)
        except Overloaded:
            # The primary is away. What the replicas have is better than no answer.
            mark = 0
        turn = next(self._turns) % len(answering)
        for replica in answering[turn:] + answering[:turn]:
            if await replica.has(mark):
                return replica
        return None


class _Replica:
    """One replica, and how far it has come as far as we know."""

    def __init__(self, url: str, sizes: PoolSizes) -> None:
        engine = make_engine(url, sizes)
        address = make_url(url)
        pulse = Pulse(engine, name=f"{address.host or 'socket'}:{address.port or ''}")
        self.server = Server(url, engine, pulse, sizes=sizes)
        self._known: tuple[float | None, int] = (None, -1)

    @property
    def answers(self) -> bool:
        return self.server.pulse.connected_at is not None

    def doubt(self) -> None:
        """Leave it out until its pulse says that it answers."""
        self.server.pulse.connected_at = None

    async def has(self, mark: int) -> bool:
        """Whether it shows everything up to a place in the primary's log."""
        # It only comes further, unless it was made again meanwhile, for which it had to stop.
        since, lsn = self._known
        connected_at = self.server.pulse.connected_at
        if since == connected_at and lsn >= mark:
            return True
        try:
            (((is_replica, lsn),),) = await self.server.direct.run([bind(_STANDING, {})])
        except FootnoteError:
            return False
        # One that was promoted has a log of its own.
        if not is_replica:
            return False
        self._known = (connected_at, int(lsn))
        return int(lsn) >= mark
