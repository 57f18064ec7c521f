"""Connections to PostgreSQL: the URL, the pool, and pgvector's binary types on every connection."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import orjson
import psycopg
from pgvector.psycopg import register_vector_async
from psycopg import sql
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

# A connection on which nothing comes back is given up after as long as a request may wait. A socket file ignores this.
_CONNECTION_ARGUMENTS: dict[str, Any] = {
    "connect_timeout": 3,
    "tcp_user_timeout": 8_000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "application_name": "footnote",
}
_POOL_WAIT_SECONDS = 5
# A connection is tested only after it has idled this long, because a test costs one more message for each transaction.
_TRUSTED_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """How one database is reached, as SQLAlchemy URLs: by the role that serves, and by the tables' owner.

    The owner migrates and builds indexes. On a server both may be the same. `data_dir` is the folder of the embedded
    PostgreSQL's data, None for a server's. `reading` are streaming replicas, reached by the serving role.
    """

    serving: str
    owning: str
    data_dir: Path | None = None
    reading: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PoolSizes:
    """How many connections a process has to one server: kept for transactions, added under load, and direct ones."""

    kept: int = 10
    added: int = 5
    direct: int = 8

    @classmethod
    def shared_by(cls, processes: int) -> Self:
        """Return those of one of several processes that answer the same clients. A request waits for one for some seconds."""
        whole = cls()
        return cls(
            max(2, whole.kept // processes),
            max(2, whole.added // processes),
            max(3, whole.direct // processes),
        )


# Files are read by a few groups at a time, each with one connection.
READING_POOLS = PoolSizes(kept=3, added=3, direct=6)


def sqlalchemy_url(url: str) -> str:
    """Return a `postgres://` or `postgresql://` URL as SQLAlchemy and psycopg 3 take it."""
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


async def connect(conninfo: str = "", **arguments: Any) -> psycopg.AsyncConnection[Any]:
    """Return a new connection. If the caller is cancelled meanwhile, it is closed as soon as it stands.

    A connection that is left half-made keeps its place in PostgreSQL until Python next collects its garbage.
    """
    connecting = asyncio.ensure_future(
        psycopg.AsyncConnection.connect(conninfo, **_CONNECTION_ARGUMENTS, **arguments)
    )
    try:
        return await asyncio.shield(connecting)
    except asyncio.CancelledError:
        connecting.add_done_callback(_close_unused)
        raise


def _close_unused(connecting: "asyncio.Future[psycopg.AsyncConnection[Any]]") -> None:
    if not connecting.cancelled() and connecting.exception() is None:
        connecting.result().pgconn.finish()


async def begin(connection: AsyncConnection, opening: sql.Composed) -> None:
    """Begin a transaction with a single message: `begin` and whatever else it needs. SQLAlchemy ends it."""
    driver = (await connection.get_raw_connection()).driver_connection
    assert isinstance(driver, psycopg.AsyncConnection), "the engine is made for psycopg"
    try:
        # Several statements at once cannot be prepared.
        await driver.execute(opening, prepare=False)
    except (psycopg.OperationalError, asyncio.CancelledError) as error:
        # SQLAlchemy has not seen it: the connection cannot go back to the pool. Only its place can.
        await connection.invalidate(error)
        raise


def make_engine(url: str, sizes: PoolSizes) -> AsyncEngine:
    """Return an engine for a migrated database. Its pool gives up after five seconds of waiting.

    Transactions on its connections are begun with `begin`.
    Connections that were added are closed after use, and a new one costs messages and classes for pgvector's types.
    """
    engine = create_async_engine(
        url,
        pool_size=sizes.kept,
        max_overflow=sizes.added,
        pool_timeout=_POOL_WAIT_SECONDS,
        json_deserializer=orjson.loads,
        # The driver begins none then, which takes a message. Set for each use instead of for good, it would wait once more,
        # and a connection whose user is cancelled during that wait is lost to the pool.
        isolation_level="AUTOCOMMIT",
        # An error's text goes into the log, and parameters are questions and documents.
        hide_parameters=True,
        connect_args={"async_creator_fn": connect},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _register(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.run_async(register_vector_async)

    @event.listens_for(engine.sync_engine, "checkin")
    def _note_use(_connection: object, entry: ConnectionPoolEntry) -> None:
        entry.info["used"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def _ask_whether_alive(dbapi_connection: Any, entry: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - entry.info.get("used", time.monotonic()) < _TRUSTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(dbapi_connection)
        except psycopg.Error as error:
            raise InvalidatePoolError("PostgreSQL was restarted") from error

    return engine
