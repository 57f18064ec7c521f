"""uvicorn's HTTP protocol with limits, whichever parser is installed: on heads, pauses and the number of connections."""

import asyncio
import resource
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import httpx
import orjson
import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from app.sockets import protocol
from app.sockets.protocol import ConnectionLimits, Connections, Gathered
from tests.processes import wait_until
from tests.serving import LiveServer, serve


class Caller:
    """A connection that notes whether it was closed."""

    def __init__(self) -> None:
        self.is_closed = False

    def make_room(self) -> None:
        self.is_closed = True


def admitted(register: Connections, address: str, count: int) -> list[Caller]:
    callers = [Caller() for _ in range(count)]
    for caller in callers:
        assert register.admit(caller, address)
    return callers


def test_the_oldest_idle_connection_makes_room() -> None:
    """Not the one that is being served, and not the one that was served last."""
    register = Connections(ConnectionLimits(most=3, most_per_address=3))
    served, was_served, silent = admitted(register, "a", 3)
    register.note_busy(served)
    register.note_busy(was_served)
    register.note_idle(was_served)

    assert register.admit(Caller(), "b")
    assert (served.is_closed, was_served.is_closed, silent.is_closed) == (False, False, True)
    assert register.admit(Caller(), "b")
    assert (served.is_closed, was_served.is_closed) == (False, True)


def test_an_address_takes_no_place_of_others() -> None:
    """At its own limit it loses its own oldest, while another's older one stays."""
    register = Connections(ConnectionLimits(most=10, most_per_address=2))
    (other,) = admitted(register, "b", 1)
    first, second = admitted(register, "a", 2)

    assert register.admit(Caller(), "a")
    assert (other.is_closed, first.is_closed, second.is_closed) == (False, True, False)


def test_without_an_idle_one_nobody_comes_in() -> None:
    """Requests that are being served go on to their end, which makes room."""
    register = Connections(ConnectionLimits(most=2, most_per_address=2))
    busy = admitted(register, "a", 2)
    for connection in busy:
        register.note_busy(connection)

    assert not register.admit(Caller(), "a")
    assert not register.admit(Caller(), "b")
    register.forget(busy[0])
    assert register.admit(Caller(), "b")


@pytest.mark.parametrize(("descriptors", "most"), [(1024, 768), (100, 32), (1_000_000, 8_192)])
def test_the_limit_is_below_that_of_descriptors(
    monkeypatch: pytest.MonkeyPatch, descriptors: int, most: int
) -> None:
    """Some are kept for the database, upstream and files."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (descriptors, descriptors))

    limits = ConnectionLimits.of_this_process()

    assert (limits.most, limits.most_per_address) == (most, most * 3 // 4)


LARGE = 50_000_000
Serve = Callable[..., LiveServer]


class Sent(asyncio.Transport):
    """A transport that notes each time that it is asked to send."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.is_closed = False

    def writelines(self, pieces: Iterable[bytes | bytearray | memoryview]) -> None:
        self.sent.append(b"".join(pieces))

    def is_closing(self) -> bool:
        return self.is_closed

    def close(self) -> None:
        self.is_closed = True


async def test_what_is_written_in_one_turn_is_sent_together() -> None:
    """The head and the frames that are there already; what comes later is sent by itself."""
    transport = Sent()
    gathered = Gathered(transport)
    gathered.write(b"head ")
    gathered.write(b"first ")

    assert transport.sent == []
    await asyncio.sleep(0)
    assert transport.sent == [b"head first "]

    gathered.write(b"last")
    gathered.close()
    assert (transport.sent, transport.is_closed) == ([b"head first ", b"last"], True)


async def test_much_is_sent_at_once_and_nothing_after_the_end() -> None:
    """Only the transport can say that a client reads too slowly."""
    transport = Sent()
    gathered = Gathered(transport)

    gathered.write(bytes(20_000))
    assert [len(piece) for piece in transport.sent] == [20_000]

    gathered.write(b"to nobody")
    transport.is_closed = True
    await asyncio.sleep(0)
    assert len(transport.sent) == 1


class Echo:
    """Answers with the length of the body, or with a large one; it notes who asked, who hung up, and its answers."""

    def __init__(self) -> None:
        self.asked = 0
        self.answered = 0
        self.hung_up = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        self.asked += 1
        request = Request(scope, receive)
        if scope["path"] == "/early":
            await PlainTextResponse("no")(scope, receive, send)
            return
        try:
            size = len(await request.body())
        except ClientDisconnect:
            self.hung_up += 1
            return
        answer = StreamingResponse(large()) if scope["path"] == "/large" else PlainTextResponse(str(size))
        await answer(scope, receive, send)
        self.answered += 1


async def large() -> AsyncIterator[str]:
    """Yield more than a client's and the server's buffers hold, and then what has to wait for them."""
    yield "x" * LARGE
    yield "y"


@pytest.fixture(params=["LimitedH11", "LimitedHttpTools"])
def serve_limited(request: pytest.FixtureRequest) -> Iterator[Serve]:
    """Return a function that serves an application with limits, over either parser."""
    with ExitStack() as stack:

        def start(
            app: Any,
            *,
            most: int = 1_000,
            per_address: int = 1_000,
            head_seconds: float = 0.5,
            body_idle_seconds: float = 0.5,
            **options: Any,
        ) -> LiveServer:
            limits = ConnectionLimits(
                most=most,
                most_per_address=per_address,
                head_seconds=head_seconds,
                body_idle_seconds=body_idle_seconds,
                write_idle_seconds=0.5,
            )
            base = getattr(protocol, request.param)
            http = type("Limited", (base,), {"limits": limits, "register": Connections(limits)})
            plain = {"lifespan": "off", "loop": "asyncio"}
            return stack.enter_context(serve(app, http=http, **(plain | options)))

        yield start


def connected(server: LiveServer) -> socket.socket:
    url = httpx.URL(server.url)
    connection = socket.create_connection((url.host, url.port or 80), timeout=60)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # What a server that has no time yet leaves in the kernel counts as sent.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 262_144)
    return connection


def everything(connection: socket.socket) -> bytes:
    """Read until the server closes."""
    pieces = []
    while piece := connection.recv(65_536):
        pieces.append(piece)
    return b"".join(pieces)


def flood(connection: socket.socket, start: bytes, piece: bytes, *, most: int) -> tuple[int, bytes]:
    """Send the start and then pieces until the server answers or `most` bytes are sent; return both."""
    connection.sendall(start)
    connection.settimeout(0.001)
    sent = 0
    while sent < most:
        try:
            return sent, connection.recv(65_536)
        except TimeoutError:
            pass
        try:
            sent += connection.send(piece)
        except TimeoutError:
            continue
    connection.settimeout(60)
    return sent, connection.recv(65_536)


def send_until_closed(connection: socket.socket, piece: bytes) -> None:
    """Send for thirty seconds at most, which takes the server some gigabytes if it reads on."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        connection.sendall(piece)
        time.sleep(0.01)


def test_requests_are_served_as_ever(serve_limited: Serve) -> None:
    """Bodies in pieces, several requests on a connection, pipelined ones, and early answers."""
    server = serve_limited(Echo())
    with httpx.Client() as client:
        for size in (0, 10, 300_000):
            assert client.post(server.url, content=b"x" * size).text == str(size)
            assert client.post(server.url, content=iter([b"x" * size, b"y"])).text == str(size + 1)
        assert client.post(f"{server.url}/early", content=b"x" * 3_000_000).text == "no"
    with closing(connected(server)) as connection:
        one = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc"
        last = one.replace(b"host: a", b"host: a\r\nconnection: close")
        connection.sendall(one + one + last)
        assert everything(connection).count(b"200 OK") == 3


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"GET / HTTP/1.1\r\nhost: a\r\nx: ", b"y" * 65_536),
        (b"GET / HTTP/1.1\r\nhost: a\r\n", b"x-line: y\r\n" * 6_000),
        (b"GET /", b"y" * 65_536),
    ],
    ids=["value", "lines", "url"],
)
def test_a_head_without_end_is_431(serve_limited: Serve, start: bytes, piece: bytes) -> None:
    """Long before it takes memory or time."""
    server = serve_limited(Echo())
    with closing(connected(server)) as connection:
        sent, answer = flood(connection, start, piece, most=20_000_000)

    assert sent < 5_000_000
    assert answer.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 "))
    if start != b"GET /":
        assert answer.startswith(b"HTTP/1.1 431 ")
        assert set(orjson.loads(answer.partition(b"\r\n\r\n")[2])["error"]) == {
            "message",
            "type",
            "param",
            "code",
        }


@pytest.mark.parametrize("path", [b"/", b"/early"])
def test_trailers_and_extensions_without_end_are_refused(serve_limited: Serve, path: bytes) -> None:
    """They come behind the head, and would grow like it."""
    server = serve_limited(Echo())
    start = b"POST " + path + b" HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
    for begin in (start + b"1\r\nx\r\n0\r\nx: ", start + b"1;"):
        with closing(connected(server)) as connection:
            connection.sendall(begin)
            with pytest.raises((ConnectionResetError, BrokenPipeError)):
                send_until_closed(connection, b"y" * 65_536)


def test_silence_and_half_heads_are_closed(serve_limited: Serve) -> None:
    """After the time for heads, however slowly they trickle; on an old connection too."""
    server = serve_limited(Echo(), timeout_keep_alive=120, head_seconds=2)
    with (
        closing(connected(server)) as silent,
        closing(connected(server)) as half,
        closing(connected(server)) as old,
    ):
        old.sendall(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        assert old.recv(1_000).startswith(b"HTTP/1.1 200")
        for byte in b"GET / HT":
            half.sendall(bytes([byte]))
            old.sendall(bytes([byte]))
            time.sleep(0.02)

        assert everything(silent) == b""
        assert everything(half).startswith(b"HTTP/1.1 408 ")
        assert b"HTTP/1.1 408 " in everything(old)


def test_a_body_that_stops_is_408_and_a_slow_one_is_read(serve_limited: Serve) -> None:
    """What counts is the pause between two pieces. The application learns that the client is gone."""
    app = Echo()
    server = serve_limited(app, body_idle_seconds=3)
    head = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n"
    with closing(connected(server)) as stopped, closing(connected(server)) as slow:
        stopped.sendall(head + b"abc")
        slow.sendall(head)
        for _ in range(10):
            slow.sendall(b"x")
            time.sleep(0.35)

        assert slow.recv(1_000).startswith(b"HTTP/1.1 200")
        assert everything(stopped).startswith(b"HTTP/1.1 408 ")
    assert wait_until(lambda: app.hung_up == 1)


def test_idle_connections_end(serve_limited: Serve) -> None:
    """After the last answer they are kept for a while, not for ever."""
    server = serve_limited(Echo(), timeout_keep_alive=1)
    with closing(connected(server)) as connection:
        began = time.monotonic()
        connection.sendall(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        assert everything(connection).startswith(b"HTTP/1.1 200")
        assert time.monotonic() - began > 0.9


def test_a_client_that_reads_nothing_is_closed(serve_limited: Serve) -> None:
    """Its answer does not stay in memory."""
    app = Echo()
    server = serve_limited(app)
    with closing(connected(server)) as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\nhost: a\r\n\r\n")
        assert wait_until(lambda: app.answered == 1)
        assert len(everything(connection)) < LARGE


def test_silent_connections_lock_nobody_out(serve_limited: Serve) -> None:
    """The oldest of them makes room for a client that asks."""
    server = serve_limited(Echo(), most=20, per_address=15)
    with ExitStack() as stack:
        silent = [stack.enter_context(closing(connected(server))) for _ in range(60)]

        assert httpx.post(server.url, content=b"abc").text == "3"
        assert everything(silent[0]) == b""


def test_above_the_limit_a_client_is_told_to_come_back(serve_limited: Serve) -> None:
    """If every connection is being served, the next one is a 503."""
    app = Echo()
    server = serve_limited(app, most=2, per_address=2, body_idle_seconds=120)
    with closing(connected(server)) as first, closing(connected(server)) as second:
        for connection in (first, second):
            connection.sendall(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc")
        assert wait_until(lambda: app.asked == 2)
        refused = httpx.get(server.url)

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert refused.json()["error"]["code"] == "overloaded"
