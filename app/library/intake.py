"""Takes in the files of one request: stores them, waits for the queue, and removes those that cannot be read."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.errors import Conflict, InvalidRequest, UpstreamFailed, UpstreamMisconfigured
from app.core.file_status import FileStatus
from app.core.types import Caller
from app.library.ingest import IngestFile, IngestLibrary, Submitted
from app.models import VectorStore
from app.providers.health import ProviderHealth

# After this the answer says in_progress, and the file is still read.
_WAIT_SECONDS = 110


@dataclass(frozen=True, slots=True)
class TakenIn:
    """The store, and the present state of its new files."""

    store: VectorStore
    files: tuple[Submitted, ...]


class Intake:
    """Takes in files and reports the result."""

    def __init__(self, ingest: IngestLibrary, health: ProviderHealth) -> None:
        self._ingest = ingest
        self._health = health

    async def take_in(
        self, caller: Caller, reference: str | None, files: Sequence[IngestFile], *, wait: bool
    ) -> TakenIn:
        """Store the files and queue them; with `wait` return once they are searchable.

        Raises what is wrong with the first file that could not be read; nothing stays of such files. Raises
        UpstreamMisconfigured before anything is stored when no file could be embedded.
        """
        reasons = await self._health.reasons(time.monotonic())
        if "embeddings" in reasons:
            raise UpstreamMisconfigured(reasons["embeddings"])
        store = await self._ingest.find_or_create_store(caller, reference)
        submitted = [await self._ingest.submit(caller, store, file) for file in files]
        if wait:
            submitted = await self._ingest.wait(caller, submitted, seconds=_WAIT_SECONDS)
            await self._refuse_failed(caller, submitted)
        return TakenIn(store, tuple(submitted))

    async def _refuse_failed(self, caller: Caller, submitted: Sequence[Submitted]) -> None:
        failed = [entry for entry in submitted if entry.membership.status == FileStatus.FAILED]
        for entry in failed:
            await self._ingest.withdraw(caller, entry)
        deleted = [entry for entry in submitted if entry.is_gone and entry.replaced_by is None]
        if not failed and deleted:
            raise Conflict(
                f"{deleted[0].file.filename!r} was deleted before this request was answered. Send it again.",
                code="file_deleted",
            )
        if not failed:
            return
        first = failed[0].membership
        message = first.last_error_message or "The file could not be read."
        if first.last_error_code == "server_error":
            raise UpstreamFailed(message)
        raise InvalidRequest(message, param="file", code=first.last_error_code)
