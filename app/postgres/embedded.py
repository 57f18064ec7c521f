"""The embedded PostgreSQL for its users: start or join it, hold it, release it."""

import json
import os
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg.conninfo import make_conninfo

from app.postgres import cluster as clusters
from app.postgres.cluster import OWNER, PORT, SERVING, Account, Cluster, EmbeddedPostgresError
from app.postgres.keeper import EXIT_ANOTHER_KEEPER, PATIENT
from app.postgres.locks import FileLock

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError", "start_embedded"]

DATABASE = "footnote"
# The name of the thread that starts PostgreSQL again.
KEEPER_WATCH = "keeper-watch"

_PROJECT_ROOT = Path(__file__).parents[2]
_LOOK_SECONDS = 0.05
_WATCH_SECONDS = 1.0
_LONGEST_WATCH_SECONDS = 30.0
_LOG_TAIL_LINES = 12
# They send every PostgreSQL client elsewhere, whatever its arguments say.
_MISLEADING = ("PGHOSTADDR", "PGSERVICE")


class EmbeddedPostgres:
    """A hold on the embedded PostgreSQL of one data directory: it runs for as long as anyone holds it."""

    def __init__(self, cluster: Cluster, users: FileLock, settings: dict[str, str]) -> None:
        self._cluster = cluster
        self._users: FileLock | None = users
        self._released = threading.Event()
        self._watch = threading.Thread(
            target=_watch_keeper, args=(cluster, settings, self._released), name=KEEPER_WATCH, daemon=True
        )
        self._watch.start()

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of Footnote's database, as whom its tables belong to."""
        return self.url_for(DATABASE)

    @property
    def serving_url(self) -> str:
        """The SQLAlchemy URL of Footnote's database, as the role that reads and writes rows."""
        return self.url_for(DATABASE, role=SERVING)

    @property
    def log_path(self) -> Path:
        """Where PostgreSQL writes its log."""
        return self._cluster.log_path

    def url_for(self, database: str, *, role: str = OWNER) -> str:
        """Return the SQLAlchemy URL of a database in this PostgreSQL, for one of its two roles."""
        host = quote(str(self._cluster.socket_dir), safe="")
        return f"postgresql+psycopg://{role}@/{quote(database, safe='')}?host={host}&port={PORT}"

    def release(self) -> None:
        """Let go. PostgreSQL stops two seconds after the last hold is gone."""
        if self._users is not None:
            self._released.set()
            self._watch.join()
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
    deadline = time.monotonic() + deadline_seconds
    _refuse_misleading_environment()
    cluster = Cluster(data_dir.resolve())
    with ExitStack() as unless_ready:
        users = _open_users_lock(cluster)
        unless_ready.callback(users.close)
        try:
            account = clusters.server_account(cluster)
            users.share(deadline)
            with FileLock(cluster.start_lock_path) as start:
                start.take(deadline)
                _await_ready(cluster, account, deadline=deadline, settings=dict(settings or {}))
                _make_database(cluster)
                _make_serving_role(cluster, account, deadline=deadline)
        except TimeoutError as error:
            raise EmbeddedPostgresError(
                "The embedded PostgreSQL is not ready in time; it may be recovering from a crash. Try again, and "
                f"see {cluster.log_path}.\n{_log_tails(cluster)}"
            ) from error
        unless_ready.pop_all()
    return EmbeddedPostgres(cluster, users, dict(settings or {}))


def _refuse_misleading_environment() -> None:
    for name in _MISLEADING:
        if name in os.environ:
            raise EmbeddedPostgresError(
                f"{name} is set, and leads away from the embedded PostgreSQL. Unset it, or set DATABASE_URL."
            )


def _open_users_lock(cluster: Cluster) -> FileLock:
    try:
        cluster.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return FileLock(cluster.users_lock_path)
    except PermissionError as error:
        raise EmbeddedPostgresError(
            f"The data directory {cluster.data_dir} belongs to another user. Run as that user, or set another DATA_DIR."
        ) from error
    except OSError as error:
        raise EmbeddedPostgresError(
            f"The data directory {cluster.data_dir} cannot be used: {error.strerror}. Set another DATA_DIR."
        ) from error


def _await_ready(
    cluster: Cluster, account: Account | None, *, deadline: float, settings: dict[str, str]
) -> None:
    keeper: _KeeperProcess | None = None
    while not (_has_keeper(cluster) and _answers(cluster, account)):
        ended_with = keeper.exit_code() if keeper else EXIT_ANOTHER_KEEPER
        was_killed = ended_with is not None and ended_with < 0
        if ended_with == EXIT_ANOTHER_KEEPER or was_killed:
            keeper = _KeeperProcess(cluster, settings)
        elif ended_with is not None:
            raise EmbeddedPostgresError(f"The embedded PostgreSQL could not start.\n{_log_tails(cluster)}")
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(_LOOK_SECONDS)


def _watch_keeper(cluster: Cluster, settings: dict[str, str], released: threading.Event) -> None:
    """Start a keeper whenever there is none, until the hold is released: it may have been killed for its memory."""
    pause_seconds = _WATCH_SECONDS
    keeper: _KeeperProcess | None = None
    while not released.wait(pause_seconds):
        is_running = keeper is not None and keeper.exit_code() is None
        if is_running or _has_keeper(cluster):
            pause_seconds = _WATCH_SECONDS
            continue
        # One that ends at once is started again later each time.
        pause_seconds = min(_LONGEST_WATCH_SECONDS, 2 * pause_seconds)
        with suppress(OSError):
            keeper = _KeeperProcess(cluster, settings, PATIENT)


class _KeeperProcess:
    """A keeper that we started. It outlives us, in a session of its own that Ctrl-C here does not reach."""

    def __init__(self, cluster: Cluster, settings: dict[str, str], *manner: str) -> None:
        search_path = os.pathsep.join(filter(None, [str(_PROJECT_ROOT), os.environ.get("PYTHONPATH")]))
        append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        # -P: the working directory may hold an `app` of its own.
        arguments = [
            sys.executable,
            "-P",
            "-m",
            "app.postgres.keeper",
            str(cluster.data_dir),
            json.dumps(settings),
            *manner,
        ]
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


def _conninfo(cluster: Cluster, role: str = OWNER) -> str:
    return make_conninfo(
        host=str(cluster.socket_dir), port=PORT, user=role, dbname="postgres", connect_timeout=3
    )


def _answers(cluster: Cluster, account: Account | None) -> bool:
    """Whether PostgreSQL takes connections on our socket, in a folder where nobody else can have put one."""
    if not clusters.has_socket_dir(cluster, account):
        return False
    return _can_connect(cluster, OWNER)


def _can_connect(cluster: Cluster, role: str) -> bool:
    try:
        with psycopg.connect(_conninfo(cluster, role)):
            return True
    except psycopg.Error:
        return False


def _make_database(cluster: Cluster) -> None:
    """Make Footnote's database if it is not there. We hold the start lock: nobody else does the same."""
    with psycopg.connect(_conninfo(cluster), autocommit=True) as connection:
        there = connection.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone()
        if there is None:
            connection.execute(f'create database "{DATABASE}"')


def _make_serving_role(cluster: Cluster, account: Account | None, *, deadline: float) -> None:
    """Make the role that serves if it is not there, and wait until it can connect."""
    with psycopg.connect(_conninfo(cluster), autocommit=True) as connection:
        there = connection.execute("select 1 from pg_roles where rolname = %s", (SERVING,)).fetchone()
        if there is None:
            connection.execute(f"create role {SERVING} login")
        if account is None and clusters.let_in_this_user(cluster.pg_dir):
            connection.execute("select pg_reload_conf()")
    while not _can_connect(cluster, SERVING):
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(_LOOK_SECONDS)


def _log_tails(cluster: Cluster) -> str:
    tails = []
    for path in (cluster.keeper_log_path, cluster.log_path):
        if path.exists():
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            tails.append("\n".join([f"Last lines of {path.name}:", *lines[-_LOG_TAIL_LINES:]]))
    return "\n".join(tails)
