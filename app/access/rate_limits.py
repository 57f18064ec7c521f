"""Requests per minute for each key, and the headers that say how many are left."""

import math
import time
from dataclasses import dataclass

import structlog
from limits import RateLimitItemPerMinute
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from limits.storage import storage_from_string

from app.core.errors import RateLimited
from app.core.types import Caller

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class LimitState:
    """A caller's limit: `remaining` of `limit` requests are left; all are available again in `reset_seconds`."""

    limit: int
    remaining: int
    reset_seconds: float

    def headers(self) -> dict[str, str]:
        """Return OpenAI's rate limit headers."""
        return {
            "x-ratelimit-limit-requests": str(self.limit),
            "x-ratelimit-remaining-requests": str(self.remaining),
            "x-ratelimit-reset-requests": format_duration(self.reset_seconds),
        }


class RateLimits:
    """Counts requests in a moving window; 0 a minute means no limit."""

    def __init__(self, requests_per_minute: int, storage_url: str) -> None:
        self._item = RateLimitItemPerMinute(requests_per_minute) if requests_per_minute else None
        self._limiter = MovingWindowRateLimiter(
            storage_from_string(f"async+{storage_url}", wrap_exceptions=True)
        )

    async def spend(self, caller: Caller) -> LimitState | None:
        """Count one request and return the caller's limit; raise RateLimited when no request was left.

        If the storage is down, requests pass: limits protect the service, and must not stop it.
        """
        if self._item is None:
            return None
        key = caller.key_id or caller.project_id
        try:
            allowed = await self._limiter.hit(self._item, key)
            stats = await self._limiter.get_window_stats(self._item, key)
        except (StorageError, OSError):
            log.warning("rate_limit_storage_down", exc_info=True)
            return None

        state = LimitState(self._item.amount, stats.remaining, max(0.0, stats.reset_time - time.time()))
        if not allowed:
            raise LimitExceeded(state)
        return state


class LimitExceeded(RateLimited):
    """The caller's own limit is spent; `state` says when to come back."""

    def __init__(self, state: LimitState) -> None:
        super().__init__(
            f"Rate limit reached: {state.limit} requests per minute. "
            f"Please try again in {format_duration(state.reset_seconds)}.",
            code="rate_limit_exceeded",
            retry_after_seconds=max(1.0, math.ceil(state.reset_seconds)),
        )
        self.state = state


def format_duration(seconds: float) -> str:
    """Return a duration as OpenAI writes it: 60ms, 1s, 6m0s."""
    if seconds < 1:
        return f"{math.ceil(seconds * 1000)}ms"
    minutes, rest = divmod(math.ceil(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
