"""A gate: lets a limited number through at once, lets others wait for a moment, and tells the rest to come back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.core.errors import Overloaded

_LONGEST_WAIT_SECONDS = 2.0


class Gate:
    """Lets a limited number through at once. A limited number of others waits for two seconds at most."""

    def __init__(self, places: int, *, queue: int = 64, refusal: str) -> None:
        self._places = asyncio.Semaphore(places)
        self._longest_queue = queue
        self._waiting = 0
        self._refusal = refusal

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold one of the places; raise Overloaded when too many wait already, or none came free in time."""
        await self._enter()
        try:
            yield
        finally:
            self._places.release()

    async def _enter(self) -> None:
        if self._waiting >= self._longest_queue:
            raise self._overloaded()
        self._waiting += 1
        try:
            async with asyncio.timeout(_LONGEST_WAIT_SECONDS):
                await self._places.acquire()
        except TimeoutError:
            raise self._overloaded() from None
        finally:
            self._waiting -= 1

    def _overloaded(self) -> Overloaded:
        return Overloaded(self._refusal, code="overloaded", retry_after_seconds=1)
