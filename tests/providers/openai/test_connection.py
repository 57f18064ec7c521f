"""One upstream: its HTTP client, its bounded retries, its circuit breaker, its errors turned into ours."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import httpx2
import openai
import pytest

from app.core.errors import Overloaded, UpstreamFailed, UpstreamTimedOut
from app.providers.base import ChatProviderRequest
from app.providers.openai.chat import OpenAIChat
from app.providers.openai.connection import Breaker, OpenAIConnection, Transport
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


async def test_answers_that_never_come_open_it_too(connection: OpenAIConnection) -> None:
    """The caller's deadline ends those calls, not the SDK's."""
    chat = OpenAIChat(connection)
    hanging = ChatProviderRequest({"model": "gpt-hang", "messages": []})

    async def ask() -> None:
        async with aclosing(chat.respond(hanging, deadline=time.monotonic() + 0.3)) as events:
            async for _ in events:
                pytest.fail("there was an answer")

    for _ in range(5):
        with pytest.raises(UpstreamTimedOut):
            await ask()

    with pytest.raises(Overloaded) as refused:
        await ask()
    assert refused.value.code == "upstream_unavailable"


_CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
_LIST = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


class Upstream:
    """A server that answers each request with the same bytes, and notes the heads and the connections."""

    def __init__(self, *answer: bytes, closes: bool = False) -> None:
        self.heads: list[str] = []
        self.connections = 0
        self.port = 0
        self._answer = answer
        self._closes = closes

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                self.heads.append(head)
                if "content-length: " in head.lower():
                    await reader.readexactly(int(head.lower().partition("content-length: ")[2].split()[0]))
                for piece in self._answer:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0.01)
                if self._closes:
                    return
        except asyncio.IncompleteReadError:
            return
        finally:
            writer.close()


@asynccontextmanager
async def serving(upstream: Upstream) -> AsyncIterator[str]:
    server = await asyncio.start_server(upstream.serve, "127.0.0.1", 0)
    upstream.port = server.sockets[0].getsockname()[1]
    async with server:
        yield f"127.0.0.1:{upstream.port}"


@asynccontextmanager
async def transport_to(url: str, *, timeout_seconds: float = 60.0) -> AsyncIterator[Transport]:
    client = openai.AsyncOpenAI(api_key="sk-good", base_url=url, organization="org-1")
    transport = Transport(client, timeout_seconds=timeout_seconds)
    yield transport
    await transport.close()


async def test_a_stream_that_is_drained_leaves_its_connection_to_the_next_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The end of a chunked body often comes behind the mark that the answer is whole."""
    monkeypatch.setattr("app.providers.openai.connection._DRAIN_SECONDS", 60.0)
    upstream = Upstream(_CHUNKED + b"e\r\ndata: [DONE]\n\n\r\n", b"0\r\n\r\n")
    async with serving(upstream) as address, transport_to(f"http://{address}/v1") as transport:
        for _ in range(3):
            stream = await transport.open_stream("/chat/completions", {"model": "m"})
            assert await stream.read() == b"data: [DONE]\n\n"
            await stream.drain()
            stream.close()

    assert len(upstream.heads) == 3
    assert upstream.connections == 1


async def test_a_stream_that_never_ends_is_closed_after_a_moment() -> None:
    """Nobody waits for an upstream that has said all and does not end its body."""
    upstream = Upstream(_CHUNKED + b"e\r\ndata: [DONE]\n\n\r\n")
    async with serving(upstream) as address, transport_to(f"http://{address}/v1") as transport:
        for _ in range(2):
            stream = await transport.open_stream("/chat/completions", {"model": "m"})
            await stream.read()
            await stream.drain()

    assert upstream.connections == 2


async def test_the_sdks_headers_go_along() -> None:
    """Key, organization and content type are as the SDK's client has them."""
    upstream = Upstream(_LIST)
    async with serving(upstream) as address, transport_to(f"http://{address}/v1/") as transport:
        assert await transport.get("/models") == {}

    head = upstream.heads[0].lower()
    assert head.startswith("get /v1/models http/1.1")
    assert "authorization: bearer sk-good" in head
    assert "openai-organization: org-1" in head


async def test_a_password_in_the_address_takes_the_keys_place() -> None:
    """As with the SDK: a server behind a reverse proxy may ask for a name and a password."""
    upstream = Upstream(_LIST)
    async with serving(upstream) as address, transport_to(f"http://ann:secret@{address}/v1") as transport:
        await transport.get("/models")

    assert "authorization: basic" in upstream.heads[0].lower()


async def test_the_environments_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless NO_PROXY names the server."""
    proxy = Upstream(_LIST)
    async with serving(proxy) as address:
        monkeypatch.setenv("http_proxy", f"http://{address}")
        async with transport_to("http://upstream.example/v1") as transport:
            await transport.get("/models")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        async with transport_to(f"http://{address}/v2") as transport:
            await transport.get("/models")

    assert [head.split(" ")[1] for head in proxy.heads] == ["http://upstream.example/v1/models", "/v2/models"]


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        ((b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{",), openai.APIError),
        ((b"",), openai.APIConnectionError),
        ((b"nonsense\r\n\r\n",), openai.APIConnectionError),
    ],
)
async def test_a_broken_answer_is_an_error_of_the_sdk(
    answer: tuple[bytes, ...], raised: type[openai.APIError]
) -> None:
    """A body that is cut, a connection that is closed, and what is no HTTP."""
    upstream = Upstream(*answer, closes=True)
    async with serving(upstream) as address, transport_to(f"http://{address}/v1") as transport:
        with pytest.raises(openai.APIError) as error:
            await transport.post("/chat/completions", {})

    assert type(error.value) is raised


async def test_silence_is_a_timeout_of_the_sdk() -> None:
    """The pause that is allowed is that of the address."""
    async with (
        serving(Upstream()) as address,
        transport_to(f"http://{address}/v1", timeout_seconds=0.3) as transport,
    ):
        with pytest.raises(openai.APITimeoutError):
            await transport.post("/chat/completions", {})


async def test_a_refusal_has_upstreams_status_headers_and_words() -> None:
    """What the SDK's own client would raise."""
    body = b'{"error": {"message": "no", "code": "c", "param": "p"}}'
    answer = b"HTTP/1.1 429 No\r\nretry-after: 7\r\ncontent-length: %d\r\n\r\n" % len(body) + body
    async with serving(Upstream(answer)) as address, transport_to(f"http://{address}/v1") as transport:
        with pytest.raises(openai.APIStatusError) as error:
            await transport.post("/chat/completions", {})

    assert (error.value.status_code, error.value.code, error.value.param) == (429, "c", "p")
    assert error.value.response.headers["retry-after"] == "7"
