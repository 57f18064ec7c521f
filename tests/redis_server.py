"""A real Redis for the tests, on a free port, with nothing on disk."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest


@dataclass(frozen=True, slots=True)
class RedisServer:
    """A Redis that answers at `url`, and can be stopped."""

    url: str
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End it; nobody answers any more."""
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        """Let it take requests and answer none."""
        self.process.send_signal(signal.SIGSTOP)


@contextlib.contextmanager
def serve_redis(port: int) -> Iterator[RedisServer]:
    """Run Redis until the block ends. Without redis-server the test fails in CI, and is skipped on other machines."""
    binary = shutil.which("redis-server")
    if binary is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("redis-server is not installed")
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen([binary, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield RedisServer(f"redis://127.0.0.1:{port}", process)
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if time.monotonic() > deadline:
            raise RuntimeError("redis-server did not start")
        time.sleep(0.02)
