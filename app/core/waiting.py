"""Who may wait, and for what: a gate with a bounded queue, nothing slow inside a transaction, no replica that was lost.

And one look for all who ask the same, and a deadline that holds for what cannot be cancelled at once.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from cachetools import TTLCache

from app.core.errors import Overloaded

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

_inside_transaction: ContextVar[bool] = ContextVar("inside_transaction", default=False)
_on_primary: ContextVar[bool] = ContextVar("on_primary", default=False)


@contextmanager
def transaction_scope() -> Iterator[None]:
    """Mark the task as inside a transaction until the block ends."""
    token = _inside_transaction.set(True)
    try:
        yield
    finally:
        _inside_transaction.reset(token)


def refuse_inside_transaction(what: str) -> None:
    """Raise RuntimeError if a transaction is open: no connection may wait for a model, a file or a sleep."""
    if _inside_transaction.get():
        raise RuntimeError(f"{what} was called inside a database transaction")


@contextmanager
def primary_scope() -> Iterator[None]:
    """Let all reads of the task go to the primary until the block ends."""
    token = _on_primary.set(True)
    try:
        yield
    finally:
        _on_primary.reset(token)


def reads_on_primary() -> bool:
    """Whether reads are to go to the primary."""
    return _on_primary.get()


async def within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` returns, or raise TimeoutError when that takes longer.

    What is late is cancelled, and goes on alone until it has ended: to cancel a statement, the driver asks PostgreSQL
    for up to five seconds more.
    """
    working = asyncio.create_task(work)
    # Nobody may be there for a failure that comes late.
    working.add_done_callback(lambda done: done.cancelled() or done.exception())
    try:
        await asyncio.wait({working}, timeout=seconds)
        if not working.done():
            raise TimeoutError
        return working.result()
    finally:
        working.cancel()


def check_cancelled() -> None:
    """Raise CancelledError if the task has been told to end.

    For loops that go on after errors: an error on the way out, of a connection that is closed, takes the cancellation's place.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


_LONGEST_WAIT_SECONDS = 1.5
# How much the latest turn counts in what a turn is taken to last.
_LATEST = 0.2


class Gate:
    """Lets a limited number through at once. Of the others those wait who will get a place within a second and a half.

    How long that takes is known from how long places were held lately. Whoever would wait longer is refused at once.
    """

    def __init__(self, places: int, *, queue: int = 64, refusal: str) -> None:
        self._count = places
        self._places = asyncio.Semaphore(places)
        self._longest_queue = queue
        self._waiting = 0
        self._turn_seconds = 0.0
        self._refusal = refusal

    def place(self) -> "_Place":
        """Hold one of the places in a block; raises Overloaded when none will come free in time, or none did."""
        return _Place(self)

    async def enter(self) -> None:
        """Take a place, as `place` does. Whoever took it must `leave`."""
        if not self._places.locked():
            await self._places.acquire()
            return
        if self._is_hopeless():
            raise self._overloaded()
        self._waiting += 1
        try:
            async with asyncio.timeout(_LONGEST_WAIT_SECONDS):
                await self._places.acquire()
        except TimeoutError:
            raise self._overloaded() from None
        finally:
            self._waiting -= 1

    def leave(self, *, held_seconds: float) -> None:
        """Give a place back."""
        self._places.release()
        self._learn(held_seconds)

    def _is_hopeless(self) -> bool:
        expected_seconds = self._turn_seconds * (self._waiting + 1) / self._count
        return self._waiting >= self._longest_queue or expected_seconds > _LONGEST_WAIT_SECONDS

    def _learn(self, seconds: float) -> None:
        weight = _LATEST if self._turn_seconds else 1.0
        self._turn_seconds += weight * (seconds - self._turn_seconds)

    def _overloaded(self) -> Overloaded:
        return Overloaded(self._refusal, code="overloaded", retry_after_seconds=1)


class _Place:
    """A place that is held for a block."""

    __slots__ = ("_began", "_gate")

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._began = 0.0

    async def __aenter__(self) -> None:
        await self._gate.enter()
        self._began = time.monotonic()

    async def __aexit__(self, *_: object) -> None:
        self._gate.leave(held_seconds=time.monotonic() - self._began)


_MOST_REMEMBERED = 10_000


class Remembered(Generic[K, T]):
    """Answers by name, each good for some seconds. Callers that ask for one name at once wait for a single look."""

    def __init__(self, look: Callable[[K], Awaitable[T]], *, seconds: float) -> None:
        self._look = look
        self._known: TTLCache[K, T] = TTLCache(_MOST_REMEMBERED, seconds)
        self._looking: dict[K, asyncio.Future[T]] = {}

    async def get(self, name: K) -> T:
        """Return what is known of a name. Raises what the look raises."""
        try:
            return self._known[name]
        except KeyError:
            pass
        looking = self._looking.get(name)
        if looking is None:
            looking = asyncio.ensure_future(self._look(name))
            self._looking[name] = looking
            looking.add_done_callback(lambda done: self._note(name, done))
        # The look goes on for the others when one caller hangs up.
        return await asyncio.shield(looking)

    def forget_all(self) -> None:
        """Look again the next time. What is being looked up now may be older already, and is not kept."""
        self._known.clear()
        self._looking.clear()

    def _note(self, name: K, done: asyncio.Future[T]) -> None:
        if self._looking.get(name) is not done:
            return
        del self._looking[name]
        if not done.cancelled() and done.exception() is None:
            self._known[name] = done.result()
