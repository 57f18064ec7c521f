"""Connections to PostgreSQL: the URL, the pool, and pgvector's binary types on every connection."""

from typing import Any

from pgvector.psycopg import register_vector_async
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_CONNECT_SECONDS = 3
_POOL_WAIT_SECONDS = 5


def sqlalchemy_url(url: str) -> str:
    """Return a `postgres://` or `postgresql://` URL as SQLAlchemy and psycopg 3 take it."""
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def make_engine(url: str, *, pool_size: int = 5, max_overflow: int = 10) -> AsyncEngine:
    """Return an engine for a migrated database. Its pool gives up after five seconds of waiting."""
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_timeout=_POOL_WAIT_SECONDS,
        pool_pre_ping=True,
        connect_args={"connect_timeout": _CONNECT_SECONDS, "application_name": "footnote"},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _register(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.run_async(register_vector_async)

    return engine
