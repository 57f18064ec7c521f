"""Processes around the embedded PostgreSQL: its own, found by command line and folder, and others that hold it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]
HOLD = """
import sys, time
from pathlib import Path
from app.postgres.embedded import start_embedded
held = start_embedded(Path(sys.argv[1]))
print(held.url, flush=True)
time.sleep(280)
"""


def keepers(data_dir: Path) -> list[int]:
    return [
        pid for pid, command in commands() if "app.postgres.keeper" in command and str(data_dir) in command
    ]


def postmasters(data_dir: Path) -> list[int]:
    return [pid for pid, command in commands() if "-D" in command and stands_in(pid, data_dir / "pg")]


def everything(data_dir: Path) -> list[int]:
    return keepers(data_dir) + [pid for pid, _ in commands() if stands_in(pid, data_dir / "pg")]


def commands() -> Iterator[tuple[int, list[str]]]:
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            yield int(entry.name), (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")


def stands_in(pid: int, folder: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder
    except OSError:
        return False


def kill_everything(data_dir: Path) -> None:
    """Kill the keeper and all of PostgreSQL at once, as a loss of power would."""
    kill(everything(data_dir))


def kill(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: not any(is_alive(pid) for pid in pids))


def is_alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0] != "Z"
    return False


def wait_until(happened: Callable[[], bool], seconds: float = 60) -> bool:
    """Return whether it happened in time. Machines that run tests are busy: what takes a second alone has taken twenty."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def begin_within_a_minute() -> None:
    """Return when at least twenty seconds of the clock's minute are left: limits count by it, and what is counted then fades."""
    seconds = time.time() % 60
    if seconds > 40:
        time.sleep(60 - seconds)


def hold_elsewhere(data_dir: Path, cwd: Path = ROOT, **environment: str) -> subprocess.Popen[str]:
    """Hold the data directory from another process; `await_hold` tells when it is up."""
    return subprocess.Popen(
        # As an installed package is found: not by the working directory.
        [sys.executable, "-P", "-c", HOLD, str(data_dir)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
    )


def await_hold(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline().startswith("postgresql+psycopg://")


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def start_server(port: int, *, log: int | None = None, **environment: str) -> subprocess.Popen[bytes]:
    """Serve Footnote in a process of its own, and return once it is ready. Its log goes to an open file if one is given."""
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "serve"],
        cwd=ROOT,
        env=os.environ | {"PORT": str(port), "LOG_LEVEL": "error"} | environment,
        stdout=subprocess.DEVNULL,
        stderr=log,
    )
    # Machines that run tests are busy: a start that takes four seconds alone has taken two minutes.
    wait_until(lambda: process.poll() is not None or _is_ready(port), seconds=240)
    if process.poll() is None and _is_ready(port):
        return process
    process.kill()
    process.wait()
    raise AssertionError("the server did not start")


def _is_ready(port: int) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    return False


def end_server(process: subprocess.Popen[bytes]) -> None:
    """Ask a server to end, and wait until it has."""
    process.send_signal(signal.SIGTERM)
    process.wait(60)
