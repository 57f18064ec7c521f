"""Which server a caller's read goes to: a replica that has all that was written, or else the primary."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from prometheus_client import REGISTRY

from app.core.errors import Overloaded
from app.core.types import Caller
from app.db.database import Database
from app.db.engine import DatabaseUrls, sqlalchemy_url
from app.startup import bring_up
from tests.postgres_servers import PostgresServer, serve_with_replicas

CALLER = Caller("proj_default")


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[PostgresServer, PostgresServer]]:
    """A migrated primary and a replica of it."""
    with serve_with_replicas() as (primary, (replica,)):
        url = sqlalchemy_url(primary.url)
        bring_up(DatabaseUrls(url, url))
        yield primary, replica


@pytest.fixture
async def replicated(servers: tuple[PostgresServer, PostgresServer]) -> AsyncIterator[Database]:
    """The database with its replica, which has caught up and answers."""
    database = Database.connect(replicated_urls(servers))
    task = asyncio.create_task(database.run())
    try:
        await settled(database, servers)
        yield database
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await database.close()


def replicated_urls(servers: tuple[PostgresServer, PostgresServer]) -> DatabaseUrls:
    primary, replica = (sqlalchemy_url(server.url) for server in servers)
    return DatabaseUrls(primary, primary, reading=(replica,))


async def settled(database: Database, servers: tuple[PostgresServer, PostgresServer]) -> None:
    """Wait until the replica has it all, and reads go there."""
    primary, replica = servers
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        caught_up = await asyncio.to_thread(replica.has_caught_up_with, primary)
        if caught_up and await read_from(database) == "replica":
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the replica does not catch up")


def counts() -> dict[str, float]:
    return {
        server: REGISTRY.get_sample_value("footnote_database_reads_total", {"server": server}) or 0
        for server in ("primary", "replica")
    }


async def read_from(database: Database, caller: Caller = CALLER) -> str:
    """Read something, and return which kind of server was asked for it."""
    before = counts()
    async with database.of(caller).read() as reader:
        await reader.vector_stores.find_default()
    (changed,) = [server for server, count in counts().items() if count != before[server]]
    return changed


async def names(database: Database) -> list[str]:
    return [store.name for store in await database.of(CALLER).search.newest_stores(100)]


async def test_a_replica_answers_reads_and_the_primary_the_work(replicated: Database) -> None:
    """Callers' reads and searches go there; the server's own work, and what is written, do not."""
    before = counts()

    await names(replicated)
    async with replicated.project("proj_default").read() as reader:
        await reader.vector_stores.find_default()

    assert counts() == {"primary": before["primary"], "replica": before["replica"] + 1}


async def make_store(database: Database, name: str, project_id: str = "proj_default") -> None:
    async with database.of(Caller(project_id)).write() as tx:
        await tx.vector_stores.create(name=name)


async def test_a_replica_that_lags_is_left_out(
    replicated: Database, servers: tuple[PostgresServer, PostgresServer]
) -> None:
    """What was written is read at once, at the process that wrote it and at every other; other projects stay there."""
    primary, replica = servers
    primary.ask("insert into projects (id, name) values ('proj_quiet', 'quiet') on conflict do nothing")
    await make_store(replicated, "quiet", "proj_quiet")
    await settled(replicated, servers)
    other = Database.connect(replicated_urls(servers))
    watching = asyncio.create_task(other.run())
    await settled(other, servers)
    replica.ask("select pg_wal_replay_pause()")

    await make_store(replicated, "new")
    lagging = [await names(database) for database in (replicated, other)]
    read_where = [await read_from(database) for database in (replicated, other)]
    quiet = await read_from(replicated, Caller("proj_quiet"))
    replica.ask("select pg_wal_replay_resume()")
    await settled(replicated, servers)
    caught_up = await names(replicated)

    assert all("new" in found for found in lagging)
    assert read_where == ["primary", "primary"]
    assert quiet == "replica"
    assert "new" in caught_up
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    await other.close()


async def test_a_replica_that_is_killed_fails_no_search(
    replicated: Database, servers: tuple[PostgresServer, PostgresServer]
) -> None:
    """The primary answers at once; when the replica is back, it answers again. Only a transaction that is open then fails."""
    _, replica = servers
    await make_store(replicated, "kept")
    await settled(replicated, servers)
    found: list[bool] = []
    began = asyncio.Event()

    async def search() -> None:
        while len(found) < 200:
            found.append("kept" in await names(replicated))
            if len(found) == 20:
                began.set()

    searching = asyncio.create_task(search())
    await began.wait()
    await asyncio.to_thread(replica.kill)
    await searching
    while_away = await read_from(replicated)
    await asyncio.to_thread(replica.start)
    await settled(replicated, servers)

    assert all(found)
    assert while_away == "primary"


async def test_reads_go_on_while_the_primary_is_away(
    replicated: Database, servers: tuple[PostgresServer, PostgresServer]
) -> None:
    """Replicas answer with what they have; writes are refused."""
    primary, _ = servers
    await make_store(replicated, "before")
    await settled(replicated, servers)
    await asyncio.to_thread(primary.kill)

    found = await names(replicated)
    read_where = await read_from(replicated)
    with pytest.raises(Overloaded):
        await make_store(replicated, "refused")
    await asyncio.to_thread(primary.start)
    await settled(replicated, servers)

    assert "before" in found
    assert read_where == "replica"


async def test_a_promoted_replica_is_left_out(
    replicated: Database, servers: tuple[PostgresServer, PostgresServer]
) -> None:
    """It goes its own way from then on."""
    _, replica = servers
    await asyncio.to_thread(replica.promote)

    await make_store(replicated, "after")

    assert await read_from(replicated) == "primary"
    assert "after" in await names(replicated)
