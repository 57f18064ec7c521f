"""Opens the database at start-up: a server or the embedded PostgreSQL, migrated to this version."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from importlib import import_module
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config

from app.db.engine import sqlalchemy_url

log = structlog.get_logger()

_ALEMBIC_INI = Path(__file__).parents[2] / "alembic.ini"


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
    embedded = import_module("app.db.embedded")
    with embedded.start_embedded(data_dir) as held:
        log.info("database", kind="embedded", data_dir=str(data_dir))
        yield held.url


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database at a SQLAlchemy URL up to `revision`."""
    command.upgrade(alembic_config(url), revision)


def alembic_config(url: str) -> Config:
    """Return the migrations' configuration for one database."""
    config = Config(_ALEMBIC_INI)
    config.attributes["url"] = url
    return config
