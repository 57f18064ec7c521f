"""Requests per minute."""

import pytest

from app.access.rate_limits import LimitExceeded, RateLimits, format_duration
from app.core.types import Caller

ALICE, BOB = Caller("proj_default", "key_a"), Caller("proj_default", "key_b")


async def test_each_key_has_its_own_requests() -> None:
    """The third of two is refused with when to come back; another key is not touched."""
    limits = RateLimits(2, "memory://")
    first = await limits.spend(ALICE)
    await limits.spend(ALICE)

    with pytest.raises(LimitExceeded) as raised:
        await limits.spend(ALICE)

    assert first is not None
    assert first.headers()["x-ratelimit-limit-requests"] == "2"
    assert first.headers()["x-ratelimit-remaining-requests"] == "1"
    assert 1 <= (raised.value.retry_after_seconds or 0) <= 61
    assert await limits.spend(BOB) is not None


async def test_zero_means_no_limit() -> None:
    """Nothing is counted."""
    limits = RateLimits(0, "memory://")

    assert [await limits.spend(ALICE) for _ in range(5)] == [None] * 5


async def test_a_storage_that_is_down_lets_requests_through() -> None:
    """Limits protect the service; they do not take it down."""
    limits = RateLimits(1, "redis://127.0.0.1:1")

    assert await limits.spend(ALICE) is None
    assert await limits.spend(ALICE) is None


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0595, "60ms"), (1, "1s"), (59.2, "1m0s"), (360, "6m0s"), (61, "1m1s")]
)
def test_durations_are_written_as_openai_does(seconds: float, text: str) -> None:
    """Milliseconds, seconds, minutes and seconds."""
    assert format_duration(seconds) == text
