"""The state machine of files being read: the transitions of a membership, and who may make them."""

import io

from app.core.chunking import SentenceRule
from app.core.file_status import FileStatus
from app.core.types import Caller
from app.db.database import Database
from app.db.jobs import Claim, Held
from app.models import File, VectorStoreFile


async def _queue_file(db: Database, caller: Caller) -> tuple[int, int]:
    async with db.project(caller.project_id).write() as tx:
        store = await tx.vector_stores.create(name="store")
        file = File(
            public_id="file-job", project_id=caller.project_id, filename="a.txt", purpose="assistants",
            mime_type="text/plain", size_bytes=1, sha256=bytes(32),
        )  # fmt: skip
        file = await tx.files.create(file, io.BytesIO(b"x"))
        await tx.jobs.queue(
            VectorStoreFile(
                vector_store_id=store.id, file_id=file.id, project_id=caller.project_id,
                chunking=SentenceRule(),
            )
        )  # fmt: skip
    return store.id, file.id


async def _status(db: Database, caller: Caller, store_id: int, file_id: int) -> FileStatus:
    async with db.project(caller.project_id).read() as snapshot:
        return (await snapshot.vector_store_files.find_many(store_id, [file_id]))[file_id].status


async def _claim(db: Database) -> Claim:
    (claim,) = await db.system("queue").jobs.claim()
    return claim


async def test_a_file_is_in_progress_until_it_is_completed(db: Database, caller: Caller) -> None:
    """The status comes back as one of the four that there are, and a completed file is no job."""
    keys = await _queue_file(db, caller)
    assert await _status(db, caller, *keys) is FileStatus.IN_PROGRESS

    claim = await _claim(db)
    async with db.project(caller.project_id).write() as tx:
        assert list(await tx.jobs.lock_claimed([claim])) == [claim]
        await tx.jobs.complete({keys[1]: Held(0, 0, "und")}, store_id=keys[0])

    assert await _status(db, caller, *keys) is FileStatus.COMPLETED
    assert not await db.system("queue").jobs.claim()


async def test_a_failed_file_is_a_job_again_when_it_is_queued_again(db: Database, caller: Caller) -> None:
    """Until then nobody claims it; then its attempts are counted from the start."""
    keys = await _queue_file(db, caller)
    await db.system("queue").jobs.fail(await _claim(db), code="invalid_file", message="no text")
    assert await _status(db, caller, *keys) is FileStatus.FAILED
    assert not await db.system("queue").jobs.claim()

    async with db.project(caller.project_id).write() as tx:
        found = await tx.vector_store_files.get_locked(keys[0], "file-job")
        await tx.jobs.queue_again(found.membership, attributes={}, chunking=found.membership.chunking)

    assert (await _claim(db)).attempts == 1


async def test_a_cancelled_job_is_lost_to_the_worker_that_is_at_it(db: Database, caller: Caller) -> None:
    """Its claim finds nothing to complete, to fail or to renew."""
    keys = await _queue_file(db, caller)
    claim = await _claim(db)
    async with db.project(caller.project_id).write() as tx:
        batch = await tx.file_batches.create(keys[0])
        found = await tx.vector_store_files.get_locked(keys[0], "file-job")
        await tx.file_batches.add(batch, found.membership)
        await tx.jobs.cancel(batch)

    await db.system("queue").jobs.fail(claim, code="server_error", message="too late")

    async with db.project(caller.project_id).write() as tx:
        assert not await tx.jobs.lock_claimed([claim])
    assert await _status(db, caller, *keys) is FileStatus.CANCELLED


async def test_a_claim_counts_in_its_own_project_only(db: Database, caller: Caller) -> None:
    """A claim that is shown to another project's transaction moves nothing."""
    keys = await _queue_file(db, caller)
    claim = await _claim(db)

    async with db.project("proj_other").write() as tx:
        assert not await tx.jobs.lock_claimed([claim])
        await tx.jobs.note_progress(claim, done=1, total=2)

    async with db.project(caller.project_id).read() as snapshot:
        found = await snapshot.vector_store_files.find_many(keys[0], [keys[1]])
    assert found[keys[1]].progress == 0
