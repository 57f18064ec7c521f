"""PostgreSQL's failures as our errors: busy or away is a 503, a full disk a 507, a value that it cannot take a 400."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import sqlalchemy.exc

from app.core.errors import DiskFull, InvalidRequest, Overloaded
from app.core.folders import free_bytes
from app.db.pulse import Pulse

# COPY goes past SQLAlchemy: its errors come as psycopg's own.
_UNAVAILABLE = (
    sqlalchemy.exc.OperationalError,
    sqlalchemy.exc.InterfaceError,
    sqlalchemy.exc.TimeoutError,
    psycopg.OperationalError,
)
_UNSTORABLE = (sqlalchemy.exc.DataError, psycopg.DataError)
_OTHER = (sqlalchemy.exc.DBAPIError, psycopg.Error)
# Data exceptions and violations of constraints, by the class of their SQLSTATE.
_OF_VALUES = ("22", "23")
# PostgreSQL's log of changes grows by files of 16 MiB, and without the next one it does not run.
_LEAST_FREE_BYTES = 32 * 1024**2
# Below this much nothing that takes room is begun, so that searches and deletions go on.
_FREE_BYTES_TO_GROW = 128 * 1024**2


@dataclass(frozen=True, slots=True)
class Failures:
    """Says what PostgreSQL's failures mean. It knows the folder of the data only if PostgreSQL is embedded."""

    pulse: Pulse
    data_dir: Path | None

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Raise Overloaded, DiskFull or InvalidRequest for what PostgreSQL raises inside the block, and Overloaded while it is frozen."""
        self.pulse.check()
        try:
            yield
        except _UNAVAILABLE as error:
            _strike_values(error)
            if _is_disk_full(error) or self._has_less_than(_LEAST_FREE_BYTES):
                raise _disk_full() from error
            raise _busy() from error
        except _UNSTORABLE as error:
            _strike_values(error)
            raise InvalidRequest("A value in the request cannot be stored or compared.") from error
        except _OTHER as error:
            _strike_values(error)
            if isinstance(_cause(error), psycopg.errors.IdleInTransactionSessionTimeout):
                raise _busy() from error
            raise

    def check_room(self) -> None:
        """Raise DiskFull if little room is left for PostgreSQL."""
        if self._has_less_than(_FREE_BYTES_TO_GROW):
            raise _disk_full()

    def _has_less_than(self, least_bytes: int) -> bool:
        return self.data_dir is not None and free_bytes(self.data_dir) < least_bytes


def _strike_values(error: Exception) -> None:
    """Leave of an error's text only what names no value: whoever logs it would log questions and documents.

    PostgreSQL puts values of rows into all lines but the first, and, if a value is what is wrong, into the first.
    """
    cause = _cause(error)
    if not isinstance(cause, psycopg.Error):
        return
    lines = str(cause).splitlines()
    is_of_a_value = (cause.sqlstate or "22")[:2] in _OF_VALUES and not isinstance(
        cause, psycopg.OperationalError
    )
    said = f"SQLSTATE {cause.sqlstate}" if is_of_a_value or not lines else lines[0]
    cause.args = (said,)
    if cause is not error:
        error.args = (f"({type(cause).__name__}) {said}",)


def _cause(error: Exception) -> BaseException | None:
    return error.orig if isinstance(error, sqlalchemy.exc.DBAPIError) else error


def _is_disk_full(error: Exception) -> bool:
    return isinstance(_cause(error), psycopg.errors.DiskFull)


def _busy() -> Overloaded:
    return Overloaded("The database is busy or restarting. Try again in a moment.", retry_after_seconds=1)


def _disk_full() -> DiskFull:
    return DiskFull(
        "Disk full: the database has no room left. Delete files here or make room on the disk, then try again.",
        code="disk_full",
        retry_after_seconds=30,
    )
