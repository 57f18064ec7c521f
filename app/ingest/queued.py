"""One queued job: a file that lies in the database becomes searchable in its store."""

from itertools import count
from pathlib import Path

import structlog

from app.core.folders import temporary_folder
from app.core.types import Caller
from app.db.database import Database
from app.db.jobs import Claim
from app.ingest.pipeline import Copied, IngestPipeline, Reading
from app.models import File, VectorStoreFile

log = structlog.get_logger()

# Even a file of hundreds of thousands of chunks is stored in one transaction.
_STORE_SECONDS = 900


class QueuedIngest:
    """Does the jobs that attaching a file to a store leaves behind."""

    def __init__(self, database: Database, pipeline: IngestPipeline) -> None:
        self._database = database
        self._pipeline = pipeline

    async def run(self, claim: Claim) -> None:
        """Read the file and store its chunks, unless the claim was lost meanwhile. Raises what the worker settles."""
        self._database.check_room()
        caller = Caller(claim.project_id)
        async with self._database.project(caller.project_id).read() as snapshot:
            job = await snapshot.vector_store_files.find_claimed(claim)
            if job is None:
                return
            store = await snapshot.vector_stores.get_by_key(claim.store_id)
        space = await self._pipeline.find_space(store)
        async with self._database.project(caller.project_id).read() as snapshot:
            donor = await snapshot.vector_store_files.find_donor(job, space)
            first = await snapshot.files.find_part(job.file, 0) if donor is None else None
        if donor is not None:
            words = await self._pipeline.find_words(caller, job.file.filename, donor)
            if await self._copy(caller, claim, donor.membership, Copied(space, words)):
                return

        async def on_progress(share: float) -> None:
            await self._note_progress(caller, claim, round(100 * share))

        with temporary_folder() as folder:
            path = await self._fetch(caller, job.file, folder, first=first)
            reading = Reading(job.file, job.membership, store, space)
            spool = await self._pipeline.prepare(caller, reading, path, on_progress=on_progress)
            async with self._database.project(caller.project_id).write(
                timeout_seconds=_STORE_SECONDS, grows=True
            ) as tx:
                membership = await tx.jobs.lock_claimed(claim)
                if membership is None:
                    return
                await self._pipeline.put_chunks(tx, membership, spool)
        log.info("file_ingested", file_id=job.file.public_id, chunks=spool.count, attempts=claim.attempts)

    async def _copy(self, caller: Caller, claim: Claim, donor: VectorStoreFile, copied: Copied) -> bool:
        """Copy the chunks of a file that was read before; return whether that completes the job."""
        async with self._database.project(caller.project_id).write(
            timeout_seconds=_STORE_SECONDS, grows=True
        ) as tx:
            membership = await tx.jobs.lock_claimed(claim)
            return membership is None or await self._pipeline.copy_chunks(tx, membership, donor, copied)

    async def _note_progress(self, caller: Caller, claim: Claim, percent: int) -> None:
        # The last step is shown by the status.
        if percent < 100:
            async with self._database.project(caller.project_id).write() as tx:
                await tx.jobs.note_progress(claim, percent)

    async def _fetch(self, caller: Caller, file: File, folder: Path, *, first: bytes | None) -> Path:
        """Write the file's bytes to a folder, piece by piece; the first may be in hand."""
        suffix = Path(file.filename).suffix.lower()
        path = folder / f"file{suffix if suffix[1:].isalnum() and suffix.isascii() else ''}"
        with path.open("wb") as target:
            target.write(first or b"")
            for ordinal in count(int(first is not None)):
                if target.tell() >= file.size_bytes:
                    break
                async with self._database.project(caller.project_id).read() as snapshot:
                    piece = await snapshot.files.find_part(file, ordinal)
                if piece is None:
                    break
                target.write(piece)
        return path
