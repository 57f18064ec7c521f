"""Requests and tokens per minute."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from app.access import limit_storage
from app.access.limit_storage import LimitStorage
from app.access.rate_limits import (
    LimitExceeded,
    RateLimits,
    TokenLimitExceeded,
    TooManyTokens,
    UsageLog,
    format_duration,
)
from app.core import telemetry
from app.core.errors import QuotaExceeded
from app.core.permissions import Allowance
from app.core.types import Caller
from app.db.database import Database
from tests.processes import begin_within_a_minute
from tests.redis_server import RedisServer, serve_redis

ALICE, BOB = Caller("proj_default", "key_a"), Caller("proj_default", "key_b")


def limits_of(db: Database, url: str = "memory://", *, requests: int = 0, tokens: int = 0) -> RateLimits:
    usage = UsageLog(db.system("usage").usage)
    return RateLimits(LimitStorage(url), usage, requests_per_minute=requests, tokens_per_minute=tokens)


@pytest.fixture
def redis(free_port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    """A Redis of the test's own. It has more time than a server gives it: on a busy machine half a second passes by itself."""
    monkeypatch.setattr(limit_storage, "_ANSWER_SECONDS", 30.0)
    with serve_redis(free_port) as server:
        yield server


@pytest.fixture(params=["memory", "redis"])
def url(request: pytest.FixtureRequest) -> str:
    """Either storage: both count the same."""
    if request.param == "memory":
        return "memory://"
    server: RedisServer = request.getfixturevalue("redis")
    return server.url


async def test_each_key_has_its_own_requests(db: Database, url: str) -> None:
    """The third of two is refused with when to come back; another key is not touched."""
    limits = limits_of(db, url, requests=2)
    first = await limits.admit(ALICE)
    await limits.admit(ALICE)

    with pytest.raises(LimitExceeded) as raised:
        await limits.admit(ALICE)

    assert first["x-ratelimit-limit-requests"] == "2"
    assert first["x-ratelimit-remaining-requests"] == "1"
    assert 1 <= (raised.value.retry_after_seconds or 0) <= 61
    assert (await limits.admit(BOB))["x-ratelimit-remaining-requests"] == "1"


async def test_tokens_are_put_aside_and_settled(db: Database, url: str) -> None:
    """What was not used is given back, what was used beyond is counted too, and a failed answer costs nothing."""
    limits = limits_of(db, url, tokens=100)
    await asyncio.to_thread(begin_within_a_minute)

    async def left() -> int:
        return int((await limits.admit(ALICE))["x-ratelimit-remaining-tokens"])

    async with await limits.reserve(ALICE, 60) as first:
        assert await left() == 40
        with pytest.raises(TokenLimitExceeded, match="40 are left, and 50 were asked for") as raised:
            await limits.reserve(ALICE, 50)
        await first.settle({"prompt_tokens": 20, "completion_tokens": 10})
    assert await left() == 70

    with pytest.raises(ValueError, match="upstream"):
        async with await limits.reserve(ALICE, 70):
            raise ValueError("upstream failed")
    assert await left() == 70

    beyond = await limits.reserve(ALICE, 10)
    await beyond.settle({"prompt_tokens": 80, "completion_tokens": 40})
    await beyond.settle({"prompt_tokens": 80, "completion_tokens": 40})
    assert await left() == 0
    assert first.headers["x-ratelimit-limit-tokens"] == "100"
    assert first.headers["x-ratelimit-remaining-tokens"] == "40"
    assert raised.value.kind == "tokens"
    assert 1 <= (raised.value.retry_after_seconds or 0) <= 121


async def test_a_request_larger_than_a_minute_is_not_tried_again(db: Database) -> None:
    """No wait would help."""
    with pytest.raises(TooManyTokens, match="asks for 101 tokens") as raised:
        await limits_of(db, tokens=100).reserve(ALICE, 101)

    assert raised.value.should_retry is False


async def test_a_keys_own_limits_come_first(db: Database) -> None:
    """Also no limit at all."""
    limits = limits_of(db, requests=1, tokens=10)
    own = Caller("proj_default", "key_c", allowance=Allowance(5, 50))
    free = Caller("proj_default", "key_d", allowance=Allowance(0, 0))

    headers = await limits.admit(own)

    assert headers["x-ratelimit-limit-requests"] == "5"
    assert headers["x-ratelimit-limit-tokens"] == "50"
    assert await limits.admit(free) == {}
    assert (await limits.reserve(free, 10_000)).headers == {}


async def test_zero_means_no_limit(db: Database) -> None:
    """Nothing is counted."""
    limits = limits_of(db)

    assert [await limits.admit(ALICE) for _ in range(5)] == [{}] * 5


async def test_a_budget_that_is_used_up_is_said_so(db: Database) -> None:
    """What is counted here and not written down yet counts as well."""
    limits = limits_of(db)
    poor = Caller("proj_default", "key_e", tokens_left=100)

    reservation = await limits.reserve(poor, 10)
    await reservation.settle({"prompt_tokens": 90, "completion_tokens": 10})

    with pytest.raises(QuotaExceeded) as raised:
        await limits.reserve(poor, 1)
    assert raised.value.code == "insufficient_quota"
    assert raised.value.should_retry is False


async def test_two_servers_share_the_limits_of_a_redis(db: Database, redis: RedisServer) -> None:
    """A key has one limit, however many replicas it calls."""
    first, second = (limits_of(db, redis.url, requests=2, tokens=100) for _ in range(2))

    await first.admit(ALICE)
    await first.reserve(ALICE, 90)
    headers = await second.admit(ALICE)

    assert headers["x-ratelimit-remaining-requests"] == "0"
    assert headers["x-ratelimit-remaining-tokens"] == "10"
    with pytest.raises(LimitExceeded):
        await second.admit(ALICE)
    with pytest.raises(TokenLimitExceeded):
        await second.reserve(ALICE, 20)


@pytest.mark.parametrize("fail", [RedisServer.stop, RedisServer.freeze])
async def test_a_storage_that_is_down_lets_requests_through(
    db: Database,
    redis: RedisServer,
    fail: Callable[[RedisServer], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Limits protect the service; they do not take it down, and nobody waits for the storage each time."""
    limits = limits_of(db, redis.url, requests=1, tokens=10)
    await limits.admit(ALICE)
    monkeypatch.setattr(limit_storage, "_ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(limit_storage, "_LEFT_ALONE_SECONDS", 600.0)
    fail(redis)
    skipped = telemetry.unlimited_requests._value.get()

    answers = await asyncio.gather(*(limits.admit(ALICE) for _ in range(50)))
    # Now it is known to be down: who waited for it would wait half a minute.
    monkeypatch.setattr(limit_storage, "_ANSWER_SECONDS", 30.0)
    async with asyncio.timeout(20):
        reservation = await limits.reserve(ALICE, 10)
        await reservation.settle({"prompt_tokens": 1})

    assert answers == [{}] * 50
    assert telemetry.unlimited_requests._value.get() >= skipped + 51


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0595, "60ms"), (1, "1s"), (59.2, "1m0s"), (360, "6m0s"), (61, "1m1s")]
)
def test_durations_are_written_as_openai_does(seconds: float, text: str) -> None:
    """Milliseconds, seconds, minutes and seconds."""
    assert format_duration(seconds) == text
