"""The embedded PostgreSQL's files: where they lie, under which account they are run, and initdb."""

import hashlib
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OWNER = "footnote"
# It reads and writes rows, and owns nothing.
SERVING = "footnote_app"
PORT = 5432

# A socket's path may have 107 bytes, and PostgreSQL writes a lock file beside it.
_LONGEST_SOCKET_PATH = 100
_ACCOUNTS = ("postgres", "pgserver", "nobody")


class EmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL cannot run; the message says why, or what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """The unprivileged account that PostgreSQL runs as when we are root."""

    uid: int
    gid: int

    def subprocess_options(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


@dataclass(frozen=True, slots=True)
class Cluster:
    """The paths of one data directory."""

    data_dir: Path

    @property
    def name(self) -> str:
        """What its processes carry in their command lines."""
        return f"footnote-{hashlib.sha256(str(self.data_dir).encode()).hexdigest()[:16]}"

    @property
    def pg_dir(self) -> Path:
        return self.data_dir / "pg"

    @property
    def log_path(self) -> Path:
        return self.data_dir / "postgres.log"

    @property
    def keeper_log_path(self) -> Path:
        return self.data_dir / "keeper.log"

    @property
    def users_lock_path(self) -> Path:
        return self.data_dir / "users.lock"

    @property
    def start_lock_path(self) -> Path:
        return self.data_dir / "start.lock"

    @property
    def keeper_lock_path(self) -> Path:
        return self.data_dir / "keeper.lock"

    @property
    def socket_dir(self) -> Path:
        """Beside the data, or in a private folder of a short name where that path would be too long."""
        beside = self.data_dir / "run"
        if len(str(beside / f".s.PGSQL.{PORT}.lock").encode()) <= _LONGEST_SOCKET_PATH:
            return beside
        # Not XDG_RUNTIME_DIR: cron and a login shell differ in it, and it goes with the session.
        return Path("/tmp") / f"{self.name}-{os.getuid()}"  # noqa: S108 - made 0700, and its owner is checked

    @property
    def exists(self) -> bool:
        return (self.pg_dir / "PG_VERSION").exists()


def server_account(cluster: Cluster) -> Account | None:
    """Return whom PostgreSQL must run as: nobody else than we are, unless we are root, which it refuses.

    Raises EmbeddedPostgresError as root when there is no such account, or the data is somebody else's: it would be
    unusable to them afterwards.
    """
    if os.geteuid() != 0:
        return None
    accounts = _unprivileged_accounts()
    if not accounts:
        raise EmbeddedPostgresError(
            "PostgreSQL does not run as root, and there is no account to run it as. Run as a normal user."
        )
    if not cluster.exists:
        return accounts[0]
    owner = cluster.pg_dir.stat().st_uid
    for account in accounts:
        if account.uid == owner:
            return account
    raise EmbeddedPostgresError(
        f"The data belongs to {_user_name(owner)!r}. Run as that user, or set another DATA_DIR."
    )


def _unprivileged_accounts() -> list[Account]:
    accounts = []
    for name in _ACCOUNTS:
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            accounts.append(Account(entry.pw_uid, entry.pw_gid))
    return accounts


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def server_uid(account: Account | None) -> int:
    """Return the user whom PostgreSQL's processes and sockets belong to."""
    return account.uid if account else os.geteuid()


@contextmanager
def opened(account: Account | None, *folders: Path) -> Iterator[tuple[list[str], tuple[int, ...]]]:
    """Yield names of the folders for PostgreSQL, and the descriptors to hand to it.

    As root it runs under another account, which may not be able to pass the folders above ours. It need not: it gets
    its own folders opened, and no permission of any folder above is changed.
    """
    if account is None:
        yield [str(folder) for folder in folders], ()
        return
    descriptors = tuple(os.open(folder, os.O_RDONLY | os.O_DIRECTORY) for folder in folders)
    try:
        yield [f"/proc/self/fd/{descriptor}" for descriptor in descriptors], descriptors
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def make_socket_dir(cluster: Cluster, account: Account | None) -> None:
    """Make the socket's folder private to whom PostgreSQL runs as; raise EmbeddedPostgresError when somebody else owns it."""
    run = cluster.socket_dir
    with suppress(FileExistsError):
        run.mkdir(mode=0o700)

    # Looked at before it is touched: anybody may lay a link to another folder under the short name in /tmp.
    entry = run.lstat()
    if not stat.S_ISDIR(entry.st_mode) or entry.st_uid not in {os.geteuid(), server_uid(account)}:
        raise EmbeddedPostgresError(f"{run} belongs to somebody else. Remove it, or set another DATA_DIR.")
    if account is not None:
        os.chown(run, account.uid, account.gid, follow_symlinks=False)
    run.chmod(0o700)


def has_socket_dir(cluster: Cluster, account: Account | None) -> bool:
    """Whether the socket's folder is there, and nobody else can have put a socket into it."""
    try:
        entry = cluster.socket_dir.lstat()
    except FileNotFoundError:
        return False
    is_private = stat.S_ISDIR(entry.st_mode) and not entry.st_mode & 0o077
    return is_private and entry.st_uid == server_uid(account)


def bare_environment() -> dict[str, str]:
    """Return what PostgreSQL needs of our environment: no PG* variables to lead it astray, and none of our keys."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {"LC_ALL": "C.UTF-8", "TZ": "UTC"}


def make_cluster(cluster: Cluster, binaries: Path, account: Account | None) -> None:
    """Run initdb, under another name until it is done: an interrupted one can never look finished."""
    for stale in cluster.data_dir.glob("init-*"):
        # The initdb of a killed keeper may still be writing there: what it saves is swept the next time.
        shutil.rmtree(stale, ignore_errors=True)
    unfinished = Path(tempfile.mkdtemp(prefix="init-", dir=cluster.data_dir))
    if account is not None:
        os.chown(unfinished, account.uid, account.gid)

    with opened(account, unfinished) as ((folder,), descriptors):
        done = subprocess.run(
            [
                *(binaries / "initdb", "-D", folder, "-U", OWNER, "--encoding=UTF8", "--locale=C.UTF-8"),
                *("--auth-local=trust" if account else "--auth-local=peer", "--auth-host=reject"),
                "--data-checksums",
            ],
            env=bare_environment(),
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            pass_fds=descriptors,
            **(account.subprocess_options() if account else {}),
        )
    if done.returncode != 0:
        raise EmbeddedPostgresError(f"initdb failed:\n{done.stdout}\n{done.stderr}")
    if account is None:
        let_in_this_user(unfinished)
    unfinished.rename(cluster.pg_dir)


def let_in_this_user(folder: Path) -> bool:
    """Let the operating system's user, and nobody else, connect as either role; return whether that is new.

    A cluster that an earlier release has made knows the owner only.
    """
    name = pwd.getpwuid(os.getuid()).pw_name
    hba, ident = folder / "pg_hba.conf", folder / "pg_ident.conf"
    if _is_let_in(hba, SERVING):
        return False
    roles = (OWNER, SERVING)
    ident.write_text("".join(f'owner "{name}" {role}\n' for role in roles), encoding="utf-8")
    hba.write_text("".join(f"local all {role} peer map=owner\n" for role in roles), encoding="utf-8")
    return True


def _is_let_in(hba: Path, role: str) -> bool:
    return f"local all {role} peer map=owner" in hba.read_text(encoding="utf-8").splitlines()


def check_version(cluster: Cluster, binaries: Path) -> None:
    """Raise EmbeddedPostgresError when the data was written by another major version."""
    data_version = (cluster.pg_dir / "PG_VERSION").read_text(encoding="ascii").strip()
    printed = subprocess.run(
        [binaries / "postgres", "--version"],
        capture_output=True,
        text=True,
        check=True,
        env=bare_environment(),
    ).stdout
    own_version = printed.split()[2].split(".")[0]
    if data_version != own_version:
        raise EmbeddedPostgresError(
            f"The data was written by PostgreSQL {data_version}, and this is {own_version}. Back it up with the release of "
            f"Footnote that wrote it, and restore it into a new folder with this one:\n"
            f"  DATA_DIR={shlex.quote(str(cluster.data_dir))} footnote backup footnote.dump\n"
            f"  DATA_DIR={shlex.quote(f'{cluster.data_dir}-{own_version}')} footnote restore footnote.dump"
        )
