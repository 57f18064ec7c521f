"""Moving a store to another embedding space: the old one serves until the switch, and an interrupted move resumes."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.core.chunking import SentenceRule
from app.core.errors import Conflict, UpstreamAway, UpstreamFailed
from app.core.searches import SearchOptions
from app.core.types import Caller, EmbeddingSpace
from app.db.database import Database
from app.ingest.embedding import ChunkEmbedder
from app.ingest.queued import QueuedIngest
from app.jobs.worker import Worker
from app.library.ingest import IngestFile
from app.models import VectorStore
from app.providers.base import EmbeddingProvider
from app.providers.fallback.embeddings import MODEL, FallbackEmbeddings
from app.retrieval.plan import QueryEmbedder
from app.retrieval.search import Retrieval, Retriever, SearchRequest
from app.upkeep.reembedding import Reembedding
from tests.conftest import MakeServer, sdk
from tests.factories import engine_of, make_index_care, make_ingest, make_pipeline, make_store_with

TEXTS = [f"Rule {number}: on subject {number * 7} one fills in form {number * 31}." for number in range(300)]
SMALL = EmbeddingSpace(MODEL, 256)


class FailingEmbeddings(FallbackEmbeddings):
    """The fallback, failing after a number of texts. It counts those that it embeds."""

    def __init__(self, *, fails_after: int | None = None) -> None:
        super().__init__()
        self.fails_after = fails_after
        self.embedded = 0

    async def embed(self, texts: Any, **options: Any) -> Any:
        if self.fails_after is not None and self.embedded >= self.fails_after:
            raise UpstreamFailed("The upstream is away.")
        self.embedded += len(texts)
        return await super().embed(texts, **options)


def mover(db: Database, embeddings: EmbeddingProvider | None = None) -> Reembedding:
    embedder = ChunkEmbedder(db, embeddings or FallbackEmbeddings())
    return Reembedding(db, embedder, db.system("index care").vector_indexes)


@pytest.fixture
async def store(db: Database, tmp_path: Path) -> VectorStore:
    """A store of thirty files of ten chunks each."""
    texts = ["\n".join(TEXTS[first : first + 10]) for first in range(0, len(TEXTS), 10)]
    ingest = make_ingest(db, chunking=SentenceRule(60, 0))
    made, _ = await make_store_with(db, texts, folder=tmp_path, ingest=ingest)
    return made


async def current(db: Database, caller: Caller, store: VectorStore) -> VectorStore:
    async with db.project(caller.project_id).read() as snapshot:
        return await snapshot.vector_stores.get(store.public_id)


async def search(db: Database, caller: Caller, store: VectorStore, **fields: Any) -> Retrieval:
    retriever = Retriever(db, QueryEmbedder(FallbackEmbeddings()))
    query = "Which form is filled in on subject 2093?"
    return await retriever.search(
        caller, SearchRequest((query,), SearchOptions((store.public_id,), **fields))
    )


async def dimensions(db: Database) -> set[int]:
    async with engine_of(db).connect() as connection:
        return set(await connection.scalars(text("select distinct vector_dims(embedding) from chunks")))


async def count(db: Database, table: str) -> int:
    async with engine_of(db).connect() as connection:
        return int(await connection.scalar(text(f"select count(*) from {table}")) or 0)


async def test_a_store_moves_as_a_whole(db: Database, caller: Caller, store: VectorStore) -> None:
    """Every chunk is in the new space and found there; nothing is left over; the index is rebuilt."""
    await make_index_care(db, min_chunks=100).do_due()

    steps = [step async for step in mover(db).move(caller, store, SMALL)]

    assert (steps[0].done, steps[-1].done, steps[-1].total) == (0, 300, 300)
    moved = await current(db, caller, store)
    assert (moved.embedding_model, moved.dimensions, moved.next_dimensions) == (MODEL, 256, None)
    assert (moved.ivfflat_lists, await dimensions(db), await count(db, "next_embeddings")) == (None, {256}, 0)
    found = await search(db, caller, store, mode="semantic")
    assert found.snippets[0].text == TEXTS[299]
    assert found.route == "exact"  # so short that they lie in their rows
    assert await make_index_care(db, min_chunks=100).do_due() == 1


async def test_the_old_space_serves_until_the_switch(
    db: Database, caller: Caller, store: VectorStore
) -> None:
    """At every step of the way the same search finds the same; it never fails and never finds nothing."""
    found = []
    async for _ in mover(db).move(caller, store, SMALL):
        found.append((await search(db, caller, store)).snippets[0].text)  # noqa: PERF401 - amid the move
    found.append((await search(db, caller, store)).snippets[0].text)

    assert len(found) >= 3
    assert set(found) == {TEXTS[299]}


async def test_searches_during_a_move_never_fail(db: Database, caller: Caller, store: VectorStore) -> None:
    """Searches all the while, as fast as they go, through a move there and back."""
    stop = asyncio.Event()
    texts: list[str] = []

    async def keep_searching() -> None:
        while not stop.is_set():
            texts.append((await search(db, caller, store, mode="semantic")).snippets[0].text)

    searchers = [asyncio.create_task(keep_searching()) for _ in range(3)]
    for space in (SMALL, EmbeddingSpace(MODEL, 1536), SMALL):
        store = await current(db, caller, store)
        async for _ in mover(db).move(caller, store, space):
            pass
    stop.set()
    await asyncio.gather(*searchers)

    assert set(texts) == {TEXTS[299]}


async def test_an_interrupted_move_resumes(db: Database, caller: Caller, store: VectorStore) -> None:
    """What was embedded is not embedded again; until the end the store stays as it was."""
    failing = FailingEmbeddings(fails_after=256)
    with pytest.raises(UpstreamAway):
        async for _ in mover(db, failing).move(caller, store, SMALL):
            pass
    assert (await current(db, caller, store)).dimensions == 1536
    async with engine_of(db).begin() as connection:
        await connection.execute(text("delete from embedding_cache"))

    going_on = FailingEmbeddings()
    steps = [step async for step in mover(db, going_on).move(caller, store, SMALL)]

    assert (steps[0].done, going_on.embedded) == (256, 44)
    assert (await current(db, caller, store)).dimensions == 256


async def test_another_target_starts_from_the_beginning(
    db: Database, caller: Caller, store: VectorStore
) -> None:
    """Embeddings for one space are not used for the other."""
    with pytest.raises(UpstreamAway):
        async for _ in mover(db, FailingEmbeddings(fails_after=256)).move(caller, store, SMALL):
            pass

    steps = [step async for step in mover(db).move(caller, store, EmbeddingSpace(MODEL, 128))]

    assert steps[0].done == 0
    assert await dimensions(db) == {128}


async def test_files_added_during_the_move_are_moved_too(
    db: Database, caller: Caller, store: VectorStore, tmp_path: Path
) -> None:
    """They are read in the old space, and moved before the switch."""
    steps = mover(db).move(caller, store, SMALL)
    await anext(steps)
    new = ["Rule 1000: on subject 7000 one fills in form 31000."]
    await make_store_with(db, new, folder=tmp_path, name="store")
    async for _ in steps:
        pass

    assert await dimensions(db) == {256}
    assert (await current(db, caller, store)).chunk_count == 301


async def test_a_file_read_in_the_old_space_does_not_land_in_the_new(
    db: Database, caller: Caller, store: VectorStore
) -> None:
    """Its store has moved while it was read: it is taken up again, and nothing is mixed."""
    async for _ in mover(db).move(caller, store, SMALL):
        pass
    async with db.project(caller.project_id).write() as tx:
        bound = await tx.vector_stores.bind_space(store.id, EmbeddingSpace(MODEL, 1536))

    assert (bound.embedding_model, bound.dimensions) == (MODEL, 256)


async def test_no_index_of_the_old_space_is_built_during_a_move(
    db: Database, caller: Caller, store: VectorStore
) -> None:
    """It would refuse the new embeddings. Index care waits, and the switch succeeds."""
    keeper = make_index_care(db, min_chunks=100)
    built = []
    async for _ in mover(db).move(caller, store, SMALL):
        built.append(await keeper.do_due())  # noqa: PERF401 - amid the move

    assert sum(built) == 0
    assert await dimensions(db) == {256}
    assert await keeper.do_due() == 1


async def test_a_move_waits_for_whoever_builds(db: Database, caller: Caller, store: VectorStore) -> None:
    """An index that is being built in the old space is dropped once it is there."""
    indexes = db.system("index care").vector_indexes
    async with indexes._building() as held:
        assert held is not None
        moving = asyncio.create_task(drain(mover(db).move(caller, store, SMALL)))
        await asyncio.sleep(1.5)
        assert not moving.done()
    await moving

    assert await dimensions(db) == {256}


@contextlib.asynccontextmanager
async def held(db: Database, store: VectorStore) -> AsyncIterator[None]:
    """Hold the store's row as a switch does, for longer than a transaction waits for a lock."""
    query = text("select from vector_stores where id = :id for no key update")
    async with engine_of(db).begin() as connection:
        await connection.execute(query, {"id": store.id})
        yield
        await asyncio.sleep(4)


async def test_a_switch_waits_for_whoever_holds_the_store(
    db: Database, caller: Caller, store: VectorStore
) -> None:
    """A killed command's statement may hold it: the move succeeds once that statement has ended."""
    async with held(db, store):
        steps = mover(db).move(caller, store, SMALL)
        moving = asyncio.create_task(drain(steps))
        await asyncio.sleep(0)
    await moving

    assert await dimensions(db) == {256}
    assert (await current(db, caller, store)).dimensions == 256


async def test_two_moves_at_once_are_one(db: Database, caller: Caller, store: VectorStore) -> None:
    """The second one finds the switch done."""
    await asyncio.gather(*(drain(mover(db).move(caller, store, SMALL)) for _ in range(2)))

    assert await dimensions(db) == {256}
    moved = await current(db, caller, store)
    assert (moved.dimensions, moved.next_dimensions, await count(db, "next_embeddings")) == (256, None, 0)


async def test_searches_of_an_expiring_store_do_not_wait_for_the_switch(
    db: Database, caller: Caller, store: VectorStore
) -> None:
    """They would note that the store is in use; one of the next will."""
    async with engine_of(db).begin() as connection:
        stale = "update vector_stores set expires_after_days = 7, last_active_at = now() - interval '1 day'"
        await connection.execute(text(stale))
    before = (await current(db, caller, store)).last_active_at

    async with held(db, store):
        amid = await search(db, caller, store, mode="semantic")
        untouched = (await current(db, caller, store)).last_active_at
    after = await search(db, caller, store, mode="semantic")

    assert amid.snippets[0].text == after.snippets[0].text == TEXTS[299]
    assert untouched == before
    assert (await current(db, caller, store)).last_active_at != before


async def test_a_file_that_is_read_during_the_switch_is_completed_after_it(
    db: Database, caller: Caller, store: VectorStore, tmp_path: Path
) -> None:
    """It waits, is given back to the queue without a mark against it, and is read in the new space."""
    async with held(db, store):
        path = tmp_path / "late.txt"
        path.write_text("Rule 2000: it came late.", encoding="utf-8")
        library = make_ingest(db)
        submitted = await library.submit(caller, store, IngestFile(path, "late.txt"))
        queued = QueuedIngest(db, make_pipeline(db))
        worker = Worker(db.system("queue").jobs, queued.run)
        working = asyncio.create_task(worker.run())
    await drain(mover(db).move(caller, store, SMALL))
    (read,) = await library.wait(caller, [submitted], seconds=120)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)

    assert (read.membership.status, read.membership.attempts) == ("completed", 1)
    assert await dimensions(db) == {256}


async def drain(steps: AsyncIterator[object]) -> None:
    async for _ in steps:
        pass


async def test_a_model_that_is_not_served_is_a_conflict(
    db: Database, caller: Caller, store: VectorStore
) -> None:
    """Before anything is done."""
    with pytest.raises(Conflict):
        async for _ in mover(db).move(caller, store, EmbeddingSpace("elsewhere", 256)):
            pass

    assert (await current(db, caller, store)).next_dimensions is None


async def test_stores_are_found_by_name_and_by_need(db: Database, caller: Caller, store: VectorStore) -> None:
    """Those that are there already are left out, and those without a chunk."""
    async with db.project(caller.project_id).write() as tx:
        await tx.vector_stores.create(name="empty")
    moving = mover(db)

    assert [found.id for found in await moving.find_stores(caller, [], SMALL)] == [store.id]
    assert [found.id for found in await moving.find_stores(caller, ["store"], SMALL)] == [store.id]
    assert await moving.find_stores(caller, [], EmbeddingSpace(MODEL, 1536)) == []
    assert await moving.find_stores(caller, ["empty"], SMALL) == []


def test_the_command_moves_what_a_running_server_serves(make_server: MakeServer, clean_url: str) -> None:
    """The server answers before and after, with the same snippets, without a restart."""
    server = make_server()
    client = sdk(server.v1)
    body = {"texts": [{"text": line, "filename": f"{n}.txt"} for n, line in enumerate(TEXTS[:50])]}
    answer = httpx.post(f"{server.v1}/ingest", json=body, timeout=60)
    store = answer.raise_for_status().json()["vector_store_id"]
    before = client.vector_stores.search(store, query="Which form for subject 343?").data[0].content[0].text
    command = [sys.executable, "-m", "app", "reembed", "--model", MODEL, "--dimensions", "256", "--json"]

    done = subprocess.run(
        command,
        env=os.environ | {"DATABASE_URL": clean_url.replace("+psycopg", "")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "model": MODEL,
        "dimensions": 256,
        "vector_stores": [{"id": store, "name": "default"}],
    }
    after = client.vector_stores.search(store, query="Which form for subject 343?").data[0].content[0].text
    assert before == after == TEXTS[49]
