"""Processes beside a server that read its queued files.

If the server's own process read them, its answers would wait for the interpreter's lock.
"""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

log = structlog.get_logger()

_COMMAND = (sys.executable, "-P", "-m", "app", "worker", "--until-stdin-ends")
_MOST = 4
# Each takes a tenth to a quarter of that, and PostgreSQL and the server need theirs.
_MEMORY_FOR_EACH = 2 * 1024**3
_STOP_SECONDS = 30
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
# A process that has run this long was not broken from its start.
_SOUND_SECONDS = 60.0


def fitting_count(*, cores: int, memory: int) -> int:
    """Return how many processes read files if nobody says: two of two cores, since they give way, then half of the cores.

    `memory` is how many bytes this machine has for everything.
    """
    wanted = min(cores, max(2, cores // 2), _MOST)
    return max(1, min(wanted, memory // _MEMORY_FOR_EACH))


@contextmanager
def ingest_processes(count: int) -> Iterator[None]:
    """Keep this many processes reading queued files until the block ends. A process that dies is replaced."""
    kept = [_Kept() for _ in range(count)]
    for process in kept:
        process.start()
    try:
        yield
    finally:
        for process in kept:
            process.ask_to_end()
        for process in kept:
            process.await_end()


class _Kept:
    """One process, started again whenever it ends by itself.

    Its standard input is a pipe that nobody writes to. The pipe's end tells it that the server is gone, even if the
    server was killed.
    """

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._starting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="ingest-process", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask_to_end(self) -> None:
        """Ask it to give its files back to the queue and to end."""
        with self._starting:
            self._ending.set()
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)

    def await_end(self) -> None:
        """Return once it has ended; kill it if that takes too long."""
        self._thread.join(_STOP_SECONDS)
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _run(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            with self._starting:
                if self._ending.is_set():
                    return
                # In a session of its own, since it shall give way to the server.
                self._process = subprocess.Popen(_COMMAND, stdin=subprocess.PIPE, start_new_session=True)
            started = time.monotonic()
            with self._process as process:
                code = process.wait()
            if self._ending.is_set():
                return
            if time.monotonic() - started > _SOUND_SECONDS:
                pause = _FIRST_PAUSE_SECONDS
            log.warning("ingest_process_ended", exit_code=code, pause_seconds=pause)
            self._ending.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
