"""Remembers what was looked up for a few seconds, so that a busy caller costs one look and not one for each request."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from cachetools import TTLCache

T = TypeVar("T")

_MOST = 10_000


class Remembered(Generic[T]):
    """Answers by name, each good for some seconds. Callers that ask for one name at once wait for a single look."""

    def __init__(self, look: Callable[[str], Awaitable[T]], *, seconds: float) -> None:
        self._look = look
        self._known: TTLCache[str, T] = TTLCache(_MOST, seconds)
        self._looking: dict[str, asyncio.Future[T]] = {}

    async def get(self, name: str) -> T:
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

    def _note(self, name: str, done: asyncio.Future[T]) -> None:
        if self._looking.get(name) is not done:
            return
        del self._looking[name]
        if not done.cancelled() and done.exception() is None:
            self._known[name] = done.result()
