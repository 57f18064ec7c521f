"""What commands that work on the database at hand use: the settings and the services.

The services are imported when they are opened, so that wrong settings are said at once.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import typer
from pydantic import ValidationError

from app import __version__
from app.cli.doubts import doubts
from app.cli.later import later
from app.cli.output import EXIT_CONFIG, give_up
from app.core.telemetry import configure_logging
from app.core.types import Caller
from app.settings import Settings

if TYPE_CHECKING:
    from app import services as building
    from app import startup
else:
    building = later("app.services")
    startup = later("app.startup")


@asynccontextmanager
async def open_services(
    role: "building.Role" = "command", *, serves: bool = False
) -> AsyncIterator["building.Services"]:
    """Yield the services with the background tasks of a role. The queue is left to servers and workers."""
    settings = load_settings(serves=serves)
    _say_new_database(settings)
    async with (
        startup.open_database(settings.server_urls, settings.data_dir) as database_urls,
        building.build_services(
            settings, database_urls, building.make_api_settings(settings, __version__), role=role
        ) as services,
    ):
        yield services


async def caller_of(services: "building.Services", project: str) -> Caller:
    """Return the caller that works for a project, named; raise NotFound."""
    return Caller(await services.key_library.project_of(project))


@asynccontextmanager
async def working(services: "building.Services") -> AsyncIterator[None]:
    """Read queued files until the block ends."""
    task = asyncio.create_task(services.worker.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def load_settings(*, serves: bool = False) -> Settings:
    """Return the settings. If one is wrong, print its name and what to do, and end.

    A command that serves nobody says itself what it does: unless LOG_LEVEL is set, it logs what is wrong only.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        lines = [
            _fault(".".join(str(part).upper() for part in found["loc"]), found["msg"])
            for found in error.errors(include_input=False, include_url=False)
        ]
        give_up("\n".join(["The settings are wrong.", *lines]), EXIT_CONFIG)
    is_asked_for = serves or "log_level" in settings.model_fields_set
    configure_logging(level=settings.log_level if is_asked_for else "warning", style=settings.log_format)
    return settings


def _fault(name: str, message: str) -> str:
    """Return what is wrong with a setting. Some messages name it themselves, others are of several settings."""
    words = message.removeprefix("Value error, ")
    return words if words.startswith(name) else f"{name}: {words}"


def _say_new_database(settings: Settings) -> None:
    """Say that a database is made here: whoever meant the one of a server that runs would look for what was stored."""
    if settings.database_url is None and not settings.data_dir.exists():
        typer.echo(
            f"There is no database in {settings.data_dir.absolute()} yet, so one is made. A server that was started in another "
            "folder has its own: set DATA_DIR, or give its address with --url to commands that take it.",
            err=True,
        )


def say_doubts(settings: Settings) -> None:
    """Print a warning for each setting that may have been meant otherwise."""
    for doubt in doubts(settings, os.environ):
        typer.echo(f"Warning: {doubt}", err=True)
