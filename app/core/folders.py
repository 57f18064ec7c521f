"""Temporary folders for files, the removal of those that a killed process has left behind, and the room on a disk."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "footnote-file-"
# A folder gets its name once it is locked: whoever finds one that is not locked may delete it.
_UNLOCKED_PREFIX = "footnote-new-"
_LOCK = ".held"


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Make a folder that exists while the block runs. It is locked, so that no other process deletes it as left over."""
    made = Path(tempfile.mkdtemp(prefix=_UNLOCKED_PREFIX))
    with (made / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = made.rename(made.with_name(made.name.replace(_UNLOCKED_PREFIX, _PREFIX)))
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


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
