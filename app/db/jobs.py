"""The one state machine of files being read: queued, claimed under a lease, completed, failed, cancelled, queued again.

A membership in progress is the job that reads its file. Workers claim one, or several small files of a store at once; a
lease that a living worker renews keeps the others off.
"""

import datetime as dt
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import BigInteger, ColumnElement, String, and_, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.chunking import ChunkingRule
from app.core.file_status import FileStatus
from app.core.lexemes import WORDS_VERSION
from app.db.announcements import FILES_READ, TELL_READ
from app.db.clock import in_future
from app.db.connections import SystemConnections
from app.db.direct import DirectConnections, Rows, bind
from app.db.locks import keep_store
from app.db.statements import Statement, compiled
from app.models import FileBatch, VectorStoreFile
from app.models.base import ChunkingJson

CHANNEL = "footnote_jobs"
LEASE_SECONDS = 60
# Files up to this size are claimed together.
_SMALL_BYTES = 64 * 1024

# A literal in the statements, because PostgreSQL cannot use a partial index with a parameter.
_IN_PROGRESS = bindparam("in_progress", FileStatus.IN_PROGRESS, type_=String, literal_execute=True)
# Materialized: as a plain subquery it may be run once for each row that it is joined to, and claim one more each time.
# A file that was claimed before is claimed alone, because it may be what ended its worker. One that replaces others
# is, too: of these, one is locked at a time.
_CLAIM = compiled(
    text(f"""
    with locked as materialized (
        select vector_store_id, file_id, attempts = 0 and not replaces_same_name as is_simple,
               batch_id is not null as in_batch, run_after
        from vector_store_files
        where status = '{FileStatus.IN_PROGRESS}' and run_after <= now() and (lease_until is null or lease_until < now())
        order by batch_id is not null, run_after limit :most for update skip locked
    ),
    ranked as (
        select l.vector_store_id, l.file_id, l.is_simple and f.size_bytes <= :small as may_join,
               row_number() over due as place, count(*) over () as due, first_value(l.vector_store_id) over due as first_store,
               first_value(l.is_simple and f.size_bytes <= :small) over due as may_be_joined
        from locked l join files f on f.id = l.file_id
        window due as (order by l.in_batch, l.run_after, l.file_id)
    )
    update vector_store_files m
    set lease_token = :token, lease_until = now() + make_interval(secs => :lease), attempts = m.attempts + 1
    from ranked r
    where m.vector_store_id = r.vector_store_id and m.file_id = r.file_id
      and (r.place = 1 or (r.may_join and r.may_be_joined and r.vector_store_id = r.first_store))
    returning m.vector_store_id, m.file_id, m.project_id, m.attempts, r.due
""")  # noqa: S608 - a status of our own
)
_STANDING = text("""
    select count(*), coalesce(extract(epoch from now() - min(created_at)), 0) from vector_store_files
    where status = :in_progress
""").bindparams(_IN_PROGRESS)
_RENEW = compiled(
    text(f"""
    update vector_store_files set lease_until = now() + make_interval(secs => :lease)
    where vector_store_id = :store_id and file_id = any(cast(:file_ids as bigint[])) and lease_token = :token
      and status = '{FileStatus.IN_PROGRESS}'
""")  # noqa: S608 - as above
)
_LATER = compiled(
    text("""
    update vector_store_files
    set lease_token = null, lease_until = null, run_after = now() + make_interval(secs => :pause),
        attempts = attempts - :forgiven
    where vector_store_id = :store_id and file_id = any(cast(:file_ids as bigint[])) and lease_token = :token
""")
)
_FAILED = compiled(
    text(f"""
    with failed as (
        update vector_store_files
        set status = '{FileStatus.FAILED}', last_error_code = :code, last_error_message = :message, lease_token = null,
            lease_until = null, completed_at = now()
        where vector_store_id = :store_id and file_id = :file_id and lease_token = :token
          and status = '{FileStatus.IN_PROGRESS}'
        returning file_id
    )
    select pg_notify('{FILES_READ}', f.public_id) from failed join files f on f.id = failed.file_id
""")  # noqa: S608 - as above
)
_SAY_WHY = compiled(text("select set_config('footnote.system', :reason, true)"))
COMPLETED = text("""
    update vector_store_files m
    set status = :completed, chunk_count = done.chunk_count, usage_bytes = done.usage_bytes, language = done.language,
        warnings = array(select jsonb_array_elements_text(done.warnings)), words_version = :words_version, words_done = 0, progress = 100,
        lease_token = null, lease_until = null, last_error_code = null, last_error_message = null, completed_at = now()
    from jsonb_to_recordset(cast(:done as jsonb))
         as done (file_id bigint, chunk_count bigint, usage_bytes bigint, language varchar, warnings jsonb)
    where m.project_id = :project_id and m.vector_store_id = :store_id and m.file_id = done.file_id
""").bindparams(bindparam("completed", FileStatus.COMPLETED))


# One lock for each content, in the order of their numbers: several files may be of one content. It is the number of `content_key`.
_LOCK_CONTENTS = text("""
    select count(pg_advisory_xact_lock(key)) from (
        select ('x' || encode(substr(sha256, 1, 8), 'hex'))::bit(64)::bigint # :store_id as key from files
        where project_id = :project_id and id = any(:file_ids) order by key
    ) contents
""").bindparams(bindparam("store_id", type_=BigInteger), bindparam("file_ids", type_=ARRAY(BigInteger)))
_QUEUE = text(f"""
    insert into vector_store_files (vector_store_id, file_id, project_id, status, attributes, chunking, batch_id)
    select s.id, f.id, f.project_id, '{FileStatus.IN_PROGRESS}', given.attributes, given.chunking, :batch_id
    from jsonb_to_recordset(cast(:files as jsonb)) as given (file_id bigint, attributes jsonb, chunking jsonb)
    join files f on f.id = given.file_id and f.project_id = :project_id
    join vector_stores s on s.id = :store_id and s.project_id = f.project_id
    order by f.id on conflict do nothing returning file_id
""")  # noqa: S608 - a status of our own


@dataclass(frozen=True, slots=True)
class NewJob:
    """A file that is to be put into a store, by its key."""

    file_id: int
    attributes: Mapping[str, Any]
    chunking: ChunkingRule


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do one job for a while. `attempts` counts this one.

    `due` is how many jobs could have been claimed, up to as many as were asked for.
    """

    store_id: int
    file_id: int
    project_id: str
    attempts: int
    token: str
    due: int = 1


class TryAlone(Exception):
    """A job failed together with others, and is to be tried without them."""


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

    async def queue_many(self, batch: FileBatch, jobs: Sequence[NewJob]) -> set[int]:
        """Put files into the batch's store; return the keys of those that were not in it before."""
        keys = {"project_id": self._project_id, "store_id": batch.vector_store_id}
        await self._session.execute(_LOCK_CONTENTS, keys | {"file_ids": [job.file_id for job in jobs]})
        chunking = ChunkingJson()
        given = [
            {
                "file_id": job.file_id,
                "attributes": dict(job.attributes),
                "chunking": chunking.process_bind_param(job.chunking, None),
            }
            for job in jobs
        ]
        files = orjson.dumps(given).decode()
        rows = await self._session.scalars(_QUEUE, keys | {"batch_id": batch.id, "files": files})
        await self._announce()
        return set(rows)

    async def queue_again(
        self, membership: VectorStoreFile, *, attributes: Mapping[str, Any], chunking: ChunkingRule
    ) -> None:
        """Make the membership a job again. Its present chunks stay searchable until the job is done."""
        membership.status = FileStatus.IN_PROGRESS
        membership.attributes = dict(attributes)
        membership.chunking = chunking
        membership.attempts = membership.progress = membership.chunks_done = membership.chunks_total = 0
        membership.lease_token = membership.lease_until = None
        membership.run_after = in_future(dt.timedelta())
        membership.last_error_code = membership.last_error_message = None
        await self._session.flush()
        await self._announce()

    async def lock_claimed(self, claims: Sequence[Claim]) -> dict[Claim, VectorStoreFile]:
        """Return the memberships of jobs on one store, locked, as far as the claims still hold.

        Those that were lost or cancelled are not in it.
        """
        await keep_store(await self._session.connection(), self._project_id, claims[0].store_id)
        query = (
            select(VectorStoreFile)
            .where(self._are_claimed(claims), VectorStoreFile.status == FileStatus.IN_PROGRESS)
            .order_by(VectorStoreFile.file_id)
        )
        locked = await self._session.scalars(query.with_for_update())
        held = {membership.file_id: membership for membership in locked}
        return {claim: held[claim.file_id] for claim in claims if claim.file_id in held}

    async def note_progress(self, claim: Claim, *, done: int, total: int) -> None:
        """Say how many of the file's chunks are embedded."""
        values = {"chunks_done": done, "chunks_total": total, "progress": 100 * done // total}
        await self._session.execute(update(VectorStoreFile).where(self._are_claimed([claim])).values(values))

    async def complete(self, held: Mapping[int, Held], *, store_id: int) -> None:
        """Mark memberships of a store, by their files' keys, as searchable; they are no jobs any more."""
        keys = {"store_id": store_id, "project_id": self._project_id}
        connection = await self._session.connection()
        await connection.execute(COMPLETED, keys | completion(held))
        await connection.execute(TELL_READ, {"project_id": self._project_id, "file_ids": list(held)})

    async def cancel(self, batch: FileBatch) -> None:
        """Cancel the files of a batch that are not read yet. A worker that is reading one loses its job.

        A batch that is done stays as it is.
        """
        await keep_store(await self._session.connection(), self._project_id, batch.vector_store_id)
        left = await self._session.scalars(
            select(VectorStoreFile)
            .where(VectorStoreFile.project_id == self._project_id, VectorStoreFile.batch_id == batch.id)
            .where(VectorStoreFile.status == FileStatus.IN_PROGRESS)
            .order_by(VectorStoreFile.file_id)
            .with_for_update()
        )
        for membership in left:
            membership.status = FileStatus.CANCELLED
            membership.lease_token = membership.lease_until = None
            batch.is_cancelled = True
        await self._session.flush()

    async def _announce(self) -> None:
        """Wake the workers once this transaction is committed."""
        await self._session.execute(text(f"notify {CHANNEL}"))

    def _are_claimed(self, claims: Sequence[Claim]) -> ColumnElement[bool]:
        """Claims that were made together have one store and one token."""
        return and_(
            VectorStoreFile.project_id == self._project_id,
            VectorStoreFile.vector_store_id == claims[0].store_id,
            VectorStoreFile.file_id.in_([claim.file_id for claim in claims]),
            VectorStoreFile.lease_token == claims[0].token,
        )


class JobQueue:
    """The jobs of all projects."""

    def __init__(self, connections: SystemConnections, direct: DirectConnections) -> None:
        self._connections = connections
        self._direct = direct

    async def standing(self) -> QueueStanding:
        """Return how long the queue is, and how old."""
        async with self._connections.begin() as connection:
            files, oldest_seconds = (await connection.execute(_STANDING)).one()
        return QueueStanding(files, float(oldest_seconds))

    async def claim(self, most: int = 1) -> list[Claim]:
        """Claim the job that is due the longest, single files before batches; none when no job is due.

        If it is a small file, others of its store come with it, up to `most`. A job whose worker died is due when its
        lease ends.
        """
        token = secrets.token_hex(16)
        values = {"token": token, "lease": LEASE_SECONDS, "most": most, "small": _SMALL_BYTES}
        rows = sorted(await self._run(_CLAIM, values))
        return [
            Claim(store_id, file_id, project_id, attempts, token, due)
            for store_id, file_id, project_id, attempts, due in rows
        ]

    async def renew(self, claims: Sequence[Claim]) -> None:
        """Prolong the leases of jobs that were claimed together and take longer."""
        await self._run(_RENEW, _keys(claims) | {"lease": LEASE_SECONDS})

    async def postpone(
        self, claims: Sequence[Claim], *, pause_seconds: float, forgiven: bool = False
    ) -> None:
        """Return jobs to the queue, to be tried again after a pause. A forgiven attempt is not counted."""
        await self._run(_LATER, _keys(claims) | {"pause": pause_seconds, "forgiven": int(forgiven)})

    async def fail(self, claim: Claim, *, code: str, message: str) -> None:
        """End the job for good, with the reason that callers see."""
        values = {"store_id": claim.store_id, "file_id": claim.file_id, "token": claim.token}
        await self._run(_FAILED, values | {"code": code, "message": message})

    async def listen(self, on_job: Callable[[], Awaitable[None]]) -> None:
        """Call `on_job` whenever any process announces a job, until cancelled."""
        await self._connections.listen({CHANNEL: lambda _: on_job()})

    async def _run(self, statement: Statement, values: Mapping[str, object]) -> Rows:
        """Run a statement in one message. Each file takes several, and a transaction of SQLAlchemy's ten times as long."""
        why = bind(_SAY_WHY, {"reason": self._connections.reason}, is_read=False)
        return (await self._direct.run([why, bind(statement, values)]))[1]


def completion(held: Mapping[int, Held]) -> dict[str, object]:
    """Return what was read of files, by their keys, as COMPLETED takes it."""
    done = [
        {
            "file_id": file_id,
            "chunk_count": one.chunk_count,
            "usage_bytes": one.usage_bytes,
            "language": one.language,
            "warnings": list(one.warnings),
        }
        for file_id, one in held.items()
    ]
    return {"done": orjson.dumps(done).decode(), "words_version": WORDS_VERSION}


def _keys(claims: Sequence[Claim]) -> dict[str, Any]:
    file_ids = [claim.file_id for claim in claims]
    return {"store_id": claims[0].store_id, "file_ids": file_ids, "token": claims[0].token}
