"""Recorded retrievals: written together after their answers, lost by nobody."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import text

from app.core import ids
from app.core.errors import NotFound
from app.core.searches import SearchOptions
from app.core.types import Caller
from app.db.database import Database
from app.library.files import FileLibrary
from app.models import RetrievalRecord
from app.providers.fallback.embeddings import FallbackEmbeddings
from app.retrieval.plan import QueryEmbedder
from app.retrieval.records import RetrievalLog
from app.retrieval.search import Retrieval, Retriever, SearchRequest
from tests.factories import engine_of, make_store_with


def make_retrieval(question: str = "leave") -> Retrieval:
    return Retrieval(ids.make_retrieval_id(), (question,), "exact", "hybrid", asked=(question,))


async def test_records_of_one_moment_are_written_together(db: Database, caller: Caller) -> None:
    """Forty at once are written without anybody asking for them, in a few transactions."""
    records = RetrievalLog(db)
    retrievals = [make_retrieval() for _ in range(40)]

    await asyncio.gather(*(records.record(caller, retrieval) for retrieval in retrievals))

    written = [retrieval.retrieval_id for retrieval in retrievals]
    query = text("select count(*), count(distinct xmin::text) from retrievals where public_id = any(:ids)")
    count = transactions = 0
    async with asyncio.timeout(60):
        while count < 40:
            await asyncio.sleep(0.1)
            async with engine_of(db).connect() as connection:
                count, transactions = (await connection.execute(query, {"ids": written})).one()
    assert transactions <= 3
    await records.close()


class NotedLog(RetrievalLog):
    """Retrievals, and the requests that they were written for, as log lines would name them."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.requests: list[str | None] = []
        self.written = asyncio.Event()

    async def _write(self, project_id: str, batch: dict[str, dict[str, Any]]) -> None:
        self.requests.append(structlog.contextvars.get_contextvars().get("request_id"))
        await super()._write(project_id, batch)
        self.written.set()


async def test_the_records_of_many_requests_are_written_for_none_of_them(
    db: Database, caller: Caller
) -> None:
    """A warning about them does not name the request that happened to be the first."""
    records = NotedLog(db)
    with structlog.contextvars.bound_contextvars(request_id="req_first"):
        await records.record(caller, make_retrieval())

    async with asyncio.timeout(60):
        await records.written.wait()
    await records.close()

    assert records.requests == [None]


async def test_an_answer_does_not_wait_for_its_record(db: Database, caller: Caller) -> None:
    """While the table is locked, searches go on; who asks for a record waits for it and gets it."""
    records = RetrievalLog(db)
    retrieval = make_retrieval()
    async with engine_of(db).begin() as blocker:
        await blocker.execute(text("lock table retrievals in exclusive mode"))
        async with asyncio.timeout(0.2):
            await records.record(caller, retrieval)
        asked = asyncio.create_task(records.retrieve(caller, retrieval.retrieval_id))
        await asyncio.sleep(0.3)
        assert not asked.done()

    assert (await asked).record["queries"] == ["leave"]


async def test_another_replica_waits_for_a_record_that_is_on_its_way(
    db: Database, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client may ask any replica for the retrieval that it was just answered with."""
    monkeypatch.setattr("app.retrieval.records._PAUSES", (0.05,) * 600)
    here, there = RetrievalLog(db), RetrievalLog(db)
    retrieval = make_retrieval()

    await here.record(caller, retrieval)

    assert (await there.retrieve(caller, retrieval.retrieval_id)).record["queries"] == ["leave"]


class CountedLog(RetrievalLog):
    """Retrievals, and how often one was looked for."""

    looks = 0

    async def _get(self, caller: Caller, retrieval_id: str) -> RetrievalRecord:
        self.looks += 1
        return await super()._get(caller, retrieval_id)


async def test_an_id_that_is_not_young_is_not_waited_for(db: Database, caller: Caller) -> None:
    """Whatever it looks like. One that was made just now is."""
    looks = {}
    for retrieval_id in (ids.make_retrieval_id(), "ret_nope", "ret_ü", "", f"ret_{'A' * 24}", "x" * 500):
        records = CountedLog(db)
        with pytest.raises(NotFound):
            await records.retrieve(caller, retrieval_id)
        looks[retrieval_id] = records.looks

    assert list(looks.values()) == [5, 1, 1, 1, 1, 1]


async def test_what_is_left_is_written_when_the_server_stops(db: Database, caller: Caller) -> None:
    """Even the record of the last answer before the stop."""
    records = RetrievalLog(db)
    retrieval = make_retrieval()
    await records.record(caller, retrieval)

    await records.close()

    async with db.project(caller.project_id).read() as snapshot:
        assert (await snapshot.retrievals.get(retrieval.retrieval_id)).record["queries"] == ["leave"]


async def test_who_hangs_up_takes_no_record_along(db: Database, caller: Caller) -> None:
    """The one that writes for all is cancelled during its work: the records are written all the same."""
    records = RetrievalLog(db)
    retrievals = [make_retrieval() for _ in range(3)]
    async with engine_of(db).begin() as blocker:
        await blocker.execute(text("lock table retrievals in exclusive mode"))
        for retrieval in retrievals:
            await records.record(caller, retrieval)
        asked = asyncio.create_task(records.retrieve(caller, retrievals[0].retrieval_id))
        await asyncio.sleep(0.05)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked

    for retrieval in retrievals:
        await records.retrieve(caller, retrieval.retrieval_id)


async def test_a_late_record_quotes_no_file_that_is_gone(
    db: Database, caller: Caller, tmp_path: Path
) -> None:
    """A file is deleted between a search and the writing of its record: its text is not kept."""
    store, (entry,) = await make_store_with(db, ["Leave lasts nine months."], folder=tmp_path)
    records, retriever = RetrievalLog(db), Retriever(db, QueryEmbedder(FallbackEmbeddings()))
    found = await retriever.search(caller, SearchRequest(("leave",), SearchOptions((store.public_id,))))

    await FileLibrary(db).delete(caller, entry.file.public_id)
    await records.record(caller, found)

    (chunk,) = (await records.retrieve(caller, found.retrieval_id)).record["chunks"]
    assert (chunk["file_id"], chunk["text"], chunk["deleted"]) == (entry.file.public_id, None, True)


async def test_what_postgresql_cannot_hold_spoils_no_record(db: Database, caller: Caller) -> None:
    """A NUL in a question, or what looks like an escaped one, is no reason to lose it."""
    records = RetrievalLog(db)
    retrieval = make_retrieval("nine\x00 months of \\u0000")

    await records.record(caller, retrieval)

    assert (await records.retrieve(caller, retrieval.retrieval_id)).record["queries"] == [
        "nine months of \\u0000"
    ]
    with pytest.raises(NotFound):
        await records.retrieve(Caller("proj_other"), retrieval.retrieval_id)
