"""PostgreSQL's failures as our errors: busy or away is a 503, a value that it cannot take is a 400."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy.exc

from app.core.errors import InvalidRequest, Overloaded

# COPY goes past SQLAlchemy: its errors come as psycopg's own.
_UNAVAILABLE = (
    sqlalchemy.exc.OperationalError,
    sqlalchemy.exc.InterfaceError,
    sqlalchemy.exc.TimeoutError,
    psycopg.OperationalError,
)
_UNSTORABLE = (sqlalchemy.exc.DataError, psycopg.DataError)


@contextmanager
def translated_failures() -> Iterator[None]:
    """Raise Overloaded or InvalidRequest for what PostgreSQL raises inside the block."""
    try:
        yield
    except _UNAVAILABLE as error:
        raise Overloaded(
            "The database is busy or restarting. Try again in a moment.", retry_after_seconds=1
        ) from error
    except _UNSTORABLE as error:
        raise InvalidRequest("A value in the request cannot be stored or compared.") from error
