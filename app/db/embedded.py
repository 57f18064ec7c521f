"""The embedded PostgreSQL as its users see it: start it or join it, hold it, let go."""

import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg.conninfo import make_conninfo

from app.db.cluster import PORT, ROLE, Cluster, EmbeddedPostgresError
from app.db.keeper import EXIT_ANOTHER_KEEPER
from app.db.locks import FileLock

DATABASE = "footnote"

_PROJECT_ROOT = Path(__file__).parents[2]
_LOOK_SECONDS = 0.05
_LOG_TAIL_CHARACTERS = 1_500


class EmbeddedPostgres:
    """A hold on the embedded PostgreSQL of one data directory: it runs for as long as anyone holds it."""

    def __init__(self, cluster: Cluster, users: FileLock) -> None:
        self._cluster = cluster
        self._users: FileLock | None = users

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of Footnote's database."""
        return self.url_for(DATABASE)

    @property
    def log_path(self) -> Path:
        """Where PostgreSQL writes its log."""
        return self._cluster.log_path

    def url_for(self, database: str) -> str:
        """Return the SQLAlchemy URL of a database in this PostgreSQL."""
        host = quote(str(self._cluster.socket_dir), safe="")
        return f"postgresql+psycopg://{ROLE}@/{quote(database, safe='')}?host={host}&port={PORT}"

    def release(self) -> None:
        """Let go. PostgreSQL stops two seconds after the last hold is gone."""
        if self._users is not None:
            self._users.close()
            self._users = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def start_embedded(
    data_dir: Path, *, deadline_seconds: float = 120.0, settings: Mapping[str, str] | None = None
) -> EmbeddedPostgres:
    """Return a hold on the PostgreSQL of `data_dir`, started if nobody has; its database is there.

    `settings` are PostgreSQL's own and count for whoever starts it. Raises EmbeddedPostgresError, after
    `deadline_seconds` at the latest: recovery after a crash can take a while.
    """
    cluster = Cluster(data_dir.resolve())
    cluster.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)

    users = FileLock(cluster.users_lock_path)
    users.share()
    try:
        with FileLock(cluster.start_lock_path) as start:
            start.take()
            _await_ready(cluster, time.monotonic() + deadline_seconds, dict(settings or {}))
            _make_database(cluster)
    except BaseException:
        users.close()
        raise
    return EmbeddedPostgres(cluster, users)


def _await_ready(cluster: Cluster, deadline: float, settings: dict[str, str]) -> None:
    keeper: _KeeperProcess | None = None
    while not (_has_keeper(cluster) and _answers(cluster)):
        ended_with = keeper.exit_code() if keeper else EXIT_ANOTHER_KEEPER
        if ended_with == EXIT_ANOTHER_KEEPER:
            keeper = _KeeperProcess(cluster, settings)
        elif ended_with is not None:
            raise EmbeddedPostgresError(f"The embedded PostgreSQL could not start.\n{_log_tails(cluster)}")
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(
                "The embedded PostgreSQL is not ready in time; it may be recovering from a crash. Try again, and "
                f"see {cluster.log_path}.\n{_log_tails(cluster)}"
            )
        time.sleep(_LOOK_SECONDS)


class _KeeperProcess:
    """A keeper that we started. It outlives us, in a session of its own that Ctrl-C here does not reach."""

    def __init__(self, cluster: Cluster, settings: dict[str, str]) -> None:
        search_path = os.pathsep.join(filter(None, [str(_PROJECT_ROOT), os.environ.get("PYTHONPATH")]))
        append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        arguments = [sys.executable, "-m", "app.db.keeper", str(cluster.data_dir), json.dumps(settings)]
        self._exit_code: int | None = None
        self._pid = os.posix_spawn(
            sys.executable,
            arguments,
            {**os.environ, "PYTHONPATH": search_path},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(cluster.keeper_log_path), append, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
        )

    def exit_code(self) -> int | None:
        """Return what the keeper ended with, None while it runs."""
        if self._exit_code is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self._exit_code = os.waitstatus_to_exitcode(status)
        return self._exit_code


def _has_keeper(cluster: Cluster) -> bool:
    with FileLock(cluster.keeper_lock_path) as lock:
        return not lock.try_take()


def _conninfo(cluster: Cluster) -> str:
    return make_conninfo(
        host=str(cluster.socket_dir), port=PORT, user=ROLE, dbname="postgres", connect_timeout=3
    )


def _answers(cluster: Cluster) -> bool:
    """Whether PostgreSQL takes connections on our socket."""
    try:
        with psycopg.connect(_conninfo(cluster)):
            return True
    except psycopg.Error:
        return False


def _make_database(cluster: Cluster) -> None:
    """Make Footnote's database if it is not there. We hold the start lock: nobody else does the same."""
    with psycopg.connect(_conninfo(cluster), autocommit=True) as connection:
        there = connection.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone()
        if there is None:
            connection.execute(f'create database "{DATABASE}"')


def _log_tails(cluster: Cluster) -> str:
    tails = []
    for path in (cluster.keeper_log_path, cluster.log_path):
        if path.exists():
            text = path.read_text(encoding="utf-8", errors="replace")
            tails.append(f"Last lines of {path.name}:\n{text[-_LOG_TAIL_CHARACTERS:].strip()}")
    return "\n".join(tails)
