"""Queued jobs: files that lie in the database become searchable in their store."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import TypeVar

import structlog

from app.core.errors import Overloaded, RateLimited
from app.core.folders import full_disk_told, temporary_folder
from app.core.types import Caller, EmbeddingSpace
from app.db.database import Database
from app.db.jobs import Claim, TryAlone
from app.db.project_ingest import ClaimedFiles
from app.db.vector_store_files import StoreFile
from app.ingest.pipeline import Copied, Draft, IngestPipeline, Reading
from app.models import File, VectorStore

log = structlog.get_logger()

# Even a file of hundreds of thousands of chunks is stored in one transaction.
_STORE_SECONDS = 900
# Files that are read slowly, or hold much text for their size, do not hold up those that were claimed with them.
_PATIENCE_SECONDS = 2.0
_MOST_CHARACTERS = 250_000
# A plain text of this size is read without temporary files.
_IN_MEMORY_BYTES = 64 * 1024

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Group:
    """Files that were claimed together, and what is known of them.

    `folder` makes one for those that need it. `failures` are those that could not be read.
    """

    caller: Caller
    store: VectorStore
    space: EmbeddingSpace
    folder: Callable[[], Path]
    first_parts: Mapping[int, bytes]
    failures: dict[Claim, Exception] = field(default_factory=dict)


class QueuedIngest:
    """Does the jobs that attaching files to a store leaves behind."""

    def __init__(self, database: Database, pipeline: IngestPipeline) -> None:
        self._database = database
        self._pipeline = pipeline

    async def run(self, claims: Sequence[Claim]) -> Mapping[Claim, Exception]:
        """Read files that were claimed together and store their chunks, except for claims that were lost meanwhile.

        Returns the claims that failed with their errors. Raises what fails for all of them.
        """
        self._database.check_room()
        caller = Caller(claims[0].project_id)
        found = await self._database.project(caller.project_id).ingest.find(claims)
        if found is None:
            return {}
        space = await self._pipeline.find_space(found.store)
        with ExitStack() as stack:
            folder = cache(lambda: stack.enter_context(temporary_folder()))
            group = _Group(caller, found.store, space, folder, found.first_parts)
            if left := await self._without_copies(group, found):
                await self._read(group, left)
        return group.failures

    async def _without_copies(self, group: _Group, found: ClaimedFiles) -> dict[Claim, StoreFile]:
        """Complete the jobs whose files were read before by copying, and return the others."""
        left = dict(found.jobs)
        known = [job for job in found.jobs.values() if job.file.id in found.read_before]
        if not known:
            return left
        async with self._database.project(group.caller.project_id).read() as snapshot:
            donors = await snapshot.claimed_files.find_donors(known, group.space)
        for claim, job in found.jobs.items():
            if (donor := donors.get(job.file.id)) is not None:
                is_copied = await _attempt(group, [claim], self._copy(group, claim, job, donor))
                if is_copied is not False:
                    del left[claim]
        return left

    async def _copy(self, group: _Group, claim: Claim, job: StoreFile, donor: StoreFile) -> bool:
        """Copy the chunks of a file that was read before; return whether that completes the job."""
        words = await self._pipeline.find_words(group.caller, job.file.filename, donor)
        async with self._database.project(group.caller.project_id).write(
            timeout_seconds=_STORE_SECONDS, grows=True
        ) as tx:
            membership = (await tx.jobs.lock_claimed([claim])).get(claim)
            copied = Copied(group.space, words)
            return membership is None or await self._pipeline.copy_chunks(
                tx, membership, donor.membership, copied
            )

    async def _read(self, group: _Group, jobs: Mapping[Claim, StoreFile]) -> None:
        """Read the files, and store together those that are read soon."""
        async with asyncio.TaskGroup() as tasks:
            reading = {
                tasks.create_task(_attempt(group, [claim], self._draft(group, job))): claim
                for claim, job in jobs.items()
            }
            done, _ = await asyncio.wait(reading, timeout=_PATIENCE_SECONDS)
            drafts = {claim: task.result() for task, claim in reading.items() if task in done}
            together = {
                claim: draft
                for claim, draft in drafts.items()
                if draft is not None and draft.characters <= _MOST_CHARACTERS
            }
            await self._store(group, together)
            for task, claim in reading.items():
                if claim not in together:
                    await self._store(group, {claim: await task})

    async def _draft(self, group: _Group, job: StoreFile) -> Draft:
        first = group.first_parts.get(job.file.id)
        reading = Reading(job.file, job.membership, group.store, group.space)
        if first is not None and job.file.size_bytes <= min(len(first), _IN_MEMORY_BYTES):
            draft = await self._pipeline.draft_small(reading, first, suffix=_suffix(job.file))
            if draft is not None:
                return draft
        path = await self._fetch(group.caller, job.file, group.folder(), first=first)
        return await self._pipeline.draft(reading, path)

    async def _store(self, group: _Group, read: Mapping[Claim, Draft | None]) -> None:
        """Embed what was read, and store it in one transaction."""
        drafts = {claim: draft for claim, draft in read.items() if draft is not None}
        if drafts:
            await _attempt(group, list(drafts), self._embed(group, drafts))
        drafts = {claim: draft for claim, draft in drafts.items() if claim not in group.failures}
        if drafts:
            await _attempt(group, list(drafts), self._put(group, drafts))

    async def _embed(self, group: _Group, drafts: Mapping[Claim, Draft]) -> None:
        claims = {draft.reading.file.id: claim for claim, draft in drafts.items()}

        async def on_progress(draft: Draft, done: int) -> None:
            # The last step is shown by the status.
            if done < draft.cut.total:
                async with self._database.project(group.caller.project_id).write() as tx:
                    claim = claims[draft.reading.file.id]
                    await tx.jobs.note_progress(claim, done=done, total=draft.cut.total)

        await self._pipeline.embed(group.caller, list(drafts.values()), on_progress=on_progress)

    async def _put(self, group: _Group, drafts: Mapping[Claim, Draft]) -> None:
        if all(draft.reading.is_first for draft in drafts.values()):
            spools = {claim: draft.spool for claim, draft in drafts.items()}
            held: Collection[Claim] = await self._database.project(group.caller.project_id).ingest.put(
                spools, group.space
            )
        else:
            held = await self._replace(group, drafts)
        for claim in held:
            file, chunks = drafts[claim].reading.file, drafts[claim].spool.count
            log.info("file_ingested", file_id=file.public_id, chunks=chunks, attempts=claim.attempts)

    async def _replace(self, group: _Group, drafts: Mapping[Claim, Draft]) -> Collection[Claim]:
        """Store files in place of older chunks or of other files; return the claims that still held."""
        async with self._database.project(group.caller.project_id).write(
            timeout_seconds=_STORE_SECONDS, grows=True
        ) as tx:
            held = await tx.jobs.lock_claimed(list(drafts))
            if held:
                spools = {membership: drafts[claim].spool for claim, membership in held.items()}
                await self._pipeline.put_chunks(tx, spools)
        return held

    async def _fetch(self, caller: Caller, file: File, folder: Path, *, first: bytes | None) -> Path:
        """Write the file's bytes to a folder that others share, piece by piece; the first may be in hand."""
        path = folder / f"{file.id}{_suffix(file)}"
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


def _suffix(file: File) -> str:
    suffix = Path(file.filename).suffix.lower()
    return suffix if suffix[1:].isalnum() and suffix.isascii() else ""


async def _attempt(group: _Group, claims: Sequence[Claim], work: Awaitable[T]) -> T | None:
    """Await the work for these claims. If it fails, note that for each of them and return None."""
    try:
        with full_disk_told():
            return await work
    except (Overloaded, RateLimited) as error:
        group.failures.update(dict.fromkeys(claims, error))
    except Exception as error:
        # Settled by the worker, which goes on.
        if len(claims) == 1:
            group.failures[claims[0]] = error
        else:
            # One of them may be the cause. Alone, it cannot fail the others.
            log.warning("group_failed", files=len(claims), exc_info=error)
            group.failures.update({claim: TryAlone() for claim in claims})
    return None
