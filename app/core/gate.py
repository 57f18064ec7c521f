"""A gate: lets a limited number through at once, lets others wait for a moment, and tells the rest to come back."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.core.errors import Overloaded

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

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold one of the places; raise Overloaded when none will come free in time, or none did."""
        await self._enter()
        began = time.monotonic()
        try:
            yield
        finally:
            self._places.release()
            self._learn(time.monotonic() - began)

    async def _enter(self) -> None:
        if self._places.locked() and self._is_hopeless():
            raise self._overloaded()
        self._waiting += 1
        try:
            async with asyncio.timeout(_LONGEST_WAIT_SECONDS):
                await self._places.acquire()
        except TimeoutError:
            raise self._overloaded() from None
        finally:
            self._waiting -= 1

    def _is_hopeless(self) -> bool:
        expected_seconds = self._turn_seconds * (self._waiting + 1) / self._count
        return self._waiting >= self._longest_queue or expected_seconds > _LONGEST_WAIT_SECONDS

    def _learn(self, seconds: float) -> None:
        weight = _LATEST if self._turn_seconds else 1.0
        self._turn_seconds += weight * (seconds - self._turn_seconds)

    def _overloaded(self) -> Overloaded:
        return Overloaded(self._refusal, code="overloaded", retry_after_seconds=1)
