"""File locks that the kernel drops with the process that holds them, whatever killed it."""

import fcntl
import os
import time
from pathlib import Path
from typing import Self

_LOOK_SECONDS = 0.02


class FileLock:
    """A flock on a file of its own. Closing it, or dying, lets go."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def share(self, deadline: float) -> None:
        """Wait until nobody holds the lock alone, and hold it together with others; TimeoutError at the deadline."""
        self._await(fcntl.LOCK_SH, deadline)

    def take(self, deadline: float) -> None:
        """Wait until nobody holds the lock, and hold it alone; TimeoutError at the deadline."""
        self._await(fcntl.LOCK_EX, deadline)

    def try_take(self) -> bool:
        """Hold the lock alone if nobody holds it now."""
        return self._try(fcntl.LOCK_EX)

    def release(self) -> None:
        """Let go; the lock can be taken again."""
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go for good."""
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _await(self, operation: int, deadline: float) -> None:
        while not self._try(operation):
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(_LOOK_SECONDS)

    def _try(self, operation: int) -> bool:
        try:
            fcntl.flock(self._descriptor, operation | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
