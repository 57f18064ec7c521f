"""footnote ingest."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from app.cli.shared import Project, caller_of, console, open_services, working
from app.core.file_status import FileStatus
from app.library.ingest import IngestFile, Submitted

_LONGEST_READ_SECONDS = 3_600


def ingest(
    paths: Annotated[list[Path], typer.Argument(exists=True, help="Files, or folders to go through.")],
    store: Annotated[
        str | None, typer.Option(help="Id or name of the vector store; a new name makes one.")
    ] = None,
    project: Project = "default",
) -> None:
    """Take files into a vector store."""
    asyncio.run(_ingest(paths, store, project))


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
