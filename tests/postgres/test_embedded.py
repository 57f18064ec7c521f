"""The embedded PostgreSQL: started, shared, killed in every way, and nothing acknowledged lost."""

import contextlib
import os
import pwd
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest

from app.postgres import binaries
from app.postgres.cluster import Cluster, EmbeddedPostgresError, server_account, server_uid
from app.postgres.embedded import EmbeddedPostgres, start_embedded
from app.postgres.locks import FileLock
from tests.conftest import conninfo
from tests.processes import (
    HOLD,
    ROOT,
    await_hold,
    end,
    everything,
    hold_elsewhere,
    is_alive,
    keepers,
    kill,
    kill_everything,
    postmasters,
    wait_until,
)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data directory of the test's own; whatever still runs in it is ended afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="footnote test 'x\"", dir=quick_place()))
    yield folder / "data"
    kill_everything(folder / "data")
    shutil.rmtree(folder)


def quick_place() -> str | None:
    """Return a folder in memory if it has room: killing tells nothing of disks, and they triple the time here."""
    memory = Path("/dev/shm")
    has_room = memory.is_dir() and shutil.disk_usage(memory).free > 2 * 1024**3
    return str(memory) if has_room else None


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A process that is none of ours, of the user that PostgreSQL runs as: others' are easy to tell."""
    uid = server_uid(server_account(Cluster(Path("/nowhere"))))
    with subprocess.Popen(["sleep", "60"], user=uid if os.geteuid() == 0 else None) as process:
        yield process
        process.kill()


def answers(held: EmbeddedPostgres) -> bool:
    try:
        with psycopg.connect(conninfo(held.url)) as connection:
            return connection.execute("select 1").fetchone() == (1,)
    except psycopg.Error:
        return False


def test_it_starts_in_a_private_place_and_stops_when_nobody_holds_it(data_dir: Path) -> None:
    """A path with spaces and quotes works; nobody else can enter its folders or read its logs; the last release stops it."""
    with start_embedded(data_dir) as held:
        assert answers(held)
        for private in ("", "run", "pg", "postgres.log", "keeper.log"):
            assert (data_dir / private).stat().st_mode & 0o077 == 0

    held.release()

    assert wait_until(lambda: not postmasters(data_dir) and not keepers(data_dir))


def test_a_long_path_gets_a_short_socket(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket's path may have 107 bytes, a data directory's more; a session's own folders play no part in it."""
    long_dir = data_dir / ("x" * 100)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(data_dir.parent))
    with start_embedded(long_dir) as held:
        monkeypatch.delenv("XDG_RUNTIME_DIR")
        with start_embedded(long_dir) as again:
            assert answers(again)

        assert held.url == again.url
        kill_everything(long_dir)
    shutil.rmtree(Cluster(long_dir).socket_dir)


def test_a_link_under_the_short_name_is_not_followed(data_dir: Path) -> None:
    """Whoever lays one to a folder of ours does not get it changed."""
    cluster = Cluster(data_dir / ("x" * 100))
    victim = data_dir.parent / "victim"
    victim.mkdir(mode=0o755)
    before = victim.stat()
    cluster.socket_dir.symlink_to(victim)

    with pytest.raises(EmbeddedPostgresError, match="belongs to somebody else"):
        start_embedded(cluster.data_dir)

    cluster.socket_dir.unlink()
    after = victim.stat()
    assert (after.st_uid, after.st_mode) == (before.st_uid, before.st_mode)


def test_it_runs_below_folders_that_are_closed_to_others(data_dir: Path) -> None:
    """No folder above the data is opened to others, nor needs to be."""
    data_dir.parent.chmod(0o700)

    with start_embedded(data_dir / "deep" / "er") as held:
        assert answers(held)

    assert data_dir.parent.stat().st_mode & 0o077 == 0
    kill_everything(data_dir / "deep" / "er")


def test_four_first_starts_at_once_share_one_and_may_die_in_any_order(data_dir: Path) -> None:
    """All get the same one, which stays for as long as one of them lives, however they die."""
    others = [hold_elsewhere(data_dir) for _ in range(4)]
    for other in others:
        await_hold(other)
    (first,) = postmasters(data_dir)

    for other in others[:3]:
        end(other)
    time.sleep(3)
    stayed = postmasters(data_dir)
    end(others[3])

    assert stayed == [first]
    assert wait_until(lambda: not postmasters(data_dir))


def test_the_keeper_is_found_from_anywhere_and_gets_no_keys(data_dir: Path) -> None:
    """A working directory with an `app` of its own does not lead it astray; PostgreSQL never sees our secrets."""
    (data_dir.parent / "app").mkdir()
    (data_dir.parent / "app" / "__init__.py").touch()

    other = hold_elsewhere(data_dir, cwd=data_dir.parent, OPENAI_API_KEY="sk-sentinel", PGDATA="/nowhere")
    await_hold(other)

    (postmaster,) = postmasters(data_dir)
    environment = Path(f"/proc/{postmaster}/environ").read_bytes()
    end(other)
    assert b"sk-sentinel" not in environment
    assert b"PGDATA=/nowhere" not in environment


def test_kill_9_of_anything_loses_nothing_acknowledged(data_dir: Path) -> None:
    """Postmaster, keeper, both, all at once, while rows are committed: every committed row is there afterwards."""
    victims: list[Callable[[Path], list[int]]] = [
        postmasters,
        keepers,
        lambda folder: postmasters(folder) + keepers(folder),
        everything,
    ]
    with start_embedded(data_dir) as held:
        with psycopg.connect(conninfo(held.url), autocommit=True) as connection:
            connection.execute("create table ledger (n int primary key)")

        acknowledged: list[int] = []
        for round_, find in enumerate(victims):
            acknowledged += commit_until_killed(held, partial(find, data_dir), start=1_000 * round_)
            with start_embedded(data_dir):
                assert wait_until(lambda: answers(held))

        with psycopg.connect(conninfo(held.url)) as connection:
            stored = {row[0] for row in connection.execute("select n from ledger")}
        assert len(acknowledged) >= 20 * len(victims)
        assert set(acknowledged) <= stored


def commit_until_killed(held: EmbeddedPostgres, find: Callable[[], list[int]], *, start: int) -> list[int]:
    done: list[int] = []
    with (
        contextlib.suppress(psycopg.Error),
        psycopg.connect(conninfo(held.url), autocommit=True) as connection,
    ):
        for number in range(start, start + 60):
            connection.execute("insert into ledger values (%s)", (number,))
            done.append(number)
            if number == start + 20:
                kill(find())
    return done


def test_a_postgres_whose_keeper_died_is_adopted(data_dir: Path) -> None:
    """The next user's keeper watches over the same process, and stops it when nobody holds it."""
    with start_embedded(data_dir):
        before = postmasters(data_dir)
        kill(keepers(data_dir))

        with start_embedded(data_dir) as held:
            after, answered = postmasters(data_dir), answers(held)

    assert answered
    assert after == before
    assert wait_until(lambda: not postmasters(data_dir) and not keepers(data_dir))


def test_a_busy_query_does_not_bar_the_next_start(data_dir: Path) -> None:
    """It does not notice that the postmaster died, and PostgreSQL does not start while it runs."""
    with start_embedded(data_dir) as held:
        busy = threading.Thread(target=loop_forever, args=(conninfo(held.url),))
        busy.start()
        time.sleep(0.5)

        kill(postmasters(data_dir))

        assert wait_until(lambda: answers(held))
        busy.join(60)
        assert not busy.is_alive()


def loop_forever(dsn: str) -> None:
    with contextlib.suppress(psycopg.Error), psycopg.connect(dsn) as connection:
        connection.execute("do $$ begin loop end loop; end $$")


@pytest.mark.parametrize("content", ["", "\0" * 64, "{stranger}\n/nowhere\n", "{zombie}\n/nowhere\n"])
def test_stale_lock_files_stop_nobody(
    data_dir: Path, stranger: subprocess.Popen[bytes], content: str
) -> None:
    """Emptied, zeroed, or naming a stranger, alive or dead and not reaped: it starts, and the stranger lives on."""
    uid = Path(f"/proc/{stranger.pid}").stat().st_uid
    with start_embedded(data_dir, settings={"fsync": "off"}):
        kill_everything(data_dir)
    with subprocess.Popen(["true"], user=uid if os.geteuid() == 0 else None) as zombie:
        assert wait_until(lambda: not is_alive(zombie.pid))
        stale = content.format(stranger=stranger.pid, zombie=zombie.pid)
        for name in ("pg/postmaster.pid", "run/.s.PGSQL.5432.lock"):
            (data_dir / name).write_text(stale, encoding="utf-8")

        with start_embedded(data_dir, deadline_seconds=120) as held:
            assert answers(held)

        assert stranger.poll() is None


def test_an_interrupted_initdb_is_done_again(data_dir: Path) -> None:
    """Its keeper is killed during the start: the next one cleans up and starts again, and those who waited get it."""
    other = hold_elsewhere(data_dir)
    assert wait_until(lambda: any(data_dir.glob("init-*/base")))

    kill(keepers(data_dir))
    await_hold(other)

    with start_embedded(data_dir) as held:
        assert answers(held)
    end(other)


def test_data_of_another_version_is_refused_with_what_to_do(data_dir: Path) -> None:
    """The error holds the keeper's words, with the two commands."""
    (data_dir / "pg").mkdir(parents=True)
    (data_dir / "pg" / "PG_VERSION").write_text("16\n", encoding="ascii")
    os.chown(data_dir / "pg", server_uid(server_account(Cluster(Path("/nowhere")))), -1)

    with pytest.raises(EmbeddedPostgresError, match="written by PostgreSQL 16") as refused:
        start_embedded(data_dir)

    assert f"DATA_DIR={shlex.quote(str(data_dir))} footnote backup footnote.dump" in str(refused.value)
    assert f"DATA_DIR={shlex.quote(f'{data_dir}-18')} footnote restore footnote.dump" in str(refused.value)


def test_what_does_not_start_in_time_says_why(data_dir: Path) -> None:
    """The error comes at the deadline, with the last lines of PostgreSQL's log."""
    start_embedded(data_dir, deadline_seconds=120).release()
    assert wait_until(lambda: not keepers(data_dir))

    with pytest.raises(EmbeddedPostgresError, match=r'(?s)not ready in time.*invalid value.*"nonsense"'):
        start_embedded(data_dir, deadline_seconds=10, settings={"wal_level": "nonsense"})


def test_the_deadline_holds_behind_another_start_too(data_dir: Path) -> None:
    """A start that hangs is waited for no longer than asked."""
    data_dir.mkdir()
    began = time.monotonic()
    with FileLock(Cluster(data_dir).start_lock_path) as start:
        assert start.try_take()

        with pytest.raises(EmbeddedPostgresError, match="not ready in time"):
            start_embedded(data_dir, deadline_seconds=0.3)

    assert time.monotonic() - began < 20


@pytest.mark.parametrize("name", ["PGHOSTADDR", "PGSERVICE"])
def test_an_environment_that_leads_elsewhere_is_refused(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The message names the variable."""
    monkeypatch.setenv(name, "elsewhere")

    with pytest.raises(EmbeddedPostgresError, match=f"{name} is set"):
        start_embedded(data_dir)


@as_root
def test_root_leaves_the_data_of_others_alone(data_dir: Path) -> None:
    """A user's database that root opened by mistake would never start for the user again."""
    (data_dir / "pg").mkdir(parents=True)
    (data_dir / "pg" / "PG_VERSION").write_text("18\n", encoding="ascii")
    os.chown(data_dir / "pg", 54_321, 54_321)

    with pytest.raises(EmbeddedPostgresError, match="belongs to '54321'"):
        start_embedded(data_dir)

    assert (data_dir / "pg").stat().st_uid == 54_321


@as_root
def test_another_account_cannot_reach_what_root_runs(data_dir: Path) -> None:
    """The socket's folder is closed to everyone but root and the account that PostgreSQL runs as."""
    data_dir.parent.chmod(0o711)
    with start_embedded(data_dir) as held:
        data_dir.chmod(0o711)

        assert "Permission denied" in psql_as("daemon", held)
        assert psql_as("root", held) == "footnote"


@as_root
def test_it_runs_for_a_normal_user_who_is_known_by_the_kernel(data_dir: Path) -> None:
    """Without root it runs as its user, whom the kernel names to it (peer): even root is turned away."""
    nobody = pwd.getpwnam("nobody")
    os.chown(data_dir.parent, nobody.pw_uid, nobody.pw_gid)
    other = hold_as(nobody, data_dir)

    with pytest.raises(psycopg.OperationalError, match="Peer authentication failed"):
        psycopg.connect(host=str(data_dir / "run"), user="footnote", dbname="footnote")
    (postmaster,) = postmasters(data_dir)
    assert Path(f"/proc/{postmaster}").stat().st_uid == nobody.pw_uid
    end(other)


@as_root
def test_a_cluster_of_an_earlier_release_lets_the_serving_role_in(data_dir: Path) -> None:
    """Its files name the owner only: the next to start it adds the other role."""
    nobody = pwd.getpwnam("nobody")
    os.chown(data_dir.parent, nobody.pw_uid, nobody.pw_gid)
    end(hold_as(nobody, data_dir))
    hba, ident = data_dir / "pg" / "pg_hba.conf", data_dir / "pg" / "pg_ident.conf"
    hba.write_text("local all footnote peer map=owner\n", encoding="utf-8")
    ident.write_text('owner "nobody" footnote\n', encoding="utf-8")

    end(hold_as(nobody, data_dir))

    assert "footnote_app" in hba.read_text(encoding="utf-8")


def hold_as(user: pwd.struct_passwd, data_dir: Path) -> subprocess.Popen[str]:
    """Hold the embedded PostgreSQL in a process of another user; return once it is ready."""
    other = subprocess.Popen(
        [python_for(user.pw_name), "-P", "-c", HOLD, str(data_dir)],
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": reachable_path(), "PYTHONDONTWRITEBYTECODE": "1"},
        user=user.pw_name,
        group=user.pw_gid,
        extra_groups=[],
    )
    await_hold(other)
    return other


def reachable_path() -> str:
    return os.pathsep.join([str(ROOT), sysconfig.get_path("purelib")])


def python_for(user: str) -> str:
    """Return an interpreter of our version that the user can run, with our libraries; skip the test without one."""
    check = f"import sys, psycopg, app; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    for candidate in (sys.executable, "/usr/bin/python3"):
        with contextlib.suppress(OSError):
            environment = {"PYTHONPATH": reachable_path(), "PYTHONDONTWRITEBYTECODE": "1"}
            command = [candidate, "-P", "-c", check]
            if subprocess.run(command, env=environment, user=user, cwd="/", check=False).returncode == 0:
                return candidate
    pytest.skip(f"{user} can run no Python {sys.version_info[:2]} with our libraries")


def psql_as(user: str, held: EmbeddedPostgres) -> str:
    """Ask PostgreSQL who we are, as another user; return its answer, or what it said instead."""
    done = subprocess.run(
        [binaries.bin_dir() / "psql", "-X", "-A", "-t", "-c", "select current_user", conninfo(held.url)],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        user=user,
        extra_groups=[],
    )
    return (done.stdout or done.stderr).strip()


def test_a_killed_keeper_and_postgres_are_replaced(data_dir: Path) -> None:
    """Whoever holds the database starts another keeper, as after an OOM kill. It adopts a PostgreSQL that lives on."""
    with start_embedded(data_dir) as held:
        kill_everything(data_dir)
        assert wait_until(lambda: answers(held))

        (postmaster,) = postmasters(data_dir)
        kill(keepers(data_dir))
        assert wait_until(lambda: len(keepers(data_dir)) == 1)
        time.sleep(1)
        assert postmasters(data_dir) == [postmaster]
        assert answers(held)
    assert wait_until(lambda: not postmasters(data_dir) and not keepers(data_dir))


def test_the_keeper_never_gives_up_while_somebody_holds_the_database(data_dir: Path) -> None:
    """However often PostgreSQL has failed to start. It ends when nobody waits any more."""
    with start_embedded(data_dir) as held:
        lacking = data_dir / "pg" / "global"
        lacking.rename(lacking.with_name("away"))
        kill(postmasters(data_dir))
        assert wait_until(lambda: started(data_dir) >= 7, seconds=120)

        lacking.with_name("away").rename(lacking)
        assert wait_until(lambda: answers(held), seconds=90)
        lacking.rename(lacking.with_name("away"))
        kill(postmasters(data_dir))
        assert wait_until(lambda: not postmasters(data_dir))

    assert wait_until(lambda: not keepers(data_dir))


def started(data_dir: Path) -> int:
    return (data_dir / "keeper.log").read_text().count("started PostgreSQL")


@pytest.mark.parametrize("place", ["/proc/nowhere", "{file}", "{file}/below"])
def test_a_data_directory_that_cannot_be_is_a_sentence(place: str, tmp_path: Path) -> None:
    """A file in its place, or a place where nothing can be made."""
    file = tmp_path / "file"
    file.touch()

    with pytest.raises(EmbeddedPostgresError, match=r"cannot be used: .* Set another DATA_DIR"):
        start_embedded(Path(place.format(file=file)))
