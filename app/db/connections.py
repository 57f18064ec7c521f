"""Transactions of the server's own work, PostgreSQL's failures as our errors, and whether it still answers at all."""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakSet

import psycopg
import sqlalchemy.exc
import structlog
from psycopg import sql
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.core.errors import DiskFull, InvalidRequest, NotFound, Overloaded
from app.core.folders import free_bytes
from app.core.waiting import check_cancelled, transaction_scope
from app.db.engine import begin, connect

log = structlog.get_logger()

_BEAT_SECONDS = 2.0
_PATIENCE_SECONDS = 3.0
# Our own event loop may have been busy: then the answer is there, and only has to be read.
_GRACE_SECONDS = 0.5
# A restart and the recovery from a crash take less.
_GONE_SECONDS = 60.0


class Pulse:
    """Asks PostgreSQL every two seconds on a connection of its own.

    A statement may take minutes, so a deadline for each says nothing in time; a PostgreSQL that answers nobody does. Its
    connections are then shut, which ends every wait for them. Cancelling would wait for PostgreSQL once more.
    """

    def __init__(self, *engines: AsyncEngine, name: str = "primary") -> None:
        self._name = name
        self._url = engines[0].url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connections: WeakSet[psycopg.AsyncConnection[Any]] = WeakSet()
        self._is_frozen = False
        self._answered_at = time.monotonic()
        # By how much its wall clock is ahead of our monotonic one, which nobody sets.
        self._ahead: float | None = None
        # Since when its own connection stands, by the monotonic clock; None while it does not, or nothing answers there.
        self.connected_at: float | None = None
        for engine in {id(engine): engine for engine in engines}.values():
            event.listen(engine.sync_engine, "do_connect", self._refuse)
            event.listen(engine.sync_engine, "connect", self._note)

    def check(self) -> None:
        """Raise Overloaded while PostgreSQL does not answer."""
        if self._is_frozen:
            raise Overloaded("The database does not answer. Try again in a moment.", retry_after_seconds=2)

    @property
    def is_gone(self) -> bool:
        """Whether PostgreSQL has not answered for more than a minute, frozen or not there."""
        return time.monotonic() - self._answered_at > _GONE_SECONDS

    def now(self) -> float:
        """Return PostgreSQL's time in seconds; before its first answer our own."""
        return time.time() if self._ahead is None else time.monotonic() + self._ahead

    async def run(self) -> None:
        """Ask until cancelled."""
        while True:
            # It is refused or breaks off while PostgreSQL restarts: whoever needs it then has that error.
            with suppress(psycopg.OperationalError):
                await self._watch()
            check_cancelled()
            await asyncio.sleep(_BEAT_SECONDS / 2)

    async def _watch(self) -> None:
        try:
            connection = await connect(self._url, autocommit=True)
        except psycopg.errors.ConnectionTimeout:
            self._freeze()
            raise
        async with connection:
            self._thaw()
            self._connections.add(connection)
            connected_at = time.monotonic()
            try:
                while True:
                    await self._beat(connection)
                    self.connected_at = connected_at
                    await asyncio.sleep(_BEAT_SECONDS)
            finally:
                self.connected_at = None

    async def _beat(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Ask once; OperationalError when the connection is broken or there is no answer in time."""
        asking = asyncio.create_task(_ask(connection))
        try:
            for seconds in (_PATIENCE_SECONDS, _GRACE_SECONDS):
                if not asking.done():
                    await asyncio.wait({asking}, timeout=seconds)
            if not asking.done():
                self._freeze()
            database_seconds = await asking
            self._answered_at = time.monotonic()
            self._ahead = database_seconds - self._answered_at
        finally:
            asking.cancel()

    def watch(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Shut this connection, too, when PostgreSQL is frozen."""
        self._connections.add(connection)

    def _refuse(self, *_: object) -> None:
        """Open no connection in place of one that was shut: it would wait for as long again."""
        self.check()

    def _note(self, dbapi_connection: Any, _record: object) -> None:
        self.watch(dbapi_connection.driver_connection)

    def _freeze(self) -> None:
        if not self._is_frozen:
            log.error("database_frozen", server=self._name, connections=len(self._connections))
        self._is_frozen, self.connected_at = True, None
        for connection in list(self._connections):
            _shut(connection)

    def _thaw(self) -> None:
        if self._is_frozen:
            log.info("database_answers_again", server=self._name)
        self._is_frozen = False


async def _ask(connection: psycopg.AsyncConnection[Any]) -> float:
    """Return the server's time."""
    row = await (await connection.execute("select extract(epoch from now())::float8")).fetchone()
    assert row is not None, "a select of one row"
    return float(row[0])


def _shut(connection: psycopg.AsyncConnection[Any]) -> None:
    """Let whoever waits for this connection find it broken."""
    with suppress(psycopg.Error, OSError), socket.socket(fileno=os.dup(connection.pgconn.socket)) as shared:
        shared.shutdown(socket.SHUT_RDWR)


# COPY goes past SQLAlchemy: its errors come as psycopg's own.
_UNAVAILABLE = (
    sqlalchemy.exc.OperationalError,
    sqlalchemy.exc.InterfaceError,
    sqlalchemy.exc.TimeoutError,
    psycopg.OperationalError,
)
_UNSTORABLE = (sqlalchemy.exc.DataError, psycopg.DataError)
_OTHER = (sqlalchemy.exc.DBAPIError, psycopg.Error)
# Data exceptions and violations of constraints, by the class of their SQLSTATE.
_OF_VALUES = ("22", "23")
# The connection failed, or somebody shut PostgreSQL down. What has no SQLSTATE is said by the driver.
_OF_ABSENCE = ("08", "57P")
# PostgreSQL's log of changes grows by files of 16 MiB, and without the next one it does not run.
_LEAST_FREE_BYTES = 32 * 1024**2
# Below this much nothing that takes room is begun, so that searches and deletions go on.
_FREE_BYTES_TO_GROW = 128 * 1024**2


_PARENTS = {"vector_stores": "The vector store", "files": "A file"}


@dataclass(frozen=True, slots=True)
class Failures:
    """Says what PostgreSQL's failures mean. It knows the folder of the data only if PostgreSQL is embedded."""

    pulse: Pulse
    data_dir: Path | None

    @property
    def is_embedded(self) -> bool:
        """Whether PostgreSQL runs on this machine, as a part of Footnote."""
        return self.data_dir is not None

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Raise Overloaded, DiskFull, NotFound or InvalidRequest for what PostgreSQL raises inside the block, and Overloaded while it is frozen.

        NotFound is for what another request has deleted since this one found it.
        """
        self.pulse.check()
        try:
            yield
        except _UNAVAILABLE as error:
            _strike_values(error)
            if _is_disk_full(error) or self._has_less_than(_LEAST_FREE_BYTES):
                raise _disk_full() from error
            raise _busy() from error
        except _UNSTORABLE as error:
            _strike_values(error)
            raise InvalidRequest("A value in the request cannot be stored or compared.") from error
        except _OTHER as error:
            _strike_values(error)
            if isinstance(cause := _cause(error), psycopg.errors.ForeignKeyViolation):
                raise NotFound(_gone(cause)) from error
            if isinstance(_cause(error), psycopg.errors.IdleInTransactionSessionTimeout):
                raise _busy() from error
            raise

    @contextmanager
    def away(self) -> Iterator[None]:
        """Raise Overloaded if PostgreSQL is not there or goes inside the block. Every other failure is left as it is."""
        try:
            yield
        except sqlalchemy.exc.OperationalError as error:
            if not _is_away(error):
                raise
            raise _busy() from error

    def check_room(self) -> None:
        """Raise DiskFull if little room is left for PostgreSQL."""
        if self._has_less_than(_FREE_BYTES_TO_GROW):
            raise _disk_full()

    def _has_less_than(self, least_bytes: int) -> bool:
        return self.data_dir is not None and free_bytes(self.data_dir) < least_bytes


def _strike_values(error: Exception) -> None:
    """Leave of an error's text only what names no value: whoever logs it would log questions and documents.

    PostgreSQL puts values of rows into all lines but the first, and, if a value is what is wrong, into the first.
    """
    cause = _cause(error)
    if not isinstance(cause, psycopg.Error):
        return
    lines = str(cause).splitlines()
    is_of_a_value = (cause.sqlstate or "22")[:2] in _OF_VALUES and not isinstance(
        cause, psycopg.OperationalError
    )
    said = f"SQLSTATE {cause.sqlstate}" if is_of_a_value or not lines else lines[0]
    cause.args = (said,)
    if cause is not error:
        error.args = (f"({type(cause).__name__}) {said}",)


def _cause(error: Exception) -> BaseException | None:
    return error.orig if isinstance(error, sqlalchemy.exc.DBAPIError) else error


def _gone(error: psycopg.errors.ForeignKeyViolation) -> str:
    """Say what the row belongs to that was to be stored. A key's name ends with the table that it leads to."""
    key = error.diag.constraint_name or ""
    what = next((what for table, what in _PARENTS.items() if key.endswith(table)), "What this belongs to")
    return f"{what} was deleted meanwhile."


def _is_away(error: Exception) -> bool:
    cause = _cause(error)
    return isinstance(cause, psycopg.OperationalError) and (cause.sqlstate or "08").startswith(_OF_ABSENCE)


def _is_disk_full(error: Exception) -> bool:
    return isinstance(_cause(error), psycopg.errors.DiskFull)


def _busy() -> Overloaded:
    return Overloaded("The database is busy or restarting. Try again in a moment.", retry_after_seconds=1)


def _disk_full() -> DiskFull:
    return DiskFull(
        "Disk full: the database has no room left. Delete files here or make room on the disk, then try again.",
        code="disk_full",
        retry_after_seconds=30,
    )


Hearer = Callable[[str], Awaitable[None]]

_OPEN = sql.SQL("begin; select set_config('footnote.system', {reason}, true)")


@dataclass(frozen=True, slots=True)
class SystemConnections:
    """Connections for such work. PostgreSQL gets the reason as the setting `footnote.system`."""

    engine: AsyncEngine
    reason: str
    failures: Failures

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction; it commits when the block ends and rolls back on an error."""
        with transaction_scope(), self.failures.translated():
            async with self.engine.connect() as connection:
                await begin(connection, _OPEN.format(reason=sql.Literal(self.reason)))
                yield connection
                await connection.commit()

    async def listen(self, hearers: Mapping[str, Hearer]) -> None:
        """Call a channel's hearer whenever any process notifies it, and all at each start of listening, until cancelled.

        It gets what the announcement says, and nothing at the start.
        """
        url = self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                async with await connect(url, autocommit=True) as connection:
                    for channel in hearers:
                        await connection.execute(f"listen {channel}")
                    for hear in hearers.values():
                        await hear("")
                    async for note in connection.notifies():
                        await hearers[note.channel](note.payload)
            except psycopg.OperationalError:
                check_cancelled()
                await asyncio.sleep(1)
