"""The keeper: one process a data directory that owns the embedded PostgreSQL. `python -m app.db.keeper DATA_DIR`.

It starts PostgreSQL as its child, reaps it, restarts it when it dies, and stops it two seconds after the last user of
the data directory is gone. Users hold a shared lock for their life, which the kernel drops however they die, so the
count of users cannot leak. A PostgreSQL that a killed keeper left behind is adopted.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import BinaryIO

from app.db import cluster as clusters
from app.db.cluster import Cluster, EmbeddedPostgresError
from app.db.locks import FileLock

EXIT_ANOTHER_KEEPER = 75

_LOOK_SECONDS = 0.25
_IDLE_LOOKS = 8
_FAST_STOP_SECONDS = 60
_MOST_FAILED_STARTS = 5
_LARGEST_LOG_BYTES = 10 * 1024**2
_SETTINGS = {
    "shared_buffers": "256MB",
    "max_connections": "60",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "log_min_messages": "warning",
}


class Keeper:
    """Keeps one cluster running for as long as it has users."""

    def __init__(self, cluster: Cluster, users: FileLock, settings: dict[str, str]) -> None:
        self._cluster = cluster
        self._users = users
        self._settings = _SETTINGS | settings
        self._account = clusters.server_account()
        self._binaries = clusters.runnable_bin_dir(clusters.bin_dir(), self._account)
        self._told_to_stop = False
        self._idle_looks = 0

    def run(self) -> None:
        """Start PostgreSQL and keep it up; return when it was stopped. Raises EmbeddedPostgresError when it cannot start."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop_soon)
        clusters.prepare_folders(self._cluster, self._account)
        if not self._cluster.exists:
            clusters.make_cluster(self._cluster, self._binaries, self._account)
        clusters.check_version(self._cluster, self._binaries)

        failed_starts = 0
        while failed_starts < _MOST_FAILED_STARTS:
            adopted = self._left_behind()
            if adopted is not None:
                _log(f"adopting PostgreSQL {adopted}, whose keeper died")
                if self._watch_adopted(adopted):
                    return
                continue

            was_ready, stopped = self._run_once()
            if stopped:
                return
            failed_starts = 0 if was_ready else failed_starts + 1
            time.sleep(0 if was_ready else min(5.0, 0.2 * 2**failed_starts))
        raise EmbeddedPostgresError("PostgreSQL died at every start")

    def _run_once(self) -> tuple[bool, bool]:
        """Run PostgreSQL until it ends; return whether it ever was ready, and whether we stopped it."""
        process = self._start()
        was_ready = False
        while process.poll() is None:
            time.sleep(_LOOK_SECONDS)
            was_ready = was_ready or self._is_ready(process.pid)
            if self._should_stop():
                _log("stopping PostgreSQL")
                _stop_child(process)
                return was_ready, True
        _log(f"PostgreSQL ended with {process.returncode}")
        return was_ready, False

    def _start(self) -> subprocess.Popen[bytes]:
        environment = clusters.bare_environment()
        if (foreign := self._foreign_pid()) is not None:
            # PostgreSQL takes a living process of that number for its old self, unless it is its grandparent.
            _log(f"postmaster.pid names the foreign process {foreign}")
            environment["PG_GRANDPARENT_PID"] = str(foreign)
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
        for name, value in self._settings.items():
            arguments += ["-c", f"{name}={value}"]
        return arguments

    def _watch_adopted(self, pid: int) -> bool:
        """Wait for a PostgreSQL that is not our child; return whether we stopped it."""
        while _is_alive(pid):
            time.sleep(_LOOK_SECONDS)
            if self._should_stop():
                os.kill(pid, signal.SIGINT)
                deadline = time.monotonic() + _FAST_STOP_SECONDS
                while _is_alive(pid) and time.monotonic() < deadline:
                    time.sleep(0.1)
                if _is_alive(pid):
                    os.kill(pid, signal.SIGQUIT)
                return True
        return False

    def _should_stop(self) -> bool:
        """Whether we were told to, or the users' lock could be had for two seconds."""
        if self._users.try_take():
            self._users.release()
            self._idle_looks += 1
        else:
            self._idle_looks = 0
        return self._told_to_stop or self._idle_looks >= _IDLE_LOOKS

    def _stop_soon(self, _number: int, _frame: FrameType | None) -> None:
        self._told_to_stop = True

    def _noted_pid(self) -> int | None:
        """Return the process number in postmaster.pid; an empty file, left by a full disk, is removed."""
        path = self._cluster.pg_dir / "postmaster.pid"
        try:
            first_line = path.read_text(encoding="utf-8").partition("\n")[0].strip()
        except FileNotFoundError:
            return None
        if not first_line:
            path.unlink()
            _log("removed an empty postmaster.pid")
            return None
        return abs(int(first_line))

    def _left_behind(self) -> int | None:
        pid = self._noted_pid()
        return pid if pid is not None and self._is_ours(pid) else None

    def _foreign_pid(self) -> int | None:
        pid = self._noted_pid()
        return pid if pid is not None and _is_alive(pid) and not self._is_ours(pid) else None

    def _is_ours(self, pid: int) -> bool:
        """Whether the process is a PostgreSQL in our data directory, where it always stands."""
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            folder = Path(f"/proc/{pid}/cwd").readlink()
        except OSError:
            return False
        return Path(os.fsdecode(command[0])).name == "postgres" and folder == self._cluster.pg_dir

    def _is_ready(self, pid: int) -> bool:
        try:
            lines = (self._cluster.pg_dir / "postmaster.pid").read_text(encoding="utf-8").split("\n")
        except OSError:
            return False
        return lines[0].strip() == str(pid) and any(line.strip() == "ready" for line in lines)


def _stop_child(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(_FAST_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait()


def _is_alive(pid: int) -> bool:
    """Whether the process runs; a dead one that nobody has reaped does not."""
    try:
        state = (
            Path(f"/proc/{pid}/stat")
            .read_text(encoding="utf-8", errors="replace")
            .rpartition(")")[2]
            .split()[0]
        )
    except OSError:
        return False
    return state != "Z"


def _open_log(path: Path) -> BinaryIO:
    """Open a log for appending; one that has grown large begins anew."""
    if path.exists() and path.stat().st_size > _LARGEST_LOG_BYTES:
        return path.open("wb")
    return path.open("ab")


def _log(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {text}\n")
    sys.stderr.flush()


def main() -> int:
    """Keep the data directory that the arguments name; its settings come as JSON."""
    cluster = Cluster(Path(sys.argv[1]))
    with FileLock(cluster.keeper_lock_path) as own, FileLock(cluster.users_lock_path) as users:
        if not own.try_take():
            return EXIT_ANOTHER_KEEPER
        try:
            Keeper(cluster, users, json.loads(sys.argv[2])).run()
        except EmbeddedPostgresError as error:
            _log(str(error))
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
