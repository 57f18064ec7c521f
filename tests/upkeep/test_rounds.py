"""Loops of upkeep: a database that restarts is a line in the log, and the work goes on afterwards."""

import asyncio
import time
from types import ModuleType

import pytest

from app.core.errors import DiskFull, Overloaded
from app.db.database import Database
from app.db.engine import DatabaseUrls, sqlalchemy_url
from app.startup import bring_up
from app.upkeep import expiry, index_care, words
from app.upkeep.expiry import Expiry
from app.upkeep.rounds import going_on
from app.upkeep.words import WordsCare
from tests.factories import make_index_care
from tests.postgres_servers import serve_with_replicas
from tests.processes import wait_until

INTERVALS = (
    (expiry, "_SWEEP_EVERY_SECONDS"),
    (index_care, "_AT_MOST_EVERY_SECONDS"),
    (index_care, "_LOOK_EVERY_SECONDS"),
    (words, "_LOOK_EVERY_SECONDS"),
)

FAILED = ("sweep_failed", "words_care_failed", "index_care_failed")


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each loop has many rounds a second."""
    for module, name in INTERVALS:
        assert isinstance(module, ModuleType)
        monkeypatch.setattr(module, name, 0.05)


@pytest.mark.usefixtures("_impatient")
async def test_a_restart_of_the_database_is_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    """Each loop says that it waits, and is not ended by it."""
    with serve_with_replicas(0) as (server, _):
        url = sqlalchemy_url(server.url)
        await asyncio.to_thread(bring_up, DatabaseUrls(url, url))
        database = Database.connect(DatabaseUrls(url, url))
        runs = (
            Expiry(database.system("expiry").expired_rows).run(),
            WordsCare(database).run(),
            make_index_care(database).run(),
        )
        loops = [asyncio.create_task(run) for run in runs]
        await asyncio.sleep(1)

        await asyncio.to_thread(server.kill)
        has_told = await asyncio.to_thread(wait_until, lambda: all(name in events(caplog) for name in FAILED))
        waiting = events(caplog)
        await asyncio.to_thread(server.start)
        goes_on = await asyncio.to_thread(wait_until, lambda: is_quiet(caplog))
        ended = [loop for loop in loops if loop.done()]
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        await database.close()

    assert has_told
    assert "Traceback" not in waiting
    assert goes_on
    assert ended == []


def is_quiet(caplog: pytest.LogCaptureFixture) -> bool:
    """Whether no round fails for a second."""
    caplog.clear()
    time.sleep(1)
    return "_failed" not in events(caplog)


def events(caplog: pytest.LogCaptureFixture) -> str:
    """Return what was logged, with the tracebacks."""
    return "\n".join(str(record.msg) for record in caplog.records)


@pytest.mark.parametrize("error", [Overloaded("busy"), DiskFull("no room")])
async def test_what_passes_by_itself_is_one_line(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """With its reason."""
    with going_on("work_failed", number=7):
        raise error

    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert str(error) in str(record.msg)


async def test_a_fault_of_ours_has_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    """Somebody has to find it."""
    with going_on("work_failed"):
        raise KeyError("lost")

    assert "KeyError" in events(caplog)


async def test_a_loop_that_was_told_to_end_does_not_go_on() -> None:
    """Although an error took the place of the cancellation."""

    async def loop() -> None:
        while True:
            with going_on("work_failed"):
                try:
                    await asyncio.Event().wait()
                finally:
                    raise Overloaded("The connection was closed.")

    running = asyncio.create_task(loop())
    await asyncio.sleep(0)
    running.cancel()

    assert isinstance((await asyncio.gather(running, return_exceptions=True))[0], asyncio.CancelledError)
