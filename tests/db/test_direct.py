"""Direct connections: what one message holds, and what restarts, errors and impatient callers do to them."""

import asyncio
import gc
import warnings
from collections.abc import AsyncIterator, Callable, Iterator

import psycopg
import pytest
import uvloop
from sqlalchemy import text

from app.core.errors import InvalidRequest, Overloaded
from app.db.connections import Failures
from app.db.copying import copy_pieces, copy_statement
from app.db.database import Database
from app.db.direct import DirectConnections, bind
from app.db.engine import DatabaseUrls
from app.db.statements import Bound, Statement, compiled
from tests.conftest import serving_url

SET = bind(compiled(text("select set_config('footnote.project', :project, true)")), {"project": "proj_a"})
ASK = Bound(Statement(b"select current_setting('footnote.project', true)"))
BEGIN, COMMIT = Bound(Statement(b"begin")), Bound(Statement(b"commit"))
PID = Bound(Statement(b"select pg_backend_pid()"))


@pytest.fixture
async def direct(db: Database, clean_url: str) -> AsyncIterator[DirectConnections]:
    """Connections to the worker's database."""
    connections = DirectConnections(serving_url(clean_url), Failures(db.pulse, None), most=8)
    yield connections
    await connections.close()


async def test_a_setting_holds_for_its_message_only(direct: DirectConnections) -> None:
    """The project that row-level security sees is that of the message: nothing is left for the next caller."""
    for _ in range(3):
        assert (await direct.run([SET, ASK]))[1] == [("proj_a",)]
        assert (await direct.run([ASK]))[0] in ([("",)], [(None,)])


async def test_values_go_and_come_in_their_types(direct: DirectConnections) -> None:
    """What searches send and read: text with any character, numbers, lists, JSON, nothing."""
    statement = compiled(
        text("select cast(:a as text), cast(:b as bigint), cast(:c as float8), cast(:d as bigint[]), "
             "cast(:e as jsonb), cast(:f as text), cast(:g as bool)")
    )  # fmt: skip
    given = {"a": 'O\'Neil\\ "ü"', "b": 2**40, "c": 0.1, "d": [1, 2], "e": {"k": ["'"]}, "f": None, "g": True}

    for is_prepared in (True, False, True):
        rows = await direct.run([bind(statement, given, is_prepared=is_prepared)])
        assert rows == [[tuple(given.values())]]


async def test_kept_plans_are_made_again_after_a_while(
    direct: DirectConnections, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan that was made while a table was small would hold until there are statistics."""
    asked = Bound(Statement(b"select n from grown"))
    explained = Bound(Statement(b"explain (format json) execute s1"), is_prepared=False)
    create, fill = (
        Bound(Statement(sql), is_prepared=False)
        for sql in (
            b"create temporary table grown (n bigint)",
            b"insert into grown select generate_series(1, 100000)",
        )
    )

    async def expected_rows() -> int:
        (((plan,),),) = await direct.run([explained])
        rows: int = plan[0]["Plan"]["Plan Rows"]
        return rows

    await direct.run([Bound(Statement(b"set plan_cache_mode = force_generic_plan"))])
    await direct.run([create])
    await direct.run([asked])
    await direct.run([fill])
    before = await expected_rows()
    monkeypatch.setattr("app.db.direct._KEPT_PLANS_SECONDS", -1)
    after = await expected_rows()

    assert before < 10_000 < after


async def test_a_large_message_is_sent_whole(direct: DirectConnections) -> None:
    """More than a socket takes at once."""
    statement = compiled(text("select length(cast(:a as text)), cast(:a as text)"))
    large = "x" * 5_000_000

    assert await direct.run([bind(statement, {"a": large})]) == [[(5_000_000, large)]]


async def test_a_failing_statement_takes_back_its_message_alone(direct: DirectConnections) -> None:
    """The caller sees its error, whether that comes at preparing or at running, and the next message is served."""
    for wrong in (b"select 1 / 0", b"select nothing from nowhere"):
        with pytest.raises((psycopg.Error, InvalidRequest)):
            await direct.run([SET, Bound(Statement(wrong)), ASK])

        assert (await direct.run([SET, ASK]))[1] == [("proj_a",)]


async def test_rows_are_copied_within_the_open_transaction(direct: DirectConnections) -> None:
    """Into one table after another, many pieces of them; what was copied is there for the next statement."""
    made = b"create temporary table %s (number bigint, value varchar) on commit drop"
    opening = [BEGIN, Bound(Statement(made % b"first")), Bound(Statement(made % b"second"))]
    count = b"select count(*), sum(number)::bigint, max(length(value)) from %s"
    async with direct.opened(opening) as (connection, _):
        await connection.copy([copied("first", 2_000), copied("second", 0)])
        first, second, _ = await connection.run(
            [Bound(Statement(count % b"first")), Bound(Statement(count % b"second")), COMMIT]
        )

    assert first == [(2_000, 1_999_000, 1_000)]
    assert second == [(0, None, None)]


async def test_a_broken_row_takes_back_the_transaction(direct: DirectConnections) -> None:
    """The caller sees PostgreSQL's error, and the next message is served by a connection that is in step."""
    made = Bound(Statement(b"create temporary table first (number bigint, value bigint) on commit drop"))
    with pytest.raises((psycopg.Error, InvalidRequest)):
        async with direct.opened([BEGIN, made]) as (connection, _):
            await connection.copy([copied("first", 2_000)])

    assert (await direct.run([SET, ASK]))[1] == [("proj_a",)]


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_copy_ends_with_its_connection(
    clean_url: str, loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    """PostgreSQL's process goes with rows unread: uvloop tells of such an end once, and watches the socket no more."""
    made = Bound(Statement(b"create temporary table slow (number bigint check (pg_sleep(30) is not null), value varchar) on commit drop"))  # fmt: skip

    async def copy() -> None:
        database = Database.connect(DatabaseUrls(serving_url(clean_url), clean_url))
        direct = DirectConnections(serving_url(clean_url), Failures(database.pulse, None), most=1)
        try:
            async with direct.opened([BEGIN, made, PID]) as (connection, rows):
                ending = asyncio.create_task(terminate(clean_url, rows[2][0][0]))
                await connection.copy([copied("slow", 2_000)])
        finally:
            await ending
            await direct.close()
            await database.close()

    with asyncio.Runner(loop_factory=loop) as runner, pytest.raises(Overloaded):
        runner.run(asyncio.wait_for(copy(), 10))


async def terminate(url: str, pid: int) -> None:
    """End a process of PostgreSQL's, once it sleeps."""
    async with await psycopg.AsyncConnection.connect(
        url.replace("postgresql+psycopg", "postgresql"), autocommit=True
    ) as other:
        sleeps = "select 1 from pg_stat_activity where pid = %s and wait_event = 'PgSleep'"
        while await (await other.execute(sleeps, (pid,))).fetchone() is None:  # noqa: ASYNC110 - only the database tells
            await asyncio.sleep(0.02)
        await other.execute("select pg_terminate_backend(%s)", (pid,))


def copied(table: str, rows: int) -> tuple[bytes, Iterator[bytes]]:
    """Return a COPY of this many rows of a kilobyte."""
    columns = {"number": "int8", "value": "varchar"}
    return copy_statement(table, columns), copy_pieces(columns, ((n, "x" * 1_000) for n in range(rows)))


async def test_connections_of_before_a_restart_are_replaced(
    direct: DirectConnections, clean_url: str
) -> None:
    """Nobody sees an error when PostgreSQL has closed a connection that waits."""
    ((before,),) = (await direct.run([PID]))[0]
    async with await psycopg.AsyncConnection.connect(
        clean_url.replace("postgresql+psycopg", "postgresql"), autocommit=True
    ) as other:
        await other.execute("select pg_terminate_backend(%s)", (before,))

    ((after,),) = (await direct.run([PID]))[0]

    assert after != before


async def test_who_hangs_up_leaves_no_half_read_answer(direct: DirectConnections) -> None:
    """A cancelled caller's connection is not used again, and its statement ends."""
    slow = asyncio.create_task(direct.run([Bound(Statement(b"select pg_sleep(30)"))]))
    await asyncio.sleep(0.3)
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow

    assert (await direct.run([SET, ASK]))[1] == [("proj_a",)]
    count = Bound(Statement(b"select count(*) from pg_stat_activity where query = 'select pg_sleep(30)' and state = 'active'"))  # fmt: skip
    # PostgreSQL itself would end it after fifteen seconds.
    async with asyncio.timeout(12):
        while (await direct.run([count]))[0] != [(0,)]:  # noqa: ASYNC110 - only the database tells
            await asyncio.sleep(0.05)


async def test_who_hangs_up_twice_leaves_no_connection_open(direct: DirectConnections) -> None:
    """The second time comes while the connection is being closed."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        impatient = asyncio.create_task(direct.run([Bound(Statement(b"select pg_sleep(30)"))]))
        await asyncio.sleep(0.3)
        while not impatient.done():
            impatient.cancel()
            await asyncio.sleep(0)
        gc.collect()

    assert [str(warning.message) for warning in caught] == []


async def test_a_failing_message_after_a_restart_leaves_no_connection_open(
    direct: DirectConnections, clean_url: str
) -> None:
    """It runs on the broken connection and on the one that replaces it."""
    ((pid,),) = (await direct.run([PID]))[0]
    async with await psycopg.AsyncConnection.connect(
        clean_url.replace("postgresql+psycopg", "postgresql"), autocommit=True
    ) as other:
        await other.execute("select pg_terminate_backend(%s)", (pid,))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises((psycopg.Error, InvalidRequest)):
            await direct.run([Bound(Statement(b"select 1 / 0"))])
        gc.collect()

    assert [str(warning.message) for warning in caught] == []


async def test_statements_in_one_transaction_see_one_moment(
    direct: DirectConnections, clean_url: str
) -> None:
    """A second message of an open transaction does not see what was committed since the first."""
    begin = Bound(Statement(b"begin isolation level repeatable read read only"))
    count = Bound(Statement(b"select count(*) from projects"))
    async with direct.opened([begin, count]) as (connection, rows):
        async with await psycopg.AsyncConnection.connect(
            clean_url.replace("postgresql+psycopg", "postgresql"), autocommit=True
        ) as other:
            await other.execute("insert into projects (id) values ('proj_meanwhile')")
        again, _ = await connection.run([count, Bound(Statement(b"commit"))])

    assert again == rows[1]
    assert (await direct.run([count]))[0] == [(again[0][0] + 1,)]


async def test_more_callers_than_connections_wait_for_each_other(
    direct: DirectConnections, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All are served in turn; who waits for too long is told that the database is busy."""
    nap = Bound(Statement(b"select pg_sleep(0.05)"))
    await asyncio.gather(*(direct.run([nap]) for _ in range(40)))

    monkeypatch.setattr("app.db.direct._POOL_WAIT_SECONDS", 0.1)
    long_nap = Bound(Statement(b"select pg_sleep(2)"))
    outcomes = await asyncio.gather(*(direct.run([long_nap]) for _ in range(12)), return_exceptions=True)
    assert sum(isinstance(outcome, Overloaded) for outcome in outcomes) == 4


async def test_a_connection_that_has_prepared_too_much_is_replaced(
    direct: DirectConnections, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each store has statements of its own, and prepared ones take PostgreSQL's memory."""
    monkeypatch.setattr("app.db.direct._MOST_PREPARED", 5)
    pids = {
        (await direct.run([Bound(Statement(b"select pg_backend_pid(), %d" % n))]))[0][0][0] for n in range(10)
    }

    assert len(pids) == 2
