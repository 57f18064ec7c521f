"""Chat completions from upstream, whole or streamed, as the same events. Unknown fields pass through."""

import asyncio
import time
from contextlib import aclosing
from typing import Any, get_args

import pytest
from openai.types import ChatModel
from pydantic import SecretStr

from app.core import errors
from app.providers.base import ChatProviderRequest, Finished, ProviderEvent, Started, TextDelta, UsageReported
from app.providers.health import unlisted_model
from app.providers.openai.address import UpstreamAddress
from app.providers.openai.chat import EventData, OpenAIChat
from app.providers.openai.connection import OpenAIConnection
from app.settings import DEFAULT_CHAT_MODEL, Settings
from tests.fake_upstream import SENTINEL, FakeUpstream
from tests.processes import wait_until

STREAM = (
    ": a comment\n\ndata: one\n\nevent: chunk\nid: 7\r\ndata:two\r\n\r\ndata: three\ndata: lines\n\ndata:\n\n"
    "data: \N{LATIN SMALL LETTER E WITH ACUTE}\N{LINE SEPARATOR}\n\ndata: unfinished\n"
).encode()
EXPECTED = [b"one", b"two", b"three\nlines", "\N{LATIN SMALL LETTER E WITH ACUTE}\N{LINE SEPARATOR}".encode()]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
def test_pieces_of_any_size_are_the_same_events(size: int) -> None:
    """Comments and names are passed over; what has no empty line behind it is not complete."""
    reader = EventData()

    found = [
        data for start in range(0, len(STREAM), size) for data in reader.feed(STREAM[start : start + size])
    ]

    assert found == EXPECTED


def test_carriage_returns_alone_end_lines() -> None:
    """The last line waits for what follows it, because a line feed may."""
    reader = EventData()

    assert list(reader.feed(b"data: one\r\rdata: two\r\r: more\n")) == [b"one", b"two"]


async def ask(connection: OpenAIConnection, model: str, **fields: Any) -> list[ProviderEvent]:
    body = {"model": model, "messages": [{"role": "user", "content": "hi"}], **fields}
    deadline = time.monotonic() + 60
    async with aclosing(
        OpenAIChat(connection).respond(ChatProviderRequest(body), deadline=deadline)
    ) as events:
        return [event async for event in events]


@pytest.mark.parametrize("stream", [False, True])
async def test_faults_that_pass_are_tried_again(
    connection: OpenAIConnection, upstream: FakeUpstream, *, stream: bool
) -> None:
    """A 500 and a short 429 are tried a second time, before anything is said."""
    for model in ("gpt-500-once", "gpt-429-soon-once"):
        events = await ask(connection, model, stream=stream)

        assert any(isinstance(event, TextDelta) for event in events)
        assert upstream.calls[model] == 2


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("model", "raised", "code", "calls"),
    [
        ("gpt-429", errors.RateLimited, "rate_limit_exceeded", 1),
        ("gpt-quota", errors.QuotaExceeded, "insufficient_quota", 1),
        ("gpt-500", errors.UpstreamFailed, None, 3),
        ("gpt-503", errors.Overloaded, None, 1),
        ("gpt-400", errors.InvalidRequest, "unsupported_parameter", 1),
        ("gpt-long", errors.InvalidRequest, "context_length_exceeded", 1),
        ("gpt-404", errors.NotFound, "model_not_found", 1),
    ],
)
async def test_faults_say_who_must_act(
    connection: OpenAIConnection,
    upstream: FakeUpstream,
    *,
    stream: bool,
    model: str,
    raised: type[errors.FootnoteError],
    code: str | None,
    calls: int,
) -> None:
    """Each fault is one of our errors, tried as often as it can help, and tells no secret and no address."""
    with pytest.raises(raised) as error:
        await ask(connection, model, stream=stream)

    assert error.value.code == code
    assert upstream.calls[model] == calls
    assert SENTINEL not in error.value.message
    assert "https://" not in error.value.message


async def test_a_long_retry_after_is_passed_on(connection: OpenAIConnection) -> None:
    """A demand to wait for twenty seconds is passed on at once."""
    with pytest.raises(errors.RateLimited) as error:
        await ask(connection, "gpt-429")

    assert error.value.retry_after_seconds == 20


@pytest.mark.parametrize("model", ["gpt-cut", "gpt-error"])
async def test_a_stream_that_breaks_raises_after_its_words(connection: OpenAIConnection, model: str) -> None:
    """What came is delivered; the end without a finish, or an error in the stream, raises."""
    seen: list[ProviderEvent] = []

    async def watch() -> None:
        request = ChatProviderRequest({"model": model, "messages": [], "stream": True})
        async with aclosing(
            OpenAIChat(connection).respond(request, deadline=time.monotonic() + 60)
        ) as events:
            async for event in events:
                seen.append(event)  # noqa: PERF401 - what was seen before the error counts

    with pytest.raises(errors.UpstreamFailed) as error:
        await watch()

    assert [event.text for event in seen if isinstance(event, TextDelta)] == ["Nine", " mon", "ths "]
    assert SENTINEL not in error.value.message


async def test_a_stream_without_the_end_mark_is_whole(connection: OpenAIConnection) -> None:
    """A finish reason without [DONE] is an end."""
    events = await ask(connection, "gpt-no-done", stream=True)

    assert Finished(0, "stop") in events


async def test_nonsense_is_a_failure(connection: OpenAIConnection) -> None:
    """An answer that is no JSON, or no completion, is upstream's failure."""
    with pytest.raises(errors.UpstreamFailed):
        await ask(connection, "gpt-garbage")


async def test_a_deadline_ends_the_wait(connection: OpenAIConnection) -> None:
    """If the first word comes after the deadline, the call times out."""
    body = {"model": "gpt-hang", "messages": []}
    provider = OpenAIChat(connection)

    with pytest.raises(errors.UpstreamTimedOut):
        async with aclosing(
            provider.respond(ChatProviderRequest(body), deadline=time.monotonic() + 0.2)
        ) as events:
            await anext(events)


async def test_closing_a_stream_stops_upstream(connection: OpenAIConnection, upstream: FakeUpstream) -> None:
    """Upstream sees the connection go, long before it would end by itself."""
    body = {"model": "gpt-endless", "messages": [], "stream": True}
    async with aclosing(
        OpenAIChat(connection).respond(ChatProviderRequest(body), deadline=time.monotonic() + 60)
    ) as events:
        await anext(events)

    assert await asyncio.to_thread(wait_until, lambda: bool(upstream.disconnected), 20)


async def test_whole_and_streamed_answers_are_the_same_events(connection: OpenAIConnection) -> None:
    """Text, tool calls and usage are one and the same, however upstream was asked."""
    for model in ("gpt-4o-mini", "gpt-tool"):
        plain = await ask(connection, model)
        streamed = await ask(connection, model, stream=True)

        for events in (plain, streamed):
            assert isinstance(events[0], Started)
            assert any(isinstance(event, UsageReported) for event in events)
        assert text_of(plain) == text_of(streamed)
        assert arguments_of(plain) == arguments_of(streamed)


def text_of(events: list[ProviderEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def arguments_of(events: list[ProviderEvent]) -> str:
    return "".join(getattr(event, "arguments", "") for event in events)


@pytest.mark.parametrize("key", [None, "sk-wrong"])
async def test_a_missing_or_wrong_key_is_the_operators_to_set(upstream_url: str, key: str | None) -> None:
    """The sentence says what to set; it is no 401, which would blame the caller."""
    address = UpstreamAddress(SecretStr(key) if key else None, upstream_url if key else None)
    connection = OpenAIConnection(address)

    with pytest.raises(errors.UpstreamMisconfigured, match=r"OPENAI_API_KEY.*DEV_FALLBACKS=true") as error:
        await ask(connection, "gpt-4o-mini")

    assert error.value.status == 500
    assert error.value.code == "upstream_auth"
    await connection.close()


@pytest.mark.parametrize(("model", "is_listed"), [(DEFAULT_CHAT_MODEL, True), ("gpt-gone", False)])
async def test_a_chat_model_that_was_shut_down_is_reported(
    connection: OpenAIConnection, upstream: FakeUpstream, model: str, is_listed: bool
) -> None:
    """The sentence names the setting; a list that cannot be had says nothing."""
    reason = await unlisted_model(OpenAIChat(connection), model)
    unreachable = OpenAIConnection(UpstreamAddress(SecretStr("sk-wrong"), "http://127.0.0.1:9/v1"))
    away = await unlisted_model(OpenAIChat(unreachable), model)
    await unreachable.close()

    assert (reason is None) == is_listed
    assert is_listed or "CHAT_MODEL" in str(reason)
    assert away is None


def test_the_default_model_is_one_that_the_sdk_knows() -> None:
    """OpenAI shuts models down; its SDK lists those that there are."""
    assert DEFAULT_CHAT_MODEL in get_args(ChatModel)
    assert Settings(_env_file=None).chat_model == DEFAULT_CHAT_MODEL
