"""Direct connections: several statements are one message to PostgreSQL, without SQLAlchemy's greenlets and sessions.

For the statements of each search and of each file that is read. Everything else goes through SQLAlchemy, which costs ten
times the CPU time.
"""

import asyncio
import select
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import orjson
import psycopg
from pgvector import Bit, HalfVector, SparseVector
from psycopg import pq
from psycopg.adapt import Buffer, Loader, Transformer
from psycopg.errors import InvalidSqlStatementName, error_from_result
from sqlalchemy.engine import make_url

from app.core.priority import give_way
from app.db.connections import Failures
from app.db.engine import connect
from app.db.statements import Bound, Statement

Rows = list[tuple[Any, ...]]

_POOL_WAIT_SECONDS = 5
# PostgreSQL itself ends a statement after 15 seconds. This is for a server that does not answer at all.
_ANSWER_SECONDS = 20
# A connection is replaced once it has prepared this many statements: each store has statements of its own.
_MOST_PREPARED = 200
_BINARY = 1
# Plans that are kept were made for tables as large as they were then, and hold until PostgreSQL has new statistics.
_KEPT_PLANS_SECONDS = 10


_FORGET_PLANS = Bound(Statement(b"discard plans"), is_prepared=False, is_read=False)


def bind(
    statement: Statement, given: Mapping[str, object], *, is_prepared: bool = True, is_read: bool = True
) -> Bound:
    """Return a statement with values for its parameters."""
    own = statement.values or {}
    sent = [_sent(given[name] if name in given else own[name]) for name in statement.names]
    return Bound(statement, [value for value, _ in sent], [kind for _, kind in sent], is_prepared, is_read)


class _JsonbLoader(Loader):
    """Reads jsonb, which is its text after a byte that says the version. psycopg's own looks at each for how to read it."""

    format = pq.Format.BINARY

    def load(self, data: Buffer) -> Any:
        return orjson.loads(data[1:])


class DirectConnections:
    """A pool of such connections, made when they are first needed."""

    def __init__(self, url: str, failures: Failures, *, most: int) -> None:
        self._failures = failures
        self._conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        # Whether PostgreSQL's processes for these connections get a low priority.
        self.gives_way = False
        self._idle: list[DirectConnection] = []
        self._places = asyncio.Semaphore(most)

    async def close(self) -> None:
        await self._drop_idle()

    async def run(self, batch: Sequence[Bound]) -> list[Rows]:
        """Return the rows of each statement. They are one message and one transaction."""
        with self._failures.translated():
            connection, rows = await self._take(batch)
            await self._put_back(connection)
            return rows

    @asynccontextmanager
    async def opened(self, batch: Sequence[Bound]) -> "AsyncIterator[tuple[DirectConnection, list[Rows]]]":
        """Run the first statements of a transaction; yield the connection for the others, and the rows.

        Raises Overloaded when PostgreSQL is busy or away.
        """
        with self._failures.translated():
            connection, rows = await self._take(batch)
            try:
                yield connection, rows
            finally:
                await self._put_back(connection)

    async def _take(self, batch: Sequence[Bound]) -> "tuple[DirectConnection, list[Rows]]":
        """Run the first statements of a transaction; return the connection, which has to be put back, and their rows."""
        await self._take_place()
        taken = None
        try:
            taken = await self._begin(batch)
            return taken
        finally:
            if taken is None:
                self._places.release()

    async def _put_back(self, connection: "DirectConnection") -> None:
        try:
            if connection.is_reusable:
                self._idle.append(connection)
            else:
                await connection.close()
        finally:
            self._places.release()

    async def _begin(self, batch: Sequence[Bound]) -> "tuple[DirectConnection, list[Rows]]":
        if self._idle:
            connection = self._idle.pop()
            self._let_others_go_first(connection)
            try:
                return connection, await _started(connection, batch, renews_plans=connection.has_old_plans)
            except (psycopg.OperationalError, InvalidSqlStatementName):
                # PostgreSQL was restarted under the pool, or a proxy changed its connection. Nothing is done yet.
                await self._drop_idle()
        connection = await self._open()
        return connection, await _started(connection, batch)

    async def _open(self) -> "DirectConnection":
        self._failures.pulse.check()
        opened = await DirectConnection.open(self._conninfo)
        self._failures.pulse.watch(opened.driver)
        self._let_others_go_first(opened)
        return opened

    def _let_others_go_first(self, connection: "DirectConnection") -> None:
        if self.gives_way and not connection.gives_way:
            connection.gives_way = give_way(connection.driver.info.backend_pid)

    async def _take_place(self) -> None:
        if not self._places.locked():
            await self._places.acquire()
            return
        # While PostgreSQL does not answer, none comes free.
        self._failures.pulse.check()
        try:
            async with asyncio.timeout(_POOL_WAIT_SECONDS):
                await self._places.acquire()
        except TimeoutError as error:
            raise psycopg.OperationalError("no connection came free in time") from error

    async def _drop_idle(self) -> None:
        idle, self._idle = self._idle, []
        for connection in idle:
            await connection.close()


class DirectConnection:
    """One connection in libpq's pipeline mode."""

    def __init__(self, driver: psycopg.AsyncConnection) -> None:
        self.driver = driver
        self._wire = driver.pgconn
        self._loader = Transformer(driver)
        self._names: dict[bytes, bytes] = {}
        self._loop = asyncio.get_running_loop()
        # Watched as long as the connection lasts: to watch and let go for each message costs as much as sending it.
        self._watched: int | None = None
        self._waiting: asyncio.Future[None] | None = None
        self._is_in_step = True
        self._has_failed = False
        self._planned_at = self._loop.time()
        self.gives_way = False

    @classmethod
    async def open(cls, conninfo: str) -> "DirectConnection":
        driver = await connect(conninfo, autocommit=True)
        driver.adapters.register_loader("jsonb", _JsonbLoader)
        driver.pgconn.enter_pipeline_mode()
        return cls(driver)

    @property
    def is_reusable(self) -> bool:
        """Whether nothing is left to be read, no transaction is open, and not too much was prepared."""
        is_idle = self._wire.transaction_status == pq.TransactionStatus.IDLE
        return self.is_sound and is_idle and len(self._names) < _MOST_PREPARED

    @property
    def is_sound(self) -> bool:
        """Whether nothing is left to be read and no statement failed: what its message was to prepare may be missing."""
        return self._is_in_step and not self._has_failed

    @property
    def has_old_plans(self) -> bool:
        return self._loop.time() - self._planned_at > _KEPT_PLANS_SECONDS

    async def renew_plans(self) -> None:
        """Have all statements planned again when they run the next time."""
        await self.run([_FORGET_PLANS])
        self._planned_at = self._loop.time()

    async def close(self) -> None:
        """End the statement that nobody waits for, and shut the connection, even if cancelled or if PostgreSQL does not answer."""
        self._unwatch()
        try:
            if not self._is_in_step and not self.driver.closed:
                # PostgreSQL would notice only after the statement.
                with suppress(psycopg.Error):
                    await self.driver.cancel_safe(timeout=1)
        finally:
            await self.driver.close()

    async def run(self, batch: Sequence[Bound], *, answer_seconds: float = _ANSWER_SECONDS) -> list[Rows]:
        """Send statements as one message and return the rows of each; raise psycopg's error for one that fails."""
        self._is_in_step = False
        try:
            async with asyncio.timeout(answer_seconds):
                results = await self._exchange(batch)
        except TimeoutError as error:
            raise psycopg.OperationalError("PostgreSQL does not answer") from error
        except psycopg.OperationalError:
            # libpq may have closed the socket, and another connection gets its number.
            self._unwatch()
            raise
        self._is_in_step = True
        for result in results:
            if result.status == pq.ExecStatus.FATAL_ERROR:
                self._has_failed = True
                raise error_from_result(result)
        return [
            self._rows(result) if bound.is_read else [] for bound, result in zip(batch, results, strict=True)
        ]

    async def copy(self, copies: Sequence[tuple[bytes, Iterable[bytes]]]) -> None:
        """Run COPY statements inside the open transaction, each with pieces of rows in PostgreSQL's format."""
        self._is_in_step = False
        # It is the one thing that a pipeline takes no part in.
        self._wire.exit_pipeline_mode()
        self._wire.send_query(b";".join(statement for statement, _ in copies))
        await self._flush()
        for _, pieces in copies:
            await self._expect(pq.ExecStatus.COPY_IN)
            for piece in pieces:
                while not self._wire.put_copy_data(piece):
                    await self._until_ready(writing=True)
                await self._flush()
                # Sending may not wait for anything, and others would wait for it.
                await asyncio.sleep(0)
            while not self._wire.put_copy_end():
                await self._until_ready(writing=True)
            await self._flush()
            await self._expect(pq.ExecStatus.COMMAND_OK)
        await self._next_result()
        self._wire.enter_pipeline_mode()
        self._is_in_step = True

    async def _expect(self, status: pq.ExecStatus) -> None:
        result = await self._next_result()
        assert result is not None, "each COPY has results"
        if result.status != status:
            raise error_from_result(result)

    async def _exchange(self, batch: Sequence[Bound]) -> list[Any]:
        fresh = [self._send(bound) for bound in batch]
        self._wire.pipeline_sync()
        await self._flush()
        # The answer to PREPARE comes before that of its statement.
        answers = iter(await self._results())
        pairs = [(next(answers) if is_fresh else None, next(answers)) for is_fresh in fresh]
        return [prepared if _is_refused(prepared) else answer for prepared, answer in pairs]

    def _send(self, bound: Bound) -> bool:
        """Send one statement; return whether it was prepared before."""
        wire, sql = self._wire, bound.statement.sql
        if not bound.is_prepared:
            wire.send_query_params(sql, bound.parameters, param_formats=bound.formats, result_format=_BINARY)
            return False
        name = self._names.get(sql)
        if is_new := name is None:
            name = self._names[sql] = b"s%d" % len(self._names)
            wire.send_prepare(name, sql)
        wire.send_query_prepared(name, bound.parameters, bound.formats, _BINARY)
        return is_new

    async def _results(self) -> list[Any]:
        """Return all results up to the end of the message."""
        results: list[Any] = []
        while True:
            result = await self._next_result()
            if result is None:
                continue
            if result.status == pq.ExecStatus.PIPELINE_SYNC:
                return results
            results.append(result)

    async def _next_result(self) -> Any:
        while self._wire.is_busy():
            await self._until_ready()
            self._wire.consume_input()
        return self._wire.get_result()

    async def _flush(self) -> None:
        while self._wire.flush():
            await self._until_ready(writing=True)
            self._wire.consume_input()

    async def _until_ready(self, *, writing: bool = False) -> None:
        socket = self._wire.socket
        if _is_broken(socket):
            # Reads what PostgreSQL said last; once there is no more, libpq raises that it is gone.
            self._unwatch()
            self._wire.consume_input()
            return
        self._waiting = self._loop.create_future()
        if self._watched is None:
            self._watched = socket
            self._loop.add_reader(socket, self._note_ready)
        if writing:
            self._loop.add_writer(socket, self._note_ready)
        try:
            await self._waiting
        finally:
            self._waiting = None
            if writing:
                self._loop.remove_writer(socket)

    def _note_ready(self) -> None:
        if self._waiting is None:
            # What comes unasked is read with the next answer, or it is the end of the connection.
            self._unwatch()
        elif not self._waiting.done():
            self._waiting.set_result(None)

    def _unwatch(self) -> None:
        if self._watched is not None:
            self._loop.remove_reader(self._watched)
            self._watched = None

    def _rows(self, result: Any) -> Rows:
        if not result.ntuples:
            return []
        self._loader.set_pgresult(result)
        return self._loader.load_rows(0, result.ntuples, tuple)


async def _started(
    connection: DirectConnection, batch: Sequence[Bound], *, renews_plans: bool = False
) -> list[Rows]:
    """Run the first statements of a transaction; when they fail, the connection is closed."""
    try:
        if renews_plans:
            await connection.renew_plans()
        return await connection.run(batch)
    finally:
        if not connection.is_sound:
            await connection.close()


def _is_broken(socket: int) -> bool:
    """Whether the other end is gone. uvloop tells that once, and watches such a socket no more."""
    poll = select.poll()
    poll.register(socket, 0)
    return bool(poll.poll(0))


def _is_refused(prepared: Any) -> bool:
    return prepared is not None and prepared.status == pq.ExecStatus.FATAL_ERROR


def _sent(value: Any) -> tuple[bytes | None, int]:
    """Return a value as PostgreSQL gets it, and whether that is text (0) or binary (1)."""
    match value:
        case None:
            return None, 0
        case str():
            return value.encode(), 0
        case bytes():
            return value, 1
        case bool():
            return (b"true" if value else b"false"), 0
        case int() | float():
            return str(value).encode(), 0
        case HalfVector() | SparseVector() | Bit():
            return value.to_binary(), 1
        case list():
            return f"{{{','.join(map(str, value))}}}".encode(), 0
        case _:
            return orjson.dumps(value), 0
