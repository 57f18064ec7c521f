"""Recorded retrievals: written together, lost by nobody."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from app.core import ids
from app.core.errors import NotFound
from app.core.types import Caller
from app.db.database import Database
from app.retrieval.records import RetrievalLog
from app.retrieval.search import Retrieval
from tests.factories import engine_of


def make_retrieval(question: str = "leave") -> Retrieval:
    return Retrieval(ids.make_retrieval_id(), (question,), "exact", "hybrid", asked=(question,))


async def test_records_that_wait_are_written_together(db: Database, caller: Caller) -> None:
    """Forty at once are all there when their calls return, in a few transactions."""
    records = RetrievalLog(db)
    retrievals = [make_retrieval() for _ in range(40)]

    await asyncio.gather(*(records.record(caller, retrieval) for retrieval in retrievals))

    written = [retrieval.retrieval_id for retrieval in retrievals]
    for retrieval_id in written:
        assert (await records.retrieve(caller, retrieval_id)).record["queries"] == ["leave"]
    async with engine_of(db).connect() as connection:
        query = text("select count(distinct xmin::text) from retrievals where public_id = any(:ids)")
        assert (await connection.scalar(query, {"ids": written}) or 0) <= 3


async def test_who_hangs_up_takes_no_other_record_along(db: Database, caller: Caller) -> None:
    """The one that writes for all is cancelled during its work: the others write for themselves."""
    records = RetrievalLog(db)
    retrievals = [make_retrieval() for _ in range(3)]
    async with engine_of(db).begin() as blocker:
        await blocker.execute(text("lock table retrievals in exclusive mode"))
        calls = [asyncio.create_task(records.record(caller, retrieval)) for retrieval in retrievals]
        await asyncio.sleep(0.2)
        calls[0].cancel()
    outcomes: list[Any] = await asyncio.gather(*calls, return_exceptions=True)

    assert isinstance(outcomes[0], asyncio.CancelledError)
    assert outcomes[1:] == [None, None]
    for retrieval in retrievals[1:]:
        await records.retrieve(caller, retrieval.retrieval_id)


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
