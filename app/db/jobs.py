"""The one state machine of files being read: queued, claimed under a lease, completed, failed, cancelled, queued again.

A membership in progress is the job that reads its file. Workers claim jobs one by one; a lease that a living worker
renews keeps the others off.
"""

import datetime as dt
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.chunking import ChunkingRule
from app.core.file_status import FileStatus
from app.core.lexemes import WORDS_VERSION
from app.db.clock import in_future
from app.db.connections import SystemConnections
from app.models import FileBatch, VectorStoreFile

_CHANNEL = "footnote_jobs"
LEASE_SECONDS = 60

# Literals in the statements, because PostgreSQL cannot use a partial index with a parameter.
_IN_PROGRESS = bindparam("in_progress", FileStatus.IN_PROGRESS, type_=String, literal_execute=True)
_IS_FAILED = bindparam("failed", FileStatus.FAILED, type_=String, literal_execute=True)
# Materialized: as a plain subquery it may be run once for each row that it is joined to, and claim one more each time.
_CLAIM = text("""
    with due as materialized (
        select vector_store_id, file_id from vector_store_files
        where status = :in_progress and run_after <= now() and (lease_until is null or lease_until < now())
        order by batch_id is not null, run_after limit 1 for update skip locked
    )
    update vector_store_files m
    set lease_token = :token, lease_until = now() + make_interval(secs => :lease), attempts = m.attempts + 1
    from due
    where m.vector_store_id = due.vector_store_id and m.file_id = due.file_id
    returning m.vector_store_id, m.file_id, m.project_id, m.attempts
""").bindparams(_IN_PROGRESS)
_STANDING = text("""
    select count(*), coalesce(extract(epoch from now() - min(created_at)), 0) from vector_store_files
    where status = :in_progress
""").bindparams(_IN_PROGRESS)
_RENEW = text("""
    update vector_store_files set lease_until = now() + make_interval(secs => :lease)
    where vector_store_id = :store_id and file_id = :file_id and lease_token = :token and status = :in_progress
""").bindparams(_IN_PROGRESS)
_LATER = text("""
    update vector_store_files
    set lease_token = null, lease_until = null, run_after = now() + make_interval(secs => :pause),
        attempts = attempts - :forgiven
    where vector_store_id = :store_id and file_id = :file_id and lease_token = :token
""")
_FAILED = text("""
    update vector_store_files
    set status = :failed, last_error_code = :code, last_error_message = :message, lease_token = null,
        lease_until = null, completed_at = now()
    where vector_store_id = :store_id and file_id = :file_id and lease_token = :token and status = :in_progress
""").bindparams(_IN_PROGRESS, _IS_FAILED)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do one job for a while. `attempts` counts this one."""

    store_id: int
    file_id: int
    project_id: str
    attempts: int
    token: str


@dataclass(frozen=True, slots=True)
class QueueStanding:
    """How many files are not read yet, and how long ago the oldest of them was put into its store."""

    files: int
    oldest_seconds: float


@dataclass(frozen=True, slots=True)
class Held:
    """What was read of a file: its chunks and bytes, its language, and warnings of what could not be read."""

    chunk_count: int
    usage_bytes: int
    language: str
    warnings: tuple[str, ...] = ()


class JobWriter:
    """The jobs of one project: queued, done and cancelled in the transactions that they belong to."""

    def __init__(self, session: AsyncSession, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    async def queue(self, membership: VectorStoreFile) -> VectorStoreFile:
        """Put a file into a store, to be read once this transaction is committed."""
        membership.status = FileStatus.IN_PROGRESS
        self._session.add(membership)
        await self._session.flush()
        await self._session.refresh(membership)
        await self._announce()
        return membership

    async def queue_again(
        self, membership: VectorStoreFile, *, attributes: Mapping[str, Any], chunking: ChunkingRule
    ) -> None:
        """Make the membership a job again. Its present chunks stay searchable until the job is done."""
        membership.status = FileStatus.IN_PROGRESS
        membership.attributes = dict(attributes)
        membership.chunking = chunking
        membership.attempts = membership.progress = 0
        membership.lease_token = membership.lease_until = None
        membership.run_after = in_future(dt.timedelta())
        membership.last_error_code = membership.last_error_message = None
        await self._session.flush()
        await self._announce()

    async def lock_claimed(self, claim: Claim) -> VectorStoreFile | None:
        """Return the membership of a job, locked, if the claim still holds; None when it was lost or cancelled."""
        query = select(VectorStoreFile).where(
            self._is_claimed(claim), VectorStoreFile.status == FileStatus.IN_PROGRESS
        )
        return await self._session.scalar(query.with_for_update())

    async def note_progress(self, claim: Claim, percent: int) -> None:
        """Say how much of the file is read."""
        await self._session.execute(
            update(VectorStoreFile).where(self._is_claimed(claim)).values(progress=percent)
        )

    async def complete(self, membership: VectorStoreFile, held: Held) -> None:
        """Mark the membership as searchable; it is no job any more."""
        membership.status = FileStatus.COMPLETED
        membership.chunk_count = held.chunk_count
        membership.usage_bytes = held.usage_bytes
        membership.warnings = list(held.warnings)
        membership.language = held.language
        membership.words_version, membership.words_done = WORDS_VERSION, 0
        membership.lease_token = membership.lease_until = None
        membership.last_error_code = membership.last_error_message = None
        membership.progress = 100
        membership.completed_at = in_future(dt.timedelta())
        await self._session.flush()

    async def cancel(self, batch: FileBatch) -> None:
        """Cancel the files of a batch that are not read yet. A worker that is reading one loses its job.

        A batch that is done stays as it is.
        """
        cancelled = await self._session.scalars(
            update(VectorStoreFile)
            .where(VectorStoreFile.project_id == self._project_id, VectorStoreFile.batch_id == batch.id)
            .where(VectorStoreFile.status == FileStatus.IN_PROGRESS)
            .values(status=FileStatus.CANCELLED, lease_token=None, lease_until=None)
            .returning(VectorStoreFile.file_id)
        )
        batch.is_cancelled = batch.is_cancelled or bool(cancelled.all())
        await self._session.flush()

    async def _announce(self) -> None:
        """Wake the workers once this transaction is committed."""
        await self._session.execute(text(f"notify {_CHANNEL}"))

    def _is_claimed(self, claim: Claim) -> ColumnElement[bool]:
        return and_(
            VectorStoreFile.project_id == self._project_id,
            VectorStoreFile.vector_store_id == claim.store_id,
            VectorStoreFile.file_id == claim.file_id,
            VectorStoreFile.lease_token == claim.token,
        )


class JobQueue:
    """The jobs of all projects."""

    def __init__(self, connections: SystemConnections) -> None:
        self._connections = connections

    async def standing(self) -> QueueStanding:
        """Return how long the queue is, and how old."""
        async with self._connections.begin() as connection:
            files, oldest_seconds = (await connection.execute(_STANDING)).one()
        return QueueStanding(files, float(oldest_seconds))

    async def claim(self) -> Claim | None:
        """Claim the job that is due the longest, single files before batches, or None.

        A job whose worker died is due when its lease ends.
        """
        token = secrets.token_hex(16)
        rows = await self._run(_CLAIM, {"token": token, "lease": LEASE_SECONDS})
        if not rows:
            return None
        store_id, file_id, project_id, attempts = rows[0]
        return Claim(store_id, file_id, project_id, attempts, token)

    async def renew(self, claim: Claim) -> None:
        """Prolong the lease of a job that takes longer."""
        await self._run(_RENEW, _keys(claim) | {"lease": LEASE_SECONDS})

    async def postpone(self, claim: Claim, *, pause_seconds: float, forgiven: bool = False) -> None:
        """Return the job to the queue, to be tried again after a pause. A forgiven attempt is not counted."""
        await self._run(_LATER, _keys(claim) | {"pause": pause_seconds, "forgiven": int(forgiven)})

    async def fail(self, claim: Claim, *, code: str, message: str) -> None:
        """End the job for good, with the reason that callers see."""
        await self._run(_FAILED, _keys(claim) | {"code": code, "message": message})

    async def listen(self, on_job: Callable[[], Awaitable[None]]) -> None:
        """Call `on_job` whenever any process announces a job, until cancelled."""
        await self._connections.listen(_CHANNEL, on_job)

    async def _run(self, statement: Any, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        async with self._connections.begin() as connection:
            result = await connection.execute(statement, values)
            return [tuple(row) for row in result] if result.returns_rows else []


def _keys(claim: Claim) -> dict[str, Any]:
    return {"store_id": claim.store_id, "file_id": claim.file_id, "token": claim.token}
