"""The gate: places, a bounded queue, and an error for everybody else."""

import asyncio
from contextlib import closing

import pytest

from app.core import waiting as gates
from app.core.errors import Overloaded
from app.core.waiting import Gate, within


async def hold(gate: Gate, until: asyncio.Event) -> None:
    async with gate.place():
        await until.wait()


async def refused_at_once(gate: Gate) -> None:
    """Ask for a place, and check that it is refused without a single turn of the loop."""
    entering = gate.place().__aenter__()
    with closing(entering.__await__()) as steps, pytest.raises(Overloaded):
        next(steps)


class Clock:
    """A clock that a test sets."""

    seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds


async def test_beyond_the_places_callers_are_asked_to_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full gate is an error after the wait; a place that comes free is taken."""
    monkeypatch.setattr(gates, "_LONGEST_WAIT_SECONDS", 0.1)
    gate = Gate(1, refusal="full")

    async with gate.place():
        with pytest.raises(Overloaded) as error:
            async with gate.place():
                pytest.fail("there was no place")
    monkeypatch.setattr(gates, "_LONGEST_WAIT_SECONDS", 30.0)
    async with gate.place():
        pass

    assert (error.value.retry_after_seconds, error.value.code, error.value.message) == (
        1,
        "overloaded",
        "full",
    )


async def test_behind_a_full_queue_nobody_waits() -> None:
    """One place, sixty-four who wait, and the next is refused at once. The queue serves everyone who is in it."""
    gate, until = Gate(1, refusal="full"), asyncio.Event()
    tasks = [asyncio.create_task(hold(gate, until)) for _ in range(65)]
    await asyncio.sleep(0)

    await refused_at_once(gate)

    until.set()
    await asyncio.gather(*tasks)
    await hold(gate, until)


async def test_who_leaves_the_queue_takes_no_place() -> None:
    """A client that hangs up while it waits makes room."""
    gate, until = Gate(1, refusal="full"), asyncio.Event()
    tasks = [asyncio.create_task(hold(gate, until)) for _ in range(65)]
    await asyncio.sleep(0)
    tasks[-1].cancel()
    await asyncio.sleep(0)

    late = asyncio.create_task(hold(gate, until))
    until.set()
    await asyncio.gather(*tasks[:-1], late)


async def test_nobody_waits_who_would_wait_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fifth who waits would get a place after five turns: beyond the bound of four and a half it is refused at once."""
    gate, until = Gate(1, refusal="full"), asyncio.Event()
    monkeypatch.setattr(gates, "time", clock := Clock())
    async with gate.place():
        clock.seconds += 10
    monkeypatch.setattr(gates, "_LONGEST_WAIT_SECONDS", 45.0)
    tasks = [asyncio.create_task(hold(gate, until)) for _ in range(5)]
    await asyncio.sleep(0)

    await refused_at_once(gate)

    until.set()
    await asyncio.gather(*tasks)
    for _ in range(40):
        await hold(gate, until)
    tasks = [asyncio.create_task(hold(gate, until)) for _ in range(20)]
    await asyncio.gather(*tasks)


async def test_a_deadline_holds_for_what_cannot_be_cancelled_at_once() -> None:
    """Work that is late is told to stop, and is not waited for, as the driver would wait for a PostgreSQL that does not answer."""
    told, go_on, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def stubborn() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            told.set()
            await go_on.wait()
            ended.set()

    with pytest.raises(TimeoutError):
        await within(0.01, stubborn())

    assert not told.is_set(), "the answer comes first"
    await told.wait()
    assert not ended.is_set()
    go_on.set()
    await ended.wait()


async def test_within_its_deadline_work_answers_and_fails_as_it_is() -> None:
    async def work(*, fails: bool) -> int:
        if fails:
            raise Overloaded("full")
        return 5

    assert await within(30, work(fails=False)) == 5
    with pytest.raises(Overloaded, match="full"):
        await within(30, work(fails=True))
