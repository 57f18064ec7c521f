"""The footnote command: serve, worker, migrate, ingest and doctor. The other commands are in the modules of this room."""

import asyncio
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from rich.progress import track

from app import __version__
from app.access.keys import DEFAULT_PROJECT
from app.cli.index import index
from app.cli.judging import evaluate_command
from app.cli.keys import keys
from app.cli.moving import import_openai, reembed
from app.cli.shared import (
    EXIT_CONFIG,
    Project,
    caller_of,
    console,
    give_up,
    load_settings,
    open_services,
    working,
)
from app.cli.usage import audit, usage
from app.core.errors import FootnoteError
from app.core.file_status import FileStatus
from app.db.database import Database
from app.db.engine import DatabaseUrls
from app.library.ingest import IngestFile, Submitted
from app.postgres.cluster import EmbeddedPostgresError
from app.sockets.options import SERVER_OPTIONS
from app.startup import bring_up, hold_database

_SHUTDOWN_SECONDS = 30
_LONGEST_READ_SECONDS = 3_600

app = typer.Typer(
    help="Footnote answers from your documents, with footnotes.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command that the arguments name."""
    try:
        app()
    except (FootnoteError, EmbeddedPostgresError) as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


@app.command()
def serve() -> None:
    """Serve the API and the chat page."""
    settings = load_settings()
    url = settings.database_url.get_secret_value() if settings.database_url else None
    # Held here too, so that the embedded PostgreSQL outlives a worker that is replaced.
    with hold_database(url, settings.data_dir) as urls:
        bring_up(urls)
        try:
            settings.check_access(has_keys=asyncio.run(_has_keys(urls)))
        except ValueError as error:
            give_up(str(error), EXIT_CONFIG)
        console.print(f"Footnote {__version__} on http://{settings.host}:{settings.port}", highlight=False)
        uvicorn.run(
            "app.main:serve_app",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
            **SERVER_OPTIONS,
        )


@app.command()
def worker() -> None:
    """Read queued files without serving: for servers with WORKER=off, or to help them."""
    with suppress(KeyboardInterrupt):
        asyncio.run(_worker())


@app.command("migrate")
def migrate_command() -> None:
    """Bring the database's schema up to this version."""
    settings = load_settings()
    url = settings.database_url.get_secret_value() if settings.database_url else None
    with hold_database(url, settings.data_dir) as urls:
        bring_up(urls)
    console.print("The schema is up to date.")


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(exists=True, help="Files, or folders to go through.")],
    store: Annotated[
        str | None, typer.Option(help="Id or name of the vector store; a new name makes one.")
    ] = None,
    project: Project = "default",
) -> None:
    """Take files into a vector store."""
    asyncio.run(_ingest(paths, store, project))


@app.command()
def doctor() -> None:
    """Say which database and provider would serve, and what is wrong."""
    sys.exit(asyncio.run(_doctor()))


app.add_typer(index, name="index")
app.add_typer(keys, name="keys")
app.command("import-openai")(import_openai)
app.command()(reembed)
app.command()(usage)
app.command()(audit)
app.command("eval")(evaluate_command)


async def _has_keys(urls: DatabaseUrls) -> bool:
    database = Database.connect(urls)
    try:
        return (await database.system("keys").keys.standing(DEFAULT_PROJECT)).has_keys
    finally:
        await database.close()


async def _worker() -> None:
    async with open_services() as services:
        await services.worker.run()


async def _ingest(paths: list[Path], store_reference: str | None, project: str) -> None:
    files = sorted(
        {file for path in paths for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file()}
    )
    async with open_services() as services, working(services):
        caller = await caller_of(services, project)
        store = await services.ingest.find_or_create_store(caller, store_reference)
        for file in track(files, "Ingesting", console=console):
            incoming = IngestFile(file, file.name, source=str(file))
            submitted = await services.ingest.submit(caller, store, incoming)
            (done,) = await services.ingest.wait(caller, [submitted], seconds=_LONGEST_READ_SECONDS)
            console.print(f"{file.name}: {_outcome(done)}", highlight=False, markup=False)


def _outcome(done: Submitted) -> str:
    if done.membership.status == FileStatus.FAILED:
        return done.membership.last_error_message or "failed"
    if done.reused:
        return "known already"
    if done.is_waiting:
        return "still being read"
    return "; ".join([f"{done.membership.chunk_count} chunks", *done.membership.warnings])


async def _doctor() -> int:
    try:
        async with open_services() as services:
            reasons = await services.provider_health.reasons(0.0)
            chat, *others = services.providers.names.items()
            parts = [f"provider: {chat[1]}", *(f"{role}: {name}" for role, name in others)]
            console.print(" · ".join(["database: ok", *parts]), highlight=False)
            console.print("\n".join(dict.fromkeys(reasons.values())) or "All is well.")
            return 1 if reasons else 0
    except (FootnoteError, EmbeddedPostgresError) as error:
        console.print(f"[red]{error}[/]")
        return 1
