"""Takes files into the database of the settings, without a server: the worker runs in this process."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from app.cli.shared import caller_of, open_services, working
from app.cli.taking_in import Hear, Outcome
from app.library.ingest import IngestFile, Submitted

_LONGEST_READ_SECONDS = 3_600


def take_in(files: Sequence[Path], store: str | None, *, hear: Hear, project: str) -> None:
    """Take in the files one after the other; `hear` is told what became of each."""
    asyncio.run(_take_in(files, store, hear, project))


async def _take_in(files: Sequence[Path], reference: str | None, hear: Hear, project: str) -> None:
    async with open_services("worker") as services, working(services):
        caller = await caller_of(services, project)
        store = await services.ingest.find_or_create_store(caller, reference)
        for file in files:
            incoming = IngestFile(file, file.name, source=str(file))
            submitted = await services.ingest.submit(caller, store, incoming)
            (done,) = await services.ingest.wait(caller, [submitted], seconds=_LONGEST_READ_SECONDS)
            hear(_outcome(file, done))


def _outcome(file: Path, done: Submitted) -> Outcome:
    membership = done.membership
    return Outcome(
        str(file),
        membership.status.value,
        membership.chunk_count,
        done.reused,
        membership.last_error_message,
        tuple(membership.warnings),
    )
