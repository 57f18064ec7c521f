"""Opens the database at start-up: a server or the embedded PostgreSQL, migrated to this version."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from importlib import import_module
from pathlib import Path

import structlog

from app.db.engine import DatabaseUrls, sqlalchemy_url
from app.db.migrating import migrate
from app.db.reaching import check_usable
from app.db.roles import let_serve

log = structlog.get_logger()


@asynccontextmanager
async def open_database(server_urls: tuple[str, str] | None, data_dir: Path) -> AsyncIterator[DatabaseUrls]:
    """Yield the URLs of a migrated database, held open until the block ends."""
    with ExitStack() as stack:
        urls = await asyncio.to_thread(stack.enter_context, hold_database(server_urls, data_dir))
        await asyncio.to_thread(bring_up, urls)
        yield urls


@contextmanager
def hold_database(server_urls: tuple[str, str] | None, data_dir: Path) -> Iterator[DatabaseUrls]:
    """Yield the URLs of the server's database, given those of the serving role and of the owner, or of the embedded one.

    Raises DatabaseUnusable, EmbeddedPostgresError.
    """
    if server_urls is not None:
        log.info("database", kind="server")
        serving, owning = map(sqlalchemy_url, server_urls)
        check_usable(owning, named="DATABASE_URL" if owning == serving else "DATABASE_OWNER_URL")
        if owning != serving:
            check_usable(serving, named="DATABASE_URL")
        yield DatabaseUrls(serving, owning)
        return

    # Imported only here: with DATABASE_URL the embedded server is not needed.
    embedded = import_module("app.postgres.embedded")
    with embedded.start_embedded(data_dir) as held:
        log.info("database", kind="embedded", data_dir=str(data_dir))
        yield DatabaseUrls(serving=held.serving_url, owning=held.url, data_dir=data_dir.resolve())


def bring_up(urls: DatabaseUrls) -> None:
    """Migrate a database to this version, and let the serving role use it."""
    migrate(urls.owning)
    let_serve(urls)
