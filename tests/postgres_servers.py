"""PostgreSQL servers of their own for the tests, from the embedded server's binaries: a primary and streaming replicas."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg

from app.postgres import binaries
from app.postgres.cluster import Account, Cluster, bare_environment, server_account
from tests.ports import reserved_port

_ROLE = "footnote"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "wal_receiver_status_interval": "1s",
    "wal_retrieve_retry_interval": "200ms",
    # The replica is a copy that may be lost, and so is the primary.
    "fsync": "off",
}


class PostgresServer:
    """One server on a port of its own. It runs from `start` to `kill`."""

    def __init__(self, folder: Path, port: int, bin_dir: Path, account: Account | None) -> None:
        self.folder = folder
        self.port = port
        self._bin_dir = bin_dir
        self._account = account
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://{_ROLE}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it, and return once it takes connections."""
        options = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        self._process = subprocess.Popen(
            [self._bin_dir / "postgres", "-D", self.folder, "-p", str(self.port), *options],
            env=bare_environment(),
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **self._options,
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.url).close()
                return
            time.sleep(0.1)
        raise RuntimeError("PostgreSQL did not start")

    def kill(self) -> None:
        """Kill all of it at once."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def promote(self) -> None:
        """Make a replica a primary, and return once it takes writes."""
        assert self.ask("select pg_promote(true, 60)") == [(True,)]

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        """Run a statement and return its rows, if it has any."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            done = connection.execute(statement.encode())
            return done.fetchall() if done.description else []

    def has_caught_up_with(self, primary: "PostgresServer") -> bool:
        """Whether this replica shows all that the primary has committed."""
        (reached,) = primary.ask("select pg_current_wal_flush_lsn()")
        return self.ask(f"select pg_last_wal_replay_lsn() >= '{reached[0]}'") == [(True,)]

    def make(self, program: str, arguments: Sequence[str]) -> None:
        """Make the folder by one of PostgreSQL's programs."""
        command = [str(self._bin_dir / program), "-D", str(self.folder), *arguments]
        subprocess.run(
            command, check=True, capture_output=True, env=bare_environment(), cwd="/", **self._options
        )

    @property
    def _options(self) -> dict[str, Any]:
        return self._account.subprocess_options() if self._account else {}


@contextlib.contextmanager
def serve_with_replicas(replicas: int = 1) -> Iterator[tuple[PostgresServer, list[PostgresServer]]]:
    """Run a primary and replicas of it until the block ends."""
    # As root, PostgreSQL runs under an account that cannot enter the tests' own folders.
    base = Path(tempfile.mkdtemp(prefix="footnote-test-", dir="/var/tmp"))
    account = server_account(Cluster(base))
    if account is not None:
        os.chown(base, account.uid, account.gid)
    bin_dir = binaries.runnable_bin_dir(binaries.bin_dir(), account)
    with contextlib.ExitStack() as ports:
        servers = [
            PostgresServer(base / f"server-{number}", ports.enter_context(reserved_port()), bin_dir, account)
            for number in range(1 + replicas)
        ]
        primary, *standbys = servers
        try:
            primary.make(
                "initdb", ["-U", _ROLE, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
            )
            primary.start()
            for standby in standbys:
                copied_from = ["-h", "127.0.0.1", "-p", str(primary.port), "-U", _ROLE]
                standby.make("pg_basebackup", [*copied_from, "-R", "-X", "stream", "-c", "fast", "--no-sync"])
                standby.start()
            yield primary, standbys
        finally:
            for server in servers:
                server.kill()
            shutil.rmtree(base, ignore_errors=True)
