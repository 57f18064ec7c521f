"""Takes files into the database of the settings, without a server: the worker runs in this process."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from app.cli.remote import in_text
from app.cli.shared import caller_of, open_services, working
from app.cli.taking_in import Listener, Outcome
from app.core.types import Caller
from app.library.ingest import IngestFile, IngestLibrary, Submitted

_LONGEST_READ_SECONDS = 3_600
_LOOK_SECONDS = 0.5


def take_in(files: Sequence[Path], store: str | None, *, listener: Listener, project: str) -> None:
    """Take in the files one after the other; the listener is told how far each is, and what became of it."""
    asyncio.run(_take_in(files, store, listener, project))


async def _take_in(files: Sequence[Path], reference: str | None, listener: Listener, project: str) -> None:
    async with open_services("worker") as services, working(services):
        caller = await caller_of(services, project)
        store = await services.ingest.find_or_create_store(caller, reference)
        for file in files:
            path = in_text(file)
            incoming = IngestFile(file, in_text(file.name), source=path)
            try:
                submitted = await services.ingest.submit(caller, store, incoming)
            except OSError as error:
                listener.ended(Outcome.unread(path, error))
                continue
            listener.ended(_outcome(path, await _read(services.ingest, caller, submitted, listener)))


async def _read(ingest: IngestLibrary, caller: Caller, submitted: Submitted, listener: Listener) -> Submitted:
    """Return the file once it is read, or after the longest time that a file may take."""
    deadline = time.monotonic() + _LONGEST_READ_SECONDS
    while submitted.is_waiting and time.monotonic() < deadline:
        (submitted,) = await ingest.wait(caller, [submitted], seconds=_LOOK_SECONDS)
        if (membership := submitted.membership).chunks_total:
            path, done = submitted.file.filename, membership.chunks_done
            listener.reads(Path(path), done=done, total=membership.chunks_total)
    return submitted


def _outcome(path: str, done: Submitted) -> Outcome:
    membership = done.membership
    return Outcome(
        path,
        membership.status.value,
        membership.chunk_count,
        done.reused,
        membership.last_error_message,
        tuple(membership.warnings),
    )
