"""Opens the database at start-up: a server or the embedded PostgreSQL, migrated to this version."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from importlib import import_module
from pathlib import Path

import structlog

from app.db.engine import sqlalchemy_url
from app.db.migrating import migrate

log = structlog.get_logger()


@asynccontextmanager
async def open_database(server_url: str | None, data_dir: Path) -> AsyncIterator[str]:
    """Yield the SQLAlchemy URL of a migrated database, held open until the block ends."""
    with ExitStack() as stack:
        url = await asyncio.to_thread(stack.enter_context, hold_database(server_url, data_dir))
        await asyncio.to_thread(migrate, url)
        yield url


@contextmanager
def hold_database(server_url: str | None, data_dir: Path) -> Iterator[str]:
    """Yield the SQLAlchemy URL of the server's database, or of the embedded one, started when there is no URL."""
    if server_url is not None:
        log.info("database", kind="server")
        yield sqlalchemy_url(server_url)
        return

    # Imported only here: with a server of one's own the embedded one does not exist.
    embedded = import_module("app.postgres.embedded")
    with embedded.start_embedded(data_dir) as held:
        log.info("database", kind="embedded", data_dir=str(data_dir))
        yield held.url
