"""Whether PostgreSQL still answers. If it is frozen, everything that waits for it ends with an error at once."""

import asyncio
import os
import socket
import time
from contextlib import suppress
from typing import Any
from weakref import WeakSet

import psycopg
import structlog
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.errors import Overloaded
from app.db.engine import CONNECTION_ARGUMENTS

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
            await asyncio.sleep(_BEAT_SECONDS / 2)

    async def _watch(self) -> None:
        try:
            connection = await psycopg.AsyncConnection.connect(
                self._url, autocommit=True, **CONNECTION_ARGUMENTS
            )
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
