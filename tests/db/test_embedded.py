"""The embedded PostgreSQL: started, shared, killed in every way, and nothing acknowledged lost."""

import errno
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from app.db import cluster
from app.db.cluster import Account, EmbeddedPostgresError
from app.db.embedded import EmbeddedPostgres, start_embedded
from tests.conftest import conninfo

_ROOT = Path(__file__).parents[2]
_HOLD = """
import sys, time
from pathlib import Path
from app.db.embedded import start_embedded
held = start_embedded(Path(sys.argv[1]))
print(held.url, flush=True)
time.sleep(120)
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data directory of the test's own; whatever still runs in it is ended afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="footnote test 'x\""))
    yield folder / "data"
    for pid in running(folder / "data", "postgres") + running(folder / "data", "app.db.keeper"):
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


def running(data_dir: Path, program: str) -> list[int]:
    """Return the processes of a data directory: its keeper, or its postmaster."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            is_keeper = program in command and str(data_dir) in command
            is_postmaster = Path(command[0]).name == program and (entry / "cwd").readlink() == data_dir / "pg"
        except (OSError, ValueError):
            continue
        if is_keeper or (is_postmaster and "-D" in command):
            found.append(int(entry.name))
    return found


def wait_until(happened: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def answers(held: EmbeddedPostgres) -> bool:
    try:
        with psycopg.connect(conninfo(held.url)) as connection:
            return connection.execute("select 1").fetchone() == (1,)
    except psycopg.Error:
        return False


def hold_elsewhere(data_dir: Path) -> subprocess.Popen[str]:
    """Hold the data directory from another process, and return once it is up."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(data_dir)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(_ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("postgresql+psycopg://")
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_it_starts_in_a_private_place_and_stops_when_nobody_holds_it(data_dir: Path) -> None:
    """A path with spaces and quotes works; the socket's folder is private; the last release stops it."""
    with start_embedded(data_dir) as held:
        assert answers(held)
        assert (data_dir / "run").stat().st_mode & 0o077 == 0
        assert (data_dir / "pg").stat().st_mode & 0o077 == 0

    assert wait_until(lambda: not running(data_dir, "postgres") and not running(data_dir, "app.db.keeper"))


def test_a_long_path_gets_a_short_socket(data_dir: Path) -> None:
    """A socket's path may have 107 bytes; the data directory's may have more."""
    with start_embedded(data_dir / ("x" * 100)) as held:
        assert answers(held)


def test_it_runs_below_folders_that_are_closed_to_others(data_dir: Path) -> None:
    """No folder above the data is opened to others, nor needs to be."""
    data_dir.parent.chmod(0o700)

    with start_embedded(data_dir / "deep" / "er") as held:
        assert answers(held)

    assert data_dir.parent.stat().st_mode & 0o077 == 0


def test_binaries_that_the_account_cannot_reach_are_copied(data_dir: Path) -> None:
    """The copy runs, with its libraries, and is made once."""
    nobody = pwd.getpwnam("nobody")
    closed = data_dir.parent / "site-packages"
    package = cluster.bin_dir().parents[1]
    for folder in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(folder, closed / folder.name, symlinks=True)
    packaged = closed / package.name / "pginstall18" / "bin"

    reachable = cluster.runnable_bin_dir(packaged, Account(nobody.pw_uid, nobody.pw_gid))
    again = cluster.runnable_bin_dir(packaged, Account(nobody.pw_uid, nobody.pw_gid))

    version = subprocess.run(
        [reachable / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    assert version.stdout.startswith("postgres (PostgreSQL)")
    assert reachable == again != packaged
    assert all(parent.stat().st_mode & 0o001 for parent in reachable.parents)
    shutil.rmtree(reachable.parents[2])


def test_processes_share_one_and_may_die_in_any_order(data_dir: Path) -> None:
    """Four that start at once get the same one; it stays for as long as one of them lives, however they die."""
    with start_embedded(data_dir):
        others = [hold_elsewhere(data_dir) for _ in range(3)]
        assert len(running(data_dir, "postgres")) == 1
    end(others[0])
    end(others[1])
    time.sleep(3)
    assert len(running(data_dir, "postgres")) == 1

    end(others[2])

    assert wait_until(lambda: not running(data_dir, "postgres"))


def test_kill_9_of_anything_loses_nothing_acknowledged(data_dir: Path) -> None:
    """Postmaster, keeper and both are killed while rows are committed: every committed row is there afterwards."""
    with start_embedded(data_dir) as held:
        with psycopg.connect(conninfo(held.url), autocommit=True) as connection:
            connection.execute("create table ledger (n int primary key)")

        acknowledged: list[int] = []
        for round_ in range(4):
            programs = (["postgres"], ["app.db.keeper"], ["postgres", "app.db.keeper"], ["postgres"])[round_]
            acknowledged += commit_until_killed(held, data_dir, programs, start=10_000 * round_)
            with start_embedded(data_dir):
                assert wait_until(lambda: answers(held))

        with psycopg.connect(conninfo(held.url)) as connection:
            stored = {row[0] for row in connection.execute("select n from ledger")}
        assert len(acknowledged) > 40
        assert set(acknowledged) <= stored


def commit_until_killed(
    held: EmbeddedPostgres, data_dir: Path, programs: list[str], *, start: int
) -> list[int]:
    done: list[int] = []
    try:
        with psycopg.connect(conninfo(held.url), autocommit=True) as connection:
            for number in range(start, start + 60):
                connection.execute("insert into ledger values (%s)", (number,))
                done.append(number)
                if number == start + 20:
                    for program in programs:
                        for pid in running(data_dir, program):
                            os.kill(pid, signal.SIGKILL)
    except psycopg.Error:
        pass
    return done


@pytest.mark.parametrize("content", ["", "{foreign}\n/nowhere\n"])
def test_a_stale_pid_file_stops_nobody(data_dir: Path, content: str) -> None:
    """An empty one is removed; one that names a living stranger starts all the same, and the stranger lives on."""
    with start_embedded(data_dir):
        pass
    assert wait_until(lambda: not running(data_dir, "app.db.keeper"))
    stranger = subprocess.Popen(["sleep", "60"])
    (data_dir / "pg" / "postmaster.pid").write_text(content.format(foreign=stranger.pid), encoding="utf-8")

    with start_embedded(data_dir) as held:
        assert answers(held)

    assert wait_until(lambda: not running(data_dir, "app.db.keeper"))
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_an_interrupted_initdb_is_done_again(data_dir: Path) -> None:
    """A half-made cluster lies under another name and is swept away."""
    (data_dir / "init-123").mkdir(parents=True)

    with start_embedded(data_dir) as held:
        assert answers(held)

    assert not (data_dir / "init-123").exists()


def test_data_of_another_version_is_refused_with_what_to_do(data_dir: Path) -> None:
    """The error holds the keeper's words."""
    (data_dir / "pg").mkdir(parents=True)
    (data_dir / "pg" / "PG_VERSION").write_text("16\n", encoding="ascii")

    with pytest.raises(EmbeddedPostgresError, match="written by PostgreSQL 16"):
        start_embedded(data_dir)


def test_another_account_cannot_reach_it(data_dir: Path) -> None:
    """The socket's folder is closed to everyone else: as root we try it as nobody, else its mode must say so."""
    data_dir.parent.chmod(0o711)
    with start_embedded(data_dir):
        socket_path = next((data_dir / "run").glob(".s.PGSQL.*[0-9]"))
        if os.geteuid() == 0:
            assert connect_as("nobody", socket_path) == errno.EACCES
            assert connect_as("root", socket_path) == 0
        else:
            assert (data_dir / "run").stat().st_mode & 0o077 == 0


def connect_as(name: str, socket_path: Path) -> int:
    """Connect to a socket from a child process of another account; return 0 or the error's number."""
    account = pwd.getpwnam(name)
    child = os.fork()
    if child == 0:
        outcome = 0
        try:
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(str(socket_path))
        except OSError as error:
            outcome = error.errno or 255
        os._exit(outcome)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
