"""The breaker: after five failures in a row upstream is left alone, then tried once."""

import httpx2
import openai
import pytest

from app.core.errors import Overloaded, UpstreamFailed
from app.providers.openai.breaker import Breaker
from app.providers.openai.connection import OpenAIConnection
from tests.fake_upstream import FakeUpstream

REQUEST = httpx2.Request("POST", "http://upstream.example/v1")


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def of_status(status: int) -> openai.APIStatusError:
    return openai.APIStatusError("said", response=httpx2.Response(status, request=REQUEST), body=None)


def fail(breaker: Breaker, error: Exception, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(type(error)), breaker.attempt():
            raise error


def succeed(breaker: Breaker) -> None:
    with breaker.attempt():
        pass


@pytest.mark.parametrize(
    "error", [of_status(500), of_status(503), openai.APIConnectionError(request=REQUEST), openai.APITimeoutError(REQUEST)]
)  # fmt: skip
def test_five_failures_open_it_for_ten_seconds(error: Exception) -> None:
    """Then one call is let through. If it fails, ten more seconds pass; if it succeeds, all is as before."""
    clock = Clock()
    breaker = Breaker(clock)
    fail(breaker, error, times=5)

    with pytest.raises(Overloaded) as refused:
        succeed(breaker)
    assert refused.value.retry_after_seconds == pytest.approx(10)

    clock.now += 10.1
    fail(breaker, error)
    with pytest.raises(Overloaded):
        succeed(breaker)

    clock.now += 10.1
    succeed(breaker)
    fail(breaker, error, times=4)
    succeed(breaker)


@pytest.mark.parametrize("other", [None, of_status(400), of_status(404), of_status(429), of_status(401)])
def test_what_shows_that_upstream_works_starts_the_count_again(other: Exception | None) -> None:
    """An answer, or an error about the request."""
    breaker = Breaker(Clock())

    for _ in range(3):
        fail(breaker, of_status(500), times=4)
        succeed(breaker) if other is None else fail(breaker, other)


def test_there_is_one_probe_at_a_time() -> None:
    """While it runs, others are refused. If its caller hangs up, the next one is the probe."""
    clock = Clock()
    breaker = Breaker(clock)
    fail(breaker, of_status(500), times=5)
    clock.now += 10.1

    def hang_up() -> None:
        with breaker.attempt():
            with pytest.raises(Overloaded):
                succeed(breaker)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hang_up()
    succeed(breaker)


async def test_a_broken_upstream_is_left_alone(connection: OpenAIConnection, upstream: FakeUpstream) -> None:
    """It is not called any more for the model that fails. Others are served."""
    broken = {"model": "gpt-500", "messages": []}
    for _ in range(5):
        with pytest.raises(UpstreamFailed):
            await connection.post("/chat/completions", broken)
    calls = upstream.calls["gpt-500"]

    with pytest.raises(Overloaded) as refused:
        await connection.post("/chat/completions", broken)

    assert refused.value.code == "upstream_unavailable"
    assert upstream.calls["gpt-500"] == calls
    question = {"role": "user", "content": "?"}
    assert await connection.post("/chat/completions", {"model": "gpt-4o-mini", "messages": [question]})
