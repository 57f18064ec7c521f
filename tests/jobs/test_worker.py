"""The queue and its worker: one claim a job, leases that end, retries that grow, reasons that stay."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.core.chunking import SentenceRule
from app.core.errors import InvalidRequest, Overloaded, UpstreamFailed
from app.core.types import Caller
from app.db.database import Database
from app.db.jobs import Claim, JobQueue
from app.ingest.embedding import ChunkEmbedder
from app.ingest.extract import ExtractedText, Extractor
from app.ingest.pipeline import IngestPipeline
from app.ingest.queued import QueuedIngest
from app.jobs.worker import Worker
from app.library.files import FileLibrary
from app.library.vector_store_files import VectorStoreFileLibrary
from app.library.vector_stores import VectorStoreLibrary
from app.providers.base import EmbeddingResult, TokenInput
from app.providers.fallback.embeddings import FallbackEmbeddings
from tests.factories import engine_of, make_pipeline, set_open

CHUNKING = SentenceRule(800, 100)


async def attach(
    db: Database, caller: Caller, folder: Path, *, count: int = 1, texts: Sequence[str] = ()
) -> tuple[str, list[str]]:
    """Make a store with files that wait to be read."""
    files = []
    for number, content in enumerate(texts or [f"Fact number {number}." for number in range(count)]):
        path = folder / f"{number}.txt"
        path.write_text(content, encoding="utf-8")
        files.append(await FileLibrary(db).create(caller, path, filename=path.name, purpose="assistants"))
    ids = [file.public_id for file in files]
    made = await VectorStoreLibrary(db).create(caller, file_ids=ids, chunking=CHUNKING, fields={})
    return made.store.public_id, ids


async def status(db: Database, caller: Caller, store_id: str, file_id: str) -> tuple[str, str | None]:
    found = await VectorStoreFileLibrary(db, FallbackEmbeddings()).retrieve(caller, store_id, file_id)
    return found.membership.status, found.membership.last_error_code


async def make_due(db: Database) -> None:
    """Let the time of leases and pauses pass."""
    async with engine_of(db).begin() as connection:
        await connection.execute(
            text("update vector_store_files set run_after = now(), lease_until = now() - interval '1 s'")
        )


async def test_each_job_is_claimed_once(db: Database, caller: Caller, tmp_path: Path) -> None:
    """Claims at the same moment get different jobs, and then there are none left."""
    await attach(db, caller, tmp_path, count=3)
    queue = db.system("queue").jobs

    claims = [await queue.claim() for _ in range(4)]

    assert claims[3] == []
    assert len({claim.file_id for (claim,) in claims[:3]}) == 3


@pytest.mark.parametrize("analyzed_at", [0, 1, 6])
async def test_a_claim_is_of_one_job(db: Database, caller: Caller, tmp_path: Path, analyzed_at: int) -> None:
    """Whatever PostgreSQL knew of the table when it made the plan: what is leased and not handed out would be stuck."""
    for count in (analyzed_at, 6 - analyzed_at):
        await attach(db, caller, tmp_path, count=count)
        if count == analyzed_at:
            async with engine_of(db).begin() as connection:
                await connection.execute(text("analyze vector_store_files"))

    claims = await db.system("queue").jobs.claim()

    async with engine_of(db).connect() as connection:
        query = text("select count(*) from vector_store_files where lease_token is not null")
        leased = await connection.scalar(query)
    assert len(claims) == leased == 1


async def test_small_files_of_one_store_are_claimed_together(
    db: Database, caller: Caller, tmp_path: Path
) -> None:
    """Not with a large one, another store's, or one that was claimed before: it may have ended its worker."""
    large = "A long fact. " * 6_000
    await attach(db, caller, tmp_path, texts=["A fact.", "Another.", large, "A third."])
    await attach(db, caller, tmp_path, texts=["In another store."])
    queue = db.system("queue").jobs

    first = await queue.claim(16)
    sizes = [len(await queue.claim(16)) for _ in range(3)]

    assert len(first) == 3
    assert sizes == [1, 1, 0]

    await queue.postpone(first, pause_seconds=0)
    assert [len(await queue.claim(16)) for _ in range(4)] == [1, 1, 1, 0]


async def test_a_file_that_cannot_be_read_fails_alone(db: Database, caller: Caller, tmp_path: Path) -> None:
    """Those that were claimed with it are searchable."""
    store_id, ids = await attach(db, caller, tmp_path, texts=["A fact.", " ", "Another."])
    worker = Worker(db.system("queue").jobs, QueuedIngest(db, make_pipeline(db)).run)

    assert await worker.run_once()

    states = [await status(db, caller, store_id, file_id) for file_id in ids]
    assert states == [("completed", None), ("failed", "no_text_found"), ("completed", None)]
    store = (await VectorStoreLibrary(db).retrieve(caller, store_id)).store
    assert (store.file_count, store.chunk_count) == (2, 2)


async def test_a_file_that_fails_its_group_is_found_out(db: Database, caller: Caller, tmp_path: Path) -> None:
    """Upstream refuses one text: each file is tried again alone, and only its file fails."""
    store_id, ids = await attach(db, caller, tmp_path, texts=["A fact.", "A forbidden fact.", "Another."])
    pipeline = make_pipeline(db, embeddings=ChoosyEmbeddings())
    worker = Worker(db.system("queue").jobs, QueuedIngest(db, pipeline).run)

    turns = [await worker.run_once() for _ in range(5)]

    assert turns == [True, True, True, True, False]
    states = [await status(db, caller, store_id, file_id) for file_id in ids]
    assert states == [("completed", None), ("failed", "invalid_value"), ("completed", None)]


async def test_a_slow_file_does_not_hold_up_the_others(
    db: Database, caller: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are searchable while it is still being read, and it is afterwards."""
    monkeypatch.setattr("app.ingest.queued._PATIENCE_SECONDS", 0.2)
    store_id, ids = await attach(db, caller, tmp_path, texts=["A fact.", "A slow fact."])
    extractor = SlowExtractor("1.txt")
    pipeline = IngestPipeline(db, extractor, ChunkEmbedder(db, FallbackEmbeddings()))
    worker = Worker(db.system("queue").jobs, QueuedIngest(db, pipeline).run)

    working = asyncio.create_task(worker.run_once())
    async with asyncio.timeout(60):
        while (await status(db, caller, store_id, ids[0]))[0] != "completed":  # noqa: ASYNC110 - only the database tells
            await asyncio.sleep(0.02)
    assert (await status(db, caller, store_id, ids[1]))[0] == "in_progress"
    extractor.may_go_on.set()
    await working

    assert (await status(db, caller, store_id, ids[1]))[0] == "completed"


async def test_a_small_file_with_much_text_is_stored_by_itself(
    db: Database, caller: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a packed one can hold: those that were claimed with it are searchable before."""
    monkeypatch.setattr("app.ingest.queued._MOST_CHARACTERS", 20)
    # On a busy machine reading them may take longer than files wait for each other.
    monkeypatch.setattr("app.ingest.queued._PATIENCE_SECONDS", 60.0)
    await attach(db, caller, tmp_path, texts=["A fact, and much more beside.", "Another.", "A third."])
    worker = Worker(db.system("queue").jobs, QueuedIngest(db, make_pipeline(db)).run)

    await worker.run_once()

    async with engine_of(db).connect() as connection:
        query = text(
            "select completed_at from vector_store_files where status = 'completed' order by file_id"
        )
        long, *short = await connection.scalars(query)
    assert len(set(short)) == 1
    assert short[0] < long


async def test_a_job_whose_worker_died_is_done_by_another(
    db: Database, caller: Caller, tmp_path: Path
) -> None:
    """The lease ends, the next claim does it, and the first one's late result is thrown away."""
    store_id, (file_id,) = await attach(db, caller, tmp_path)
    queue, ingest = db.system("queue").jobs, QueuedIngest(db, make_pipeline(db))
    lost = await queue.claim()

    await make_due(db)
    taken = await queue.claim()
    await ingest.run(lost)
    assert await status(db, caller, store_id, file_id) == ("in_progress", None)
    await ingest.run(taken)

    assert [claim.attempts for claim in taken] == [2]
    assert await status(db, caller, store_id, file_id) == ("completed", None)


@pytest.mark.parametrize(
    ("error", "attempts", "code"),
    [
        (InvalidRequest("It is encrypted.", code="unsupported_file"), 1, "unsupported_file"),
        (UpstreamFailed("Upstream is away."), 3, "server_error"),
        (ValueError("a mistake of ours"), 3, "server_error"),
    ],
)
async def test_failures_are_tried_as_often_as_it_can_help(
    db: Database, caller: Caller, tmp_path: Path, error: Exception, attempts: int, code: str
) -> None:
    """A bad file once, other failures three times. The reason stays on the file, without words of internal errors."""
    store_id, (file_id,) = await attach(db, caller, tmp_path)
    tried: list[Claim] = []

    async def fail(claims: Sequence[Claim]) -> Mapping[Claim, Exception]:
        tried.extend(claims)
        raise error

    worker = Worker(db.system("queue").jobs, fail)
    for _ in range(5):
        await worker.run_once()
        await make_due(db)

    assert len(tried) == attempts
    assert await status(db, caller, store_id, file_id) == ("failed", code)
    found = await VectorStoreFileLibrary(db, FallbackEmbeddings()).retrieve(caller, store_id, file_id)
    assert "mistake of ours" not in (found.membership.last_error_message or "")


async def test_no_job_is_claimed_before_it_can_be_done(db: Database, caller: Caller, tmp_path: Path) -> None:
    """While upstream is away, jobs are not read in vain."""
    await attach(db, caller, tmp_path)
    is_ready, is_asked, is_claimed = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def ready() -> None:
        is_asked.set()
        await is_ready.wait()

    async def note(claims: Sequence[Claim]) -> Mapping[Claim, Exception]:
        is_claimed.set()
        return {}

    working = asyncio.create_task(Worker(db.system("queue").jobs, note, ready=ready).run())
    async with asyncio.timeout(20):
        await is_asked.wait()
        async with engine_of(db).connect() as connection:
            assert not await connection.scalar(text("select sum(attempts) from vector_store_files"))
        is_ready.set()
        await is_claimed.wait()
    working.cancel()
    await asyncio.wait({working})


async def test_a_worker_ends_though_an_error_takes_the_cancellations_place(
    db: Database, caller: Caller, tmp_path: Path
) -> None:
    """As when a connection fails while it is closed: the worker would go on, and its process never end."""
    await attach(db, caller, tmp_path)
    under_way = asyncio.Event()

    async def failing(claims: Sequence[Claim]) -> Mapping[Claim, Exception]:
        try:
            under_way.set()
            await asyncio.Event().wait()
        finally:
            raise Overloaded("The connection was closed.")

    working = asyncio.create_task(Worker(db.system("queue").jobs, failing).run())
    await under_way.wait()
    working.cancel()

    done, _ = await asyncio.wait({working}, timeout=60)
    assert done == {working}


async def test_a_job_is_given_back_once_the_database_is_there_again(
    db: Database, caller: Caller, tmp_path: Path, clean_url: str
) -> None:
    """It is due then, and not when its lease ends."""
    await attach(db, caller, tmp_path)
    queue, is_closed = db.system("queue").jobs, asyncio.Event()

    async def reading(claims: Sequence[Claim]) -> Mapping[Claim, Exception]:
        await set_open(clean_url, is_open=False)
        is_closed.set()
        raise Overloaded("The database is restarting.")

    working = asyncio.create_task(Worker(queue, reading).run_once())
    try:
        await is_closed.wait()
        with pytest.raises(Overloaded):
            await queue.standing()
        await asyncio.sleep(0.3)
    finally:
        await set_open(clean_url, is_open=True)

    assert await working
    async with engine_of(db).connect() as connection:
        leases = await connection.execute(text("select lease_token, attempts from vector_store_files"))
        assert leases.all() == [(None, 0)]


@pytest.mark.parametrize(("before", "after", "expected"), [(0, 1, [0, 1]), (3, 0, [1, 1, 1])])
async def test_one_looks_for_each_job_and_no_more(
    db: Database,
    caller: Caller,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    before: int,
    after: int,
    expected: list[int],
) -> None:
    """Each look is a message to PostgreSQL. Whoever leaves jobs wakes another one, and a new job wakes one."""
    monkeypatch.setattr("app.jobs.worker._LOOK_EVERY_SECONDS", 60.0)
    looks: list[int] = []
    looked = asyncio.Condition()

    class CountedQueue(JobQueue):
        async def claim(self, most: int = 1) -> list[Claim]:
            claims = await super().claim(most)
            looks.append(len(claims))
            async with looked:
                looked.notify_all()
            return claims

    async def read(_claims: Sequence[Claim]) -> Mapping[Claim, Exception]:
        return {}

    jobs = db.system("queue").jobs
    worker = Worker(CountedQueue(jobs._connections, jobs._direct), read, concurrency=4)
    for _ in range(before):
        await attach(db, caller, tmp_path)
    async with asyncio.timeout(60):
        working = asyncio.create_task(worker.run())
        async with looked:
            # Once it hears of new jobs it looks for those that came before.
            await looked.wait_for(lambda: bool(looks))
        for _ in range(after):
            await attach(db, caller, tmp_path)
        async with looked:
            await looked.wait_for(lambda: len(looks) >= len(expected))
        await asyncio.sleep(0.5)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)

    assert looks == expected


async def test_a_postponed_job_waits(db: Database, caller: Caller, tmp_path: Path) -> None:
    """It is not due before its pause is over."""
    await attach(db, caller, tmp_path)
    queue = db.system("queue").jobs
    claims = await queue.claim()

    await queue.postpone(claims, pause_seconds=60)

    assert not await queue.claim()


async def test_a_file_deleted_meanwhile_ends_its_job(db: Database, caller: Caller, tmp_path: Path) -> None:
    """Nothing is stored, nothing is stuck."""
    store_id, (file_id,) = await attach(db, caller, tmp_path)
    queue = db.system("queue").jobs
    claims = await queue.claim()
    await FileLibrary(db).delete(caller, file_id)

    await QueuedIngest(db, make_pipeline(db)).run(claims)

    store = (await VectorStoreLibrary(db).retrieve(caller, store_id)).store
    assert store.chunk_count == 0
    assert not await queue.claim()


async def test_the_same_bytes_are_read_and_embedded_once(
    db: Database, caller: Caller, tmp_path: Path
) -> None:
    """A second store takes over the chunks: no text is embedded again, and they outlive the first store."""
    provider = CountingEmbeddings()
    queue, ingest = db.system("queue").jobs, QueuedIngest(db, make_pipeline(db, embeddings=provider))
    first, (file_id,) = await attach(db, caller, tmp_path)
    claims = await queue.claim()
    await ingest.run(claims)
    assert provider.texts == 1

    stores = VectorStoreLibrary(db)
    second = (await stores.create(caller, file_ids=[file_id], chunking=CHUNKING, fields={})).store.public_id
    claims = await queue.claim()
    await ingest.run(claims)
    await stores.delete(caller, first)

    assert provider.texts == 1
    assert await status(db, caller, second, file_id) == ("completed", None)
    contents = await VectorStoreFileLibrary(db, FallbackEmbeddings()).contents(caller, second, file_id)
    assert list(contents) == ["Fact number 0."]
    assert (await stores.retrieve(caller, second)).store.chunk_count == 1


class CountingEmbeddings(FallbackEmbeddings):
    """The fallback, counting what it embeds."""

    texts = 0

    async def embed(self, texts: Sequence[TokenInput], **options: Any) -> EmbeddingResult:
        self.texts += len(texts)
        return await super().embed(texts, **options)


class ChoosyEmbeddings(FallbackEmbeddings):
    """The fallback, refusing a text as upstreams do."""

    async def embed(self, texts: Sequence[TokenInput], **options: Any) -> EmbeddingResult:
        if any("forbidden" in text for text in texts if isinstance(text, str)):
            raise InvalidRequest("This text is not embedded.", code="invalid_value")
        return await super().embed(texts, **options)


class SlowExtractor(Extractor):
    """Reads one file only once it may."""

    def __init__(self, filename: str) -> None:
        super().__init__()
        self._filename = filename
        self.may_go_on = asyncio.Event()

    def extract_small(self, data: bytes, *, filename: str, suffix: str) -> ExtractedText | None:
        if filename == self._filename:
            return None
        return super().extract_small(data, filename=filename, suffix=suffix)

    async def extract(self, path: Path, *, filename: str) -> ExtractedText:
        if filename == self._filename:
            await self.may_go_on.wait()
        return await super().extract(path, filename=filename)
