"""Whether a PostgreSQL server can be used at all, asked once before anything else, so that the reason is a sentence."""

import psycopg
from sqlalchemy import make_url

from app.core.errors import FootnoteError

_SECONDS = 10


class DatabaseUnusable(FootnoteError):
    """A database server cannot be used; the message names the setting and says why."""


def check_usable(url: str, *, named: str) -> None:
    """Raise DatabaseUnusable if nobody answers at the SQLAlchemy URL of a setting, or refuses us, or lacks pgvector."""
    address = make_url(url).set(drivername="postgresql")
    try:
        with psycopg.connect(
            address.render_as_string(hide_password=False), connect_timeout=_SECONDS
        ) as connection:
            query = "select 1 from pg_available_extensions where name = 'vector'"
            has_vector = connection.execute(query).fetchone() is not None
    except psycopg.Error as error:
        raise DatabaseUnusable(
            f"{named} leads to no usable PostgreSQL: {_reason(error)}. Start the server or correct {named}; without "
            "DATABASE_URL, Footnote starts a PostgreSQL of its own."
        ) from error
    if not has_vector:
        raise DatabaseUnusable(
            f"The PostgreSQL of {named} at {address.host or 'a socket'} lacks the extension pgvector. "
            "Install it there (https://github.com/pgvector/pgvector#installation)."
        )


def _reason(error: psycopg.Error) -> str:
    """Return the first line of what the driver says. It names host, port and user, and no password."""
    return next(iter(str(error).splitlines()), type(error).__name__).strip().rstrip(".")
