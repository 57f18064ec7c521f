"""A Footnote for one measurement: embedded PostgreSQL, a server, and a number of workers, all real processes."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.postgres.embedded import start_embedded
from tests.processes import kill_everything


@dataclass(frozen=True, slots=True)
class Running:
    """A service that answers: its /v1 address, its database as psycopg takes it, and the server's process."""

    v1: str
    database: str
    pid: int


@contextmanager
def running(*, workers: int = 0, **settings: str) -> Iterator[Running]:
    """Serve with these settings until the block ends; with `workers` they read the queue, else the server does."""
    with tempfile.TemporaryDirectory() as folder:
        data_dir, port = Path(folder) / "data", free_port()
        environment = os.environ | {
            "DATA_DIR": str(data_dir),
            "PORT": str(port),
            "LOG_LEVEL": "error",
            "WORKER": "off" if workers else "on",
            **settings,
        }
        commands = ["serve", *["worker"] * workers]
        with start_embedded(data_dir) as held:
            processes = []
            try:
                for command in commands:
                    processes.append(
                        subprocess.Popen([sys.executable, "-m", "app", command], env=environment)
                    )
                    await_ready(port)
                yield Running(
                    f"http://127.0.0.1:{port}/v1",
                    held.url.replace("postgresql+psycopg://", "postgresql://"),
                    processes[0].pid,
                )
            finally:
                for process in processes:
                    process.terminate()
                    process.wait(60)
        kill_everything(data_dir)


def await_ready(port: int) -> None:
    """Return once the server on this port is ready."""
    for _ in range(600):
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the server did not come up")


def await_port(port: int) -> None:
    """Return once something listens on this port."""
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("nothing came up")


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
