"""Index care: built when it is time, measured, rebuilt on drift, dropped when its store is gone."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import openai
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.core import telemetry
from app.core.types import Caller
from app.db.candidates import SearchSpec, SemanticLeg
from app.db.database import Database
from app.db.engine import DatabaseUrls
from app.db.vector_indexes import StoreIndex
from app.providers.fallback.embeddings import FallbackEmbeddings
from app.upkeep.index_care import IndexCare
from tests.conftest import MakeServer, sdk
from tests.factories import engine_of, make_filled_store, make_index_care
from tests.processes import wait_until


async def test_an_index_comes_by_itself_once_the_store_is_large_enough(db: Database, caller: Caller) -> None:
    """Below the border nothing is built; past it once; after doubling again."""
    await make_filled_store(db, caller, rows=300)

    assert await make_index_care(db, min_chunks=301).do_due() == 0
    assert await make_index_care(db, min_chunks=300).do_due() == 1
    assert await make_index_care(db, min_chunks=300).do_due() == 0
    (entry,) = await make_index_care(db).status()
    assert (entry.lists, entry.chunks_at_build) == (17, 300)


async def test_searches_go_before_a_build(clean_url: str, caller: Caller, tmp_path: Path) -> None:
    """The process of the embedded PostgreSQL that builds has a lower priority than those that search."""
    database = Database.connect(DatabaseUrls(clean_url, clean_url, tmp_path))
    try:
        await make_filled_store(database, caller, rows=300)
        async with engine_of(database).connect() as writer, engine_of(database).connect() as searcher:
            # A build waits for those who write.
            await writer.execute(text("lock table chunks in row exclusive mode"))
            building = asyncio.create_task(make_index_care(database, min_chunks=300).do_due())
            builder = await builder_of(searcher)
            searches = await searcher.scalar(text("select pg_backend_pid()"))
            niceness = [os.getpriority(os.PRIO_PROCESS, process) for process in (searches, builder)]
        built = await building
    finally:
        await database.close()

    assert built == 1
    assert niceness[1] == niceness[0] + 10


async def builder_of(connection: AsyncConnection) -> int:
    """Return the process of PostgreSQL that builds an index, as soon as there is one."""
    query = text("""
        select pid from pg_stat_activity where datname = current_database() and query like 'create index concurrently %'""")
    async with asyncio.timeout(30):
        while True:
            process = await connection.scalar(query)
            # The next transaction sees what happened meanwhile.
            await connection.rollback()
            if process is not None:
                return int(process)
            await asyncio.sleep(0.05)


async def test_a_deleted_stores_index_goes(db: Database, caller: Caller) -> None:
    """The next look drops it, and the indexes of living stores stay."""
    gone, _ = await make_filled_store(db, caller, rows=300)
    keeper = make_index_care(db, min_chunks=300)
    assert await keeper.do_due() == 1
    async with db.project(caller.project_id).write() as tx:
        await tx.vector_stores.delete(gone)
    await make_filled_store(db, caller, rows=300, name="living")
    assert await index_count(db) == 1

    assert await keeper.do_due() == 1
    assert await index_count(db) == 1
    assert await keeper.do_due() == 0
    assert await index_count(db) == 1


async def index_count(db: Database) -> int:
    async with engine_of(db).connect() as connection:
        query = text("select count(*) from pg_indexes where indexname like 'chunks_ivfflat_%'")
        return int(await connection.scalar(query) or 0)


async def test_lists_can_be_pinned(db: Database, caller: Caller) -> None:
    """PGVECTOR_IVFFLAT_LISTS as a number is what the index is built with."""
    await make_filled_store(db, caller, rows=300)
    keeper = make_index_care(db, min_chunks=1, lists=23)

    assert await keeper.do_due() == 1

    (entry,) = await keeper.status()
    assert entry.lists == 23


async def the_index(keeper: IndexCare) -> StoreIndex:
    (entry,) = await keeper.status()
    return entry


async def execute(db: Database, statement: str) -> None:
    async with engine_of(db).begin() as connection:
        await connection.execute(text(statement))


async def test_an_index_is_measured_and_serves_when_it_pays(db: Database, caller: Caller) -> None:
    """Probes are the fewest that find .97; the store knows what was measured, and whether searches go through it."""
    store, _ = await make_filled_store(db, caller)
    keeper = make_index_care(db, min_chunks=3_000)

    await keeper.do_due()

    entry = await the_index(keeper)
    assert entry.recall is not None
    assert entry.recall >= 0.97
    assert 1 <= (entry.probes or 0) <= (entry.lists or 0) == 55
    assert entry.serves == ((entry.gain or 0) > 1)
    async with db.project(caller.project_id).read() as snapshot:
        assert (await snapshot.vector_stores.get(store.public_id)).ivfflat_probes == entry.probes


async def test_searches_for_few_chunks_find_as_much_as_was_measured(db: Database, caller: Caller) -> None:
    """An index is read until there are candidates enough. Measured with more of them, one list would seem to be enough here."""
    store, vectors = await make_filled_store(db, caller, rows=600)
    keeper = make_index_care(db, min_chunks=100)
    await keeper.do_due()
    entry = await the_index(keeper)

    shared = 0
    async with db.project(caller.project_id).read() as snapshot:
        for query in vectors[::20]:
            exact, quick = [
                await snapshot.chunk_search.find_candidates(SearchSpec((store.id,), limit, leg))
                for limit, leg in (
                    (10, SemanticLeg(query, "exact")),
                    (50, SemanticLeg(query, "ivfflat", entry.probes or 0)),
                )
            ]
            shared += len({each.key for each in exact} & {each.key for each in quick})

    assert (entry.probes or 0) > 1
    assert shared / 300 >= 0.95


async def test_a_grown_store_gets_a_new_index_in_place_of_the_old(db: Database, caller: Caller) -> None:
    """Twice the chunks: more lists, under the same name, and measured again."""
    await make_filled_store(db, caller, rows=1_000)
    keeper = make_index_care(db, min_chunks=1_000)
    await keeper.do_due()
    await execute(
        db,
        """insert into chunks (vector_store_id, file_id, ordinal, project_id, content, content_sha256, char_start,
             char_end, embedding)
           select vector_store_id, file_id, ordinal + 10000, project_id, content, content_sha256, char_start, char_end,
             embedding from chunks""",
    )
    await execute(db, "update vector_stores set chunk_count = 2000")

    assert await keeper.do_due() == 1

    entry = await the_index(keeper)
    assert (entry.lists, entry.chunks_at_build, entry.chunks_at_check) == (45, 2_000, 2_000)
    assert await index_count(db) == 1
    assert await keeper.do_due() == 0


async def test_a_changed_store_is_measured_again(db: Database, caller: Caller) -> None:
    """A fifth more chunks: the probes are looked at; the index stays while it finds enough."""
    await make_filled_store(db, caller, rows=1_000)
    keeper = make_index_care(db, min_chunks=500)
    await keeper.do_due()
    await execute(db, "update vector_stores set chunk_count = 1200, ivfflat_probes = 32")

    assert await keeper.do_due() == 0

    assert (await the_index(keeper)).chunks_at_check == 1_200


async def test_an_index_that_finds_too_little_is_rebuilt(db: Database, caller: Caller) -> None:
    """If its recall is below .95 at its probes, it is rebuilt and does not get more probes."""
    await make_filled_store(db, caller, rows=1_000)
    keeper = make_index_care(db, min_chunks=500)
    await keeper.do_due()
    await execute(
        db, "update chunks set embedding = (select embedding from chunks order by file_id, ordinal limit 1)"
    )
    random = np.random.default_rng(5)
    topics = random.normal(size=(60, 768))
    async with engine_of(db).begin() as connection:
        rows = list(await connection.execute(text("select file_id, ordinal from chunks order by 1, 2")))
        drawn = topics[random.integers(60, size=len(rows))] + 0.7 * random.normal(size=(len(rows), 768))
        vectors = [str([round(float(value), 3) for value in vector]) for vector in drawn]
        await connection.execute(
            text("update chunks set embedding = cast(:v as halfvec) where file_id = :f and ordinal = :o"),
            [{"v": v, "f": f, "o": o} for v, (f, o) in zip(vectors, rows, strict=True)],
        )
        await connection.execute(text("update vector_stores set chunk_count = 1200, ivfflat_probes = 1"))

    assert await keeper.do_due() == 1

    entry = await the_index(keeper)
    assert entry.chunks_at_build == 1_200
    assert (entry.recall or 0) >= 0.97


async def test_a_shrunken_store_loses_its_index(db: Database, caller: Caller) -> None:
    """Half the chunks, fewer than an index is made for."""
    await make_filled_store(db, caller, rows=1_000)
    keeper = make_index_care(db, min_chunks=1_000)
    await keeper.do_due()
    await execute(db, "update vector_stores set chunk_count = 500")

    assert await keeper.do_due() == 0

    assert await index_count(db) == 0
    assert (await the_index(keeper)).lists is None


async def test_what_a_broken_build_left_behind_goes(db: Database, caller: Caller) -> None:
    """An invalid index, and the unfinished copy of a REINDEX, are dropped; the store gets its index."""
    store, _ = await make_filled_store(db, caller, rows=1_000)
    column = "(embedding::halfvec(768)) halfvec_cosine_ops"
    for name in (f"chunks_ivfflat_{store.id}", f"chunks_ivfflat_{store.id}_ccnew"):
        await execute(db, f"create index {name} on chunks using ivfflat ({column}) with (lists = 5)")
        await execute(db, f"update pg_index set indisvalid = false where indexrelid = '{name}'::regclass")

    assert await make_index_care(db, min_chunks=1_000).do_due() == 1

    assert await index_count(db) == 1
    assert (await the_index(make_index_care(db))).lists == 32


async def test_an_index_of_the_release_before_is_replaced(db: Database, caller: Caller) -> None:
    """A process of that release built it over embeddings, and it serves. This release searches their signs."""
    store, _ = await make_filled_store(db, caller, rows=1_000)
    keeper = make_index_care(db, min_chunks=1_000)
    await keeper.do_due()
    name, column = f"chunks_ivfflat_{store.id}", "(embedding::halfvec(768)) halfvec_cosine_ops"
    await execute(db, f"drop index {name}")
    await execute(
        db,
        f"create index {name} on chunks using ivfflat ({column}) with (lists = 32) where vector_store_id = {store.id}",
    )

    assert (await the_index(keeper)).lists is None
    assert await keeper.do_due() == 1

    assert (await the_index(keeper)).lists == 32
    assert await keeper.do_due() == 0


@pytest.mark.parametrize("dimensions", [16, 768])
async def test_many_lists_are_built(db: Database, caller: Caller, dimensions: int) -> None:
    """What the build needs grows with the square of the lists, whatever the dimensions: its memory is set by that."""
    await make_filled_store(db, caller, rows=8_000, dimensions=dimensions)
    keeper = make_index_care(db, min_chunks=500, lists=2_000, probes=1)

    assert await keeper.do_due() == 1

    assert (await the_index(keeper)).lists == 2_000


async def test_pins_are_followed(db: Database, caller: Caller) -> None:
    """A fixed PGVECTOR_IVFFLAT_PROBES is used, good or bad; a new value takes effect at the next look."""
    await make_filled_store(db, caller, rows=1_000)
    await make_index_care(db, min_chunks=500).do_due()

    assert await make_index_care(db, min_chunks=500, probes=3).do_due() == 0
    pinned = await the_index(make_index_care(db))
    assert await make_index_care(db, min_chunks=500, probes=3, lists=10).do_due() == 1
    rebuilt = await the_index(make_index_care(db))

    assert (pinned.probes, pinned.serves) == (3, True)
    assert (rebuilt.lists, rebuilt.probes, rebuilt.serves) == (10, 3, True)


async def test_a_pin_serves_though_measuring_chose_the_same_number(db: Database, caller: Caller) -> None:
    """An index that was not faster with 3 probes serves once 3 probes are set."""
    await make_filled_store(db, caller, rows=1_000)
    await make_index_care(db, min_chunks=500).do_due()
    await execute(db, "update vector_stores set ivfflat_probes = 3, ivfflat_serves = false")

    await make_index_care(db, min_chunks=500, probes=3).do_due()

    assert (await the_index(make_index_care(db))).serves


async def make_two_stores(db: Database, caller: Caller) -> None:
    """Make a store "broken", of which PostgreSQL refuses to index the chunks, and after it a sound one."""
    await make_filled_store(db, caller, rows=300, name="broken")
    await make_filled_store(db, caller, rows=300, name="sound")
    await execute(db, "update vector_stores set dimensions = 512 where name = 'broken'")


async def test_a_store_whose_build_fails_keeps_none_from_its_index(
    db: Database, caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    """The failure is logged with the store's id and counted, each time; the store after it is served."""
    await make_two_stores(db, caller)
    failures = telemetry.index_care_failures._value.get()
    keeper = make_index_care(db, min_chunks=300)

    assert [await keeper.do_due(), await keeper.do_due()] == [1, 0]

    broken, sound = await keeper.status()
    assert (broken.lists, sound.lists) == (None, 17)
    assert sound.recall is not None
    assert telemetry.index_care_failures._value.get() - failures == 2
    logged = [str(record.msg) for record in caplog.records if "index_care_failed" in str(record.msg)]
    assert len(logged) == 2
    assert all(broken.public_id in line and "expected 512 dimensions" in line for line in logged)


async def test_a_store_whose_check_fails_keeps_none_from_theirs(db: Database, caller: Caller) -> None:
    """PostgreSQL does not search with its probes; the index of the next store is measured."""
    await make_filled_store(db, caller, rows=300, name="broken")
    await make_filled_store(db, caller, rows=300, name="sound")
    keeper = make_index_care(db, min_chunks=300)
    assert await keeper.do_due() == 2
    await execute(db, "update vector_stores set chunk_count = 400")
    await execute(db, "update vector_stores set ivfflat_probes = 0 where name = 'broken'")

    assert await keeper.do_due() == 0

    assert [entry.chunks_at_check for entry in await keeper.status()] == [300, 400]


async def test_the_command_reports_a_failed_build_after_building_the_rest(
    db: Database, caller: Caller, clean_url: str
) -> None:
    """Exit 1 and the store's id; the sound store has its index."""
    await make_two_stores(db, caller)

    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "app", "index", "build"],
        env=os.environ | {"DATABASE_URL": clean_url, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )

    broken, sound = await make_index_care(db).status()
    assert done.returncode == 1
    assert "broken: failed: " in done.stdout
    assert "expected 512 dimensions, not 768" in done.stdout
    assert "sound: built" in done.stdout
    assert f"Not built: {broken.public_id}" in done.stderr
    assert (broken.lists, sound.lists) == (None, 17)


class CountingEmbeddings(FallbackEmbeddings):
    """The fallback, noting what it was asked to embed."""

    def __init__(self) -> None:
        super().__init__(dimensions=768)
        self.asked: list[str] = []

    async def embed(self, texts: Any, **options: Any) -> Any:
        self.asked += texts
        return await super().embed(texts, **options)


async def test_what_people_ask_measures_better_than_what_is_stored(db: Database, caller: Caller) -> None:
    """With enough recorded queries of the store alone, those are asked; each once."""
    store, _ = await make_filled_store(db, caller, rows=500)
    records = {
        f"ret_{number}": {
            "queries": [f"question {number % 40}"],
            "vector_store_ids": [store.public_id],
            "chunks": [],
        }
        for number in range(80)
    }
    elsewhere = {"queries": ["elsewhere"], "vector_store_ids": [store.public_id, "vs_b"], "chunks": []}
    await db.project(caller.project_id).retrievals.create(records | {"ret_x": elsewhere})
    embeddings = CountingEmbeddings()

    await make_index_care(db, embeddings=embeddings, min_chunks=500).do_due()

    assert sorted(embeddings.asked) == sorted(f"question {number}" for number in range(40))


@pytest.fixture
def small_index_client(make_server: MakeServer) -> openai.OpenAI:
    """A server that indexes stores of forty chunks, and reads three lists."""
    server = make_server(
        vector_index_min_chunks=40, pgvector_ivfflat_probes=3, chunk_size=100, chunk_overlap=0
    )
    return sdk(server.v1, strict=False)


def test_the_index_shows_in_the_store_the_metrics_and_the_record(small_index_client: openai.OpenAI) -> None:
    """The store's body says what serves; a search goes through it, and says so; a filtered one does not."""
    client = small_index_client
    sentences = " ".join(
        f"Rule number {number} is about the subject {number * 7}, and nothing else." for number in range(300)
    )
    store = client.vector_stores.create(name="indexed")
    assert getattr(store, "index", None) == {"state": "none"}
    client.vector_stores.files.upload_and_poll(
        vector_store_id=store.id, file=("rules.txt", sentences.encode()), attributes={"kind": "rule"}
    )

    def index() -> dict[str, Any]:
        return dict(getattr(client.vector_stores.retrieve(store.id), "index", {}))

    assert wait_until(lambda: index()["state"] == "serving"), index()
    shown = index()
    assert (shown["probes"], shown["lists"] > 3, 0 < shown["recall"] <= 1) == (3, True, True)

    def route(**options: Any) -> str:
        answer = client.chat.completions.with_raw_response.create(
            model="gpt-4o@indexed",
            messages=[{"role": "user", "content": "what is rule number 77 about"}],
            extra_body={"footnote": {"mode": "semantic", **options}},
        )
        retrieval_id = answer.headers["x-footnote-retrieval-id"]
        return str(httpx.get(f"{client.base_url}retrievals/{retrieval_id}").json()["route"])

    assert route() == "ivfflat"
    assert route(filters={"type": "eq", "key": "kind", "value": "rule"}) == "bits"
    root = str(client.base_url).removesuffix("v1/")
    assert wait_until(
        lambda: (
            f'footnote_index_probes{{vector_store_id="{store.id}"}} 3.0' in httpx.get(f"{root}metrics").text
        )
    )
