"""Temporary folders for files, the removal of those that a killed process has left behind, and the room on a disk."""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.errors import DiskFull, InvalidRequest

_PREFIX = "footnote-file-"
# A folder gets its name once it is locked: whoever finds one that is not locked may delete it.
_UNLOCKED_PREFIX = "footnote-new-"
_LOCK = ".held"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
NO_TEMPORARY_ROOM = (
    "Disk full: there is no room for temporary files. Make room on the disk of TMPDIR, then try again."
)
# A write that failed may have left a little room.
_LEAST_FREE_BYTES = 1024**2


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Make a folder that exists while the block runs. It is locked, so that no other process deletes it as left over.

    Raises DiskFull when there is no room for it, or for what is written inside the block.
    """
    with full_disk_told():
        made = Path(tempfile.mkdtemp(prefix=_UNLOCKED_PREFIX))
        with (made / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            folder = made.rename(made.with_name(made.name.replace(_UNLOCKED_PREFIX, _PREFIX)))
            try:
                yield folder
            finally:
                shutil.rmtree(folder)


@contextmanager
def full_disk_told() -> Iterator[None]:
    """Raise DiskFull for what fails inside the block because the disk of temporary folders is full.

    A file whose reader had no room is not to blame, whatever the reader says of it.
    """
    try:
        yield
    except (OSError, InvalidRequest) as error:
        is_said = isinstance(error, OSError) and error.errno in _NO_ROOM
        if not is_said and has_temporary_room():
            raise
        raise DiskFull(NO_TEMPORARY_ROOM, code="disk_full", retry_after_seconds=10) from error


def has_temporary_room() -> bool:
    """Whether anything can still be written to a temporary folder."""
    return free_bytes(Path(tempfile.gettempdir())) >= _LEAST_FREE_BYTES


def clear_left_folders() -> int:
    """Delete the folders of processes that were killed; return how many."""
    return sum(_clear(lock) for lock in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/{_LOCK}"))


def _clear(path: Path) -> bool:
    try:
        with path.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path.parent)
    except OSError:
        # It is in use, belongs to another account, or was deleted meanwhile.
        return False
    return True


def free_bytes(folder: Path) -> int:
    """Return how much can still be written to the disk of a folder by whoever is not root."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize
