"""What a PostgreSQL that was killed leaves behind: itself, its processes, its pid file, its socket.

All of it is asked of /proc, by command line: every process of a cluster carries the cluster's name there, and reading it
takes no privilege, which a process's folders do (in a container, even of root). Only the holder of the keeper's
lock may clear.
"""

import contextlib
import os
import signal
import time
from pathlib import Path

from app.postgres.cluster import Cluster

_PATIENCE_SECONDS = 5.0


def find_postmaster(cluster: Cluster, uid: int) -> int | None:
    """Return the living PostgreSQL that the pid file names, if it is this cluster's."""
    pid = noted_pid(cluster)
    return pid if pid in _processes(cluster, uid) else None


def noted_pid(cluster: Cluster) -> int | None:
    """Return the process number in postmaster.pid, None without one that can be read."""
    first_line = _pid_file_lines(cluster)[0]
    try:
        return abs(int(first_line)) or None
    except ValueError:
        return None


def is_ready(cluster: Cluster, pid: int) -> bool:
    """Whether the PostgreSQL of this process number has noted that it takes connections."""
    return noted_pid(cluster) == pid and any(line.strip() == "ready" for line in _pid_file_lines(cluster))


def clear(cluster: Cluster, uid: int) -> list[str]:
    """End the processes of a dead postmaster, drop files that would stop the next one; return what was done."""
    done = [f"ended {pid}, whose postmaster died" for pid in _end_processes(cluster, uid)]

    # A full disk or a loss of power leaves it empty or full of zeros: PostgreSQL gives up on both.
    pid_file = _pid_file(cluster)
    if pid_file.exists() and noted_pid(cluster) is None:
        pid_file.unlink()
        done.append("removed an unreadable postmaster.pid")
    for socket_file in cluster.socket_dir.glob(".s.PGSQL.*"):
        socket_file.unlink()
    return done


def is_alive(pid: int) -> bool:
    """Whether the process runs; a dead one that nobody has reaped does not."""
    try:
        stat_line = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat_line.rpartition(")")[2].split()[0] != "Z"


def _pid_file(cluster: Cluster) -> Path:
    return cluster.pg_dir / "postmaster.pid"


def _pid_file_lines(cluster: Cluster) -> list[str]:
    try:
        return _pid_file(cluster).read_text(encoding="utf-8", errors="replace").split("\n")
    except FileNotFoundError:
        return [""]


def _end_processes(cluster: Cluster, uid: int) -> list[int]:
    """End what still works for a postmaster that died: a busy query does not notice, and bars the next start."""
    found = _processes(cluster, uid)
    for number in (signal.SIGQUIT, signal.SIGKILL):
        for pid in _processes(cluster, uid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while _processes(cluster, uid) and time.monotonic() < deadline:
            time.sleep(0.05)
    return found


def _processes(cluster: Cluster, uid: int) -> list[int]:
    """Return the PostgreSQL processes of a cluster that run under this user."""
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _is_of_cluster(entry, cluster, uid)]


def _is_of_cluster(entry: Path, cluster: Cluster, uid: int) -> bool:
    try:
        command = os.fsdecode((entry / "cmdline").read_bytes()).split("\0")
        owner = entry.stat().st_uid
    except OSError:
        return False
    is_postmaster = Path(command[0]).name == "postgres" and f"cluster_name={cluster.name}" in command
    is_child = command[0].startswith(f"postgres: {cluster.name}: ")
    return owner == uid and (is_postmaster or is_child)
