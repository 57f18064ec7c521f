"""Temporary folders for files, the removal of those that a killed process has left behind, and the room on a disk."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "footnote-file-"
_LOCK = ".held"
# Between making a folder's lock and taking it a process may be slow.
_NEW_SECONDS = 60


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Make a folder that exists while the block runs. It is locked, so that no other process deletes it as left over."""
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as name:
        folder = Path(name)
        with (folder / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder


def clear_left_folders() -> int:
    """Delete the folders of processes that were killed; return how many."""
    return sum(_clear(lock) for lock in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/{_LOCK}"))


def _clear(path: Path) -> bool:
    try:
        if time.time() - path.stat().st_mtime < _NEW_SECONDS:
            return False
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
