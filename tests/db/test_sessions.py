"""What a task that is cancelled leaves of its transaction."""

import asyncio
import contextlib
import gc
import itertools
from collections.abc import Awaitable, Callable, Iterator

import anyio
import pytest
from sqlalchemy import text

from app.core.types import Caller
from app.db.database import Database
from tests.factories import engine_of

# Transactions take two to five milliseconds, those on new connections ten.
_MOMENTS = [milliseconds / 1000 for milliseconds in itertools.islice(itertools.cycle(range(13)), 130)]
_Work = Callable[[Database, Caller], Awaitable[None]]
_CONNECTIONS = text(
    "select count(*) from pg_stat_activity where datname = current_database() and usename = 'footnote_app'"
)


@pytest.fixture
def _no_collector() -> Iterator[None]:
    """A connection that is only dropped stays open meanwhile."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


async def _write(db: Database, caller: Caller) -> None:
    async with db.of(caller).write() as tx:
        await tx.vector_stores.get_or_create_default()


async def _read(db: Database, caller: Caller) -> None:
    async with db.of(caller).read() as snapshot:
        await snapshot.vector_stores.list_all()


@pytest.mark.usefixtures("_no_collector")
@pytest.mark.parametrize("work", [_read, _write])
@pytest.mark.parametrize("again", [False, True], ids=["once", "again and again"])
async def test_who_is_cancelled_leaves_no_connection(
    db: Database, caller: Caller, work: _Work, again: bool
) -> None:
    """Not while it connects, not while it waits for PostgreSQL, and not while it closes; tasks of anyio's are cancelled in each wait."""
    for seconds in _MOMENTS:
        if again:
            with anyio.move_on_after(seconds):
                await work(db, caller)
        else:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await work(db, caller)
    await asyncio.sleep(0.2)

    assert db.pool()["in_use"] == 0
    async with engine_of(db).connect() as connection:
        assert await connection.scalar(_CONNECTIONS) <= 2
    await work(db, caller)
