"""footnote serve once its options are known, worker and migrate."""

import asyncio
import os
import signal
import sys
import threading
import webbrowser
from contextlib import suppress
from pathlib import Path

from app.access.keys import DEFAULT_PROJECT
from app.cli.banner import await_readiness, banner, page_address
from app.cli.ingest_processes import fitting_count, ingest_processes
from app.cli.output import EXIT_CONFIG, EXIT_FAILED, give_up, print_plain
from app.cli.ports import why_not_listen
from app.cli.shared import open_services, say_doubts
from app.core import garbage
from app.core.memory import memory_bytes
from app.core.priority import give_way_soon
from app.db.database import Database
from app.db.engine import DatabaseUrls
from app.postgres.embedded import KEEPER_WATCH
from app.settings import Settings
from app.sockets import server
from app.sockets.options import SERVER_OPTIONS, new_event_loop
from app.startup import bring_up, hold_database

_SHUTDOWN_SECONDS = 30


def serve_here(settings: Settings, *, opens_page: bool) -> None:
    """Serve until the process is told to end."""
    say_doubts(settings)
    if (reason := why_not_listen(settings.host, settings.port)) is not None:
        give_up(reason, EXIT_FAILED)
    # Held here too, so that the embedded PostgreSQL outlives a worker that is replaced.
    with hold_database(settings.server_urls, settings.data_dir) as urls:
        bring_up(urls)
        try:
            settings.check_access(has_keys=asyncio.run(_has_keys(urls)))
        except ValueError as error:
            give_up(str(error), EXIT_CONFIG)
        threading.Thread(target=_greet, args=(settings, opens_page), daemon=True).start()
        # uvicorn hands the signal on when it has drained. What is held here ends in order then.
        signal.signal(signal.SIGTERM, _end_in_order)
        with ingest_processes(_leave_reading_to_others(settings)):
            server.run(
                "app.main:serve_app",
                host=settings.host,
                port=settings.port,
                workers=settings.workers,
                timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
                **SERVER_OPTIONS,
            )


def work(*, is_child: bool) -> None:
    """Read queued files until the process is told to end."""
    if is_child:
        # Ctrl-C reaches every process of the terminal. The server tells this one when it is time.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    interrupted = suppress(KeyboardInterrupt, asyncio.CancelledError)
    with interrupted, asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_worker(until_stdin_ends=is_child))


def migrate(settings: Settings) -> None:
    """Bring the database's schema up to this version, and let go of the database."""
    with hold_database(settings.server_urls, settings.data_dir) as urls:
        bring_up(urls)


def _greet(settings: Settings, opens_page: bool) -> None:  # noqa: FBT001 - a thread's arguments have no names
    """Print the banner once the server answers, so that it stands last, and open the page if that is wanted."""
    # The system chooses port 0 later, and uvicorn says which.
    readiness = await_readiness(settings) if settings.port else None
    if readiness is None:
        return
    print_plain(banner(settings, readiness))
    if opens_page:
        webbrowser.open(page_address(settings))


async def _has_keys(urls: DatabaseUrls) -> bool:
    database = Database.connect(urls)
    try:
        return (await database.system("keys").keys.standing(DEFAULT_PROJECT)).has_keys
    finally:
        await database.close()


def _leave_reading_to_others(settings: Settings) -> int:
    """Return how many processes shall read files. If there are some, the processes that serve read none."""
    if settings.worker == "off":
        return 0
    count = settings.ingest_processes
    if count == "auto":
        count = fitting_count(cores=len(os.sched_getaffinity(0)), memory=memory_bytes())
    if count:
        os.environ["WORKER"] = "off"
    return count


def _end_in_order(*_: object) -> None:
    sys.exit(0)


async def _let_answers_go_first(database: Database) -> None:
    """Lower the priority of this process, of what it starts from here on, and of what PostgreSQL does for it."""
    database.let_others_go_first()
    # Elsewhere a thread has no priority of its own.
    if sys.platform == "linux":
        await give_way_soon(os.getpid())
        _lower_threads()


def _lower_threads() -> None:
    """Give the priority of this process, which is that of its main thread, to the other threads.

    The one that may have to start PostgreSQL again keeps its own: PostgreSQL would inherit it.
    """
    niceness = os.getpriority(os.PRIO_PROCESS, 0)
    threads = {int(entry.name) for entry in Path("/proc/self/task").iterdir()}
    threads -= {thread.native_id for thread in threading.enumerate() if thread.name == KEEPER_WATCH}
    for thread in threads:
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, thread, niceness)


async def _worker(*, until_stdin_ends: bool) -> None:
    """Read files until the process is told to end. Files under way go back to the queue."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None, "a coroutine that runs has a task"
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    if until_stdin_ends:

        def end() -> None:
            # An input that has ended stays ready.
            loop.remove_reader(sys.stdin)
            task.cancel()

        loop.add_reader(sys.stdin, end)
    async with open_services("worker", serves=True) as services:
        if until_stdin_ends:
            await _let_answers_go_first(services.database)
        garbage.look_as_usual()
        await services.worker.run()
