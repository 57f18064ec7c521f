"""Counters for limits, in memory or in Redis. While their storage is down, everything passes."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import floor
from typing import TypeVar

import structlog
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, MovingWindowSupport, SlidingWindowCounterSupport, Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from limits.storage import storage_from_string

from app.core import telemetry

log = structlog.get_logger()
T = TypeVar("T")

MINUTE = 60
# A storage that does not answer in time is down. It is left alone for a while, so that no request waits for it.
_ANSWER_SECONDS = 0.5
_LEFT_ALONE_SECONDS = 5.0
_ANY_NUMBER = 2**53
# More than a clock drifts between two requests.
_JUMP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Window:
    """What was counted in the last minute, `remaining` of a limit, and in how many seconds all of it is available again.

    `wait_seconds` says when what was refused would pass; it is None for what passed.
    """

    remaining: int
    reset_seconds: float
    wait_seconds: float | None = None


class LimitStorage:
    """Windows of a minute by name. Each method returns None while the storage is down."""

    def __init__(self, url: str) -> None:
        storage = storage_from_string(f"async+{url}", wrap_exceptions=True)
        assert isinstance(storage, Storage), "the async prefix makes one"
        assert isinstance(storage, MovingWindowSupport), "settings allow memory and Redis only"
        assert isinstance(storage, SlidingWindowCounterSupport), "settings allow memory and Redis only"
        self._storage = storage
        self._requests = MovingWindowRateLimiter(storage)
        self._left_alone_until = 0.0
        self._clock_ahead = _clock_ahead()

    async def count_request(self, name: str, limit: int) -> Window | None:
        """Count one request, if it is within the limit."""
        item = RateLimitItemPerMinute(limit)

        async def count() -> Window:
            passed = await self._requests.hit(item, name)
            stats = await self._requests.get_window_stats(item, name)
            reset = max(0.0, stats.reset_time - time.time())
            return Window(stats.remaining, reset, None if passed else reset)

        return await self._ask(count)

    async def count_tokens(self, name: str, limit: int, tokens: int) -> Window | None:
        """Count tokens, if all of them are within the limit. 0 only looks."""

        async def count() -> Window:
            key = RateLimitItemPerMinute(limit).key_for(name)
            passed = tokens == 0 or await self._storage.acquire_sliding_window_entry(
                key, limit, MINUTE, tokens
            )
            counts = _Counts(*await self._storage.get_sliding_window(key, MINUTE))
            wait = None if passed else counts.wait_seconds(counts.used + tokens - limit)
            return Window(max(0, limit - max(0, floor(counts.used))), counts.reset_seconds, wait)

        return await self._ask(count)

    async def correct_tokens(self, name: str, limit: int, tokens: int) -> None:
        """Add tokens that were used already, or give back (below 0) what was not; beyond the limit, too."""
        key = RateLimitItemPerMinute(limit).key_for(name)
        await self._ask(lambda: self._storage.acquire_sliding_window_entry(key, _ANY_NUMBER, MINUTE, tokens))

    async def _ask(self, question: Callable[[], Awaitable[T]]) -> T | None:
        if time.monotonic() < self._left_alone_until:
            telemetry.unlimited_requests.inc()
            return None
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self._forget_after_a_jump()
                return await question()
        except (StorageError, OSError) as error:
            self._left_alone_until = time.monotonic() + _LEFT_ALONE_SECONDS
            telemetry.unlimited_requests.inc()
            log.warning("rate_limit_storage_down", reason=type(error).__name__)
            return None

    async def _forget_after_a_jump(self) -> None:
        """Start again where the clock was set back: what was counted in memory would hold until it has come there again.

        In Redis counts end by Redis's own clock.
        """
        ahead = _clock_ahead()
        if ahead < self._clock_ahead - _JUMP_SECONDS and isinstance(self._storage, MemoryStorage):
            log.warning("clock_set_back", seconds=round(self._clock_ahead - ahead))
            await self._storage.reset()
        self._clock_ahead = ahead


def _clock_ahead() -> float:
    """Return by how much the wall clock, which the storages count by, is ahead of the one that nobody sets."""
    return time.time() - time.monotonic()


@dataclass(frozen=True, slots=True)
class _Counts:
    """The counters of the minute before and of this one, and how long each still counts."""

    previous: int
    previous_seconds: float
    current: int
    current_seconds: float

    @property
    def used(self) -> float:
        # What was counted in the minute before fades out evenly.
        return self.previous * self.previous_seconds / MINUTE + self.current

    @property
    def reset_seconds(self) -> float:
        if self.current > 0:
            return self.current_seconds
        return self.previous_seconds if self.previous > 0 else 0.0

    def wait_seconds(self, excess: float) -> float:
        """Return after how many seconds `excess` tokens no longer count."""
        fading = self.previous * self.previous_seconds / MINUTE
        if excess <= fading:
            return excess * MINUTE / self.previous
        rest_of_minute = max(0.0, self.current_seconds - MINUTE)
        return rest_of_minute + MINUTE * min(1.0, (excess - fading) / max(1, self.current))
