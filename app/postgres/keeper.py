"""The keeper: one process a data directory that owns the embedded PostgreSQL. `python -m app.postgres.keeper DATA_DIR`.

It starts PostgreSQL as its child, reaps it, restarts it when it dies, and stops it two seconds after the last user of
the data directory is gone. Users hold a shared lock for their life, which the kernel drops however they die, so the
count of users cannot leak. A PostgreSQL that a killed keeper left behind is adopted.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from app.core.folders import free_bytes
from app.core.memory import memory_bytes
from app.postgres import binaries, remains
from app.postgres import cluster as clusters
from app.postgres.cluster import Cluster, EmbeddedPostgresError
from app.postgres.locks import FileLock

EXIT_ANOTHER_KEEPER = 75
PATIENT = "patient"

_LOOK_SECONDS = 0.25
_IDLE_LOOKS = 8
_FAST_STOP_SECONDS = 60
_MOST_FIRST_STARTS = 5
_LONGEST_PAUSE_SECONDS = 30.0
# PostgreSQL's log of changes grows by files of 16 MiB.
_LEAST_FREE_BYTES = 32 * 1024**2
_LARGEST_LOG_BYTES = 10 * 1024**2
# A quarter of the memory, as PostgreSQL's documentation advises. Only what is read takes some of it. Of a million chunks, whose
# words alone have 1.4 GB, a hybrid search took 32 to 41 ms with 2 GB, and 42 to 52 with 256 MB.
_MOST_SHARED_BYTES = 2 * 1024**3
_SETTINGS = {
    "max_connections": "200",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
    # What a search reads mostly lies in the system's cache. Handing it to workers costs more than reading it: of a million
    # chunks, a search took PostgreSQL 94 and 82 ms of CPU time by workers, and 64 and 57 without.
    "io_method": "sync",
    "log_min_messages": "warning",
    # Details of an error hold the values of rows.
    "log_error_verbosity": "terse",
}


class Keeper:
    """Keeps one cluster running for as long as it has users."""

    def __init__(
        self, cluster: Cluster, users: FileLock, settings: dict[str, str], *, is_patient: bool
    ) -> None:
        self._cluster = cluster
        self._users = users
        self._is_patient = is_patient
        self._settings = {"shared_buffers": f"{_shared_bytes() // 1024}kB"} | _SETTINGS | settings
        self._account = clusters.server_account(cluster)
        self._uid = clusters.server_uid(self._account)
        self._binaries = binaries.runnable_bin_dir(binaries.bin_dir(), self._account)
        self._stop_requested = False
        self._idle_looks = 0

    def run(self) -> None:
        """Start PostgreSQL and keep it up; return when it was stopped.

        Raises EmbeddedPostgresError when it cannot start. A patient keeper does not give up while somebody holds the
        database, and one whose PostgreSQL has run becomes patient.
        """
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop_soon)
        clusters.make_socket_dir(self._cluster, self._account)
        if not self._cluster.exists:
            clusters.make_cluster(self._cluster, self._binaries, self._account)
        clusters.check_version(self._cluster, self._binaries)

        failed_starts = 0
        while self._is_patient or failed_starts < _MOST_FIRST_STARTS:
            adopted = remains.find_postmaster(self._cluster, self._uid)
            if adopted is not None:
                _log(f"adopting PostgreSQL {adopted}, whose keeper died")
                if self._watch_adopted(adopted):
                    return
                continue

            was_ready, stopped = self._run_once()
            if stopped:
                return
            self._is_patient = self._is_patient or was_ready
            failed_starts = 0 if was_ready else failed_starts + 1
            if failed_starts and self._should_stop_within(
                min(_LONGEST_PAUSE_SECONDS, 0.2 * 2**failed_starts)
            ):
                return
        raise EmbeddedPostgresError(f"PostgreSQL died at every start{_cause(self._cluster)}")

    def _run_once(self) -> tuple[bool, bool]:
        """Run PostgreSQL until it ends; return whether it ever was ready, and whether we stopped it."""
        process = self._start()
        was_ready = False
        while process.poll() is None:
            time.sleep(_LOOK_SECONDS)
            was_ready = was_ready or remains.is_ready(self._cluster, process.pid)
            if self._should_stop(was_ready=was_ready):
                _log("stopping PostgreSQL")
                _stop_child(process)
                return was_ready, True
        _log(f"PostgreSQL ended with {process.returncode}{_cause(self._cluster)}")
        return was_ready, False

    def _start(self) -> subprocess.Popen[bytes]:
        for done in remains.clear(self._cluster, self._uid):
            _log(done)
        environment = clusters.bare_environment()
        if (stranger := remains.noted_pid(self._cluster)) is not None:
            # PostgreSQL takes any process of that number for its old self, a dead one that nobody reaped too, unless
            # it is its grandparent (CreateLockFile in its miscinit.c).
            environment["PG_GRANDPARENT_PID"] = str(stranger)
        folders = (self._cluster.pg_dir, self._cluster.socket_dir)
        with (
            clusters.opened(self._account, *folders) as ((data, sockets), descriptors),
            _open_log(self._cluster.log_path) as log,
        ):
            process = subprocess.Popen(
                [self._binaries / "postgres", *self._arguments(data, sockets)],
                env=environment,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=descriptors,
                **(self._account.subprocess_options() if self._account else {}),
            )
        _log(f"started PostgreSQL {process.pid}")
        return process

    def _arguments(self, data: str, sockets: str) -> list[str]:
        arguments = ["-D", data, "-k", sockets, "-p", str(clusters.PORT)]
        arguments += ["-c", "listen_addresses=", "-c", "unix_socket_permissions=0700"]
        arguments += ["-c", f"cluster_name={self._cluster.name}"]
        for name, value in self._settings.items():
            arguments += ["-c", f"{name}={value}"]
        return arguments

    def _watch_adopted(self, pid: int) -> bool:
        """Wait for a PostgreSQL that is not our child; return whether we stopped it."""
        was_ready = False
        while remains.is_alive(pid):
            time.sleep(_LOOK_SECONDS)
            was_ready = was_ready or remains.is_ready(self._cluster, pid)
            if self._should_stop(was_ready=was_ready):
                _log("stopping PostgreSQL")
                _stop_adopted(pid)
                return True
        return False

    def _should_stop_within(self, seconds: float) -> bool:
        """Pause before the next start; return whether it is not wanted any more."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            time.sleep(min(_LOOK_SECONDS, max(0.0, deadline - time.monotonic())))
            if self._should_stop(was_ready=self._is_patient):
                return True
        return False

    def _should_stop(self, *, was_ready: bool) -> bool:
        """Whether it is time to stop: on request, or because nobody has held the users' lock for two seconds.

        We then keep that lock until we end: whoever comes now waits, and starts a keeper of their own. And before it was
        ready nobody's absence counts: a recovery that outlasts its users' patience must come to its end.
        """
        if self._stop_requested:
            return True
        if not was_ready or not self._users.try_take():
            self._idle_looks = 0
            return False
        self._idle_looks += 1
        if self._idle_looks >= _IDLE_LOOKS:
            return True
        self._users.release()
        return False

    def _stop_soon(self, _number: int, _frame: FrameType | None) -> None:
        self._stop_requested = True


def _stop_child(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(_FAST_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait()


def _stop_adopted(pid: int) -> None:
    for number in (signal.SIGINT, signal.SIGQUIT):
        # Not our child: once it is gone, its number may be somebody else's.
        if not remains.is_alive(pid):
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + _FAST_STOP_SECONDS
        while remains.is_alive(pid) and time.monotonic() < deadline:
            time.sleep(0.1)


def _cause(cluster: Cluster) -> str:
    return ": disk full" if free_bytes(cluster.data_dir) < _LEAST_FREE_BYTES else ""


def _shared_bytes() -> int:
    return min(memory_bytes() // 4, _MOST_SHARED_BYTES)


@contextlib.contextmanager
def _open_log(path: Path) -> Iterator[int]:
    """Yield a log opened for appending, which nobody else may read. A log that has grown large is emptied first."""
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        _empty_if_large(log)
        yield log
    finally:
        os.close(log)


def _empty_if_large(log: int) -> None:
    if os.fstat(log).st_size > _LARGEST_LOG_BYTES:
        os.ftruncate(log, 0)


def _log(text: str) -> None:
    # On a full disk there is no room for the log either.
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {text}\n")
        sys.stderr.flush()


def main() -> int:
    """Keep the data directory that the arguments name; its settings come as JSON, then perhaps `patient`."""
    cluster = Cluster(Path(sys.argv[1]))
    with FileLock(cluster.keeper_lock_path) as own, FileLock(cluster.users_lock_path) as users:
        if not own.try_take():
            return EXIT_ANOTHER_KEEPER
        _empty_if_large(sys.stderr.fileno())
        try:
            Keeper(cluster, users, json.loads(sys.argv[2]), is_patient=sys.argv[3:] == [PATIENT]).run()
        except EmbeddedPostgresError as error:
            _log(str(error))
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
