"""The end of a live server, while clients connect."""

import contextlib
import os
import socket
import statistics
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse

from app.sockets import protocol
from app.sockets.protocol import ConnectionLimits, Connections
from tests.processes import ROOT, wait_until
from tests.serving import LiveServer, serve

REQUEST = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
CLIENTS = 8


@pytest.fixture(params=["LimitedH11", "LimitedHttpTools"])
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveServer]:
    """A server over either parser, which the test ends. It waits longer for a last request than a busy client needs."""
    monkeypatch.setattr(protocol, "_LAST_REQUEST_SECONDS", 20.0)
    limits = ConnectionLimits.of_this_process()
    base = getattr(protocol, request.param)
    http = type("Limited", (base,), {"limits": limits, "register": Connections(limits)})
    with serve(PlainTextResponse("x"), lifespan="off", http=http, timeout_graceful_shutdown=25) as served:
        yield served


async def say_process(scope: Any, receive: Any, send: Any) -> None:
    await PlainTextResponse(str(os.getpid()))(scope, receive, send)


def make_app() -> Any:
    return say_process


@contextlib.contextmanager
def workers(port: int, count: int) -> Iterator["subprocess.Popen[bytes]"]:
    """Serve `say_process` by this many workers until the block ends."""
    program = (
        "from app.sockets import server\n"
        f"server.run('{__name__}:make_app', workers={count}, port={port}, lifespan='off', log_config=None)"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.terminate()


def address_of(server: LiveServer) -> tuple[str, int]:
    url = httpx.URL(server.url)
    return url.host, url.port or 80


def refuses(server: LiveServer) -> bool:
    with socket.socket() as probe:
        # A first packet that is dropped would be sent again after a second.
        probe.settimeout(0.2)
        return probe.connect_ex(address_of(server)) != 0


def ask(server: LiveServer) -> bytes:
    with socket.create_connection(address_of(server), timeout=60) as connection:
        connection.sendall(REQUEST)
        return connection.recv(100)


def test_who_has_connected_may_still_ask(server: LiveServer) -> None:
    """A request that arrives on a new connection after the end has begun is answered, and the connection ends."""
    with socket.create_connection(address_of(server), timeout=60) as connection:
        assert ask(server)
        server.end()
        assert wait_until(lambda: refuses(server))
        connection.sendall(REQUEST.replace(b"connection: close\r\n", b""))
        answer = connection.recv(1_000)
        while piece := connection.recv(1_000):
            answer += piece

    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"x")


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_no_connection_is_reset(loop: str) -> None:
    """Clients that connect again and again get answers until they are refused."""
    answers: list[bytes] = []
    resets: list[OSError] = []

    def ask_until_refused(server: LiveServer) -> None:
        while True:
            try:
                answers.append(ask(server))
            except ConnectionRefusedError:
                return
            except OSError as error:
                resets.append(error)
                return

    for _ in range(3):
        with serve(PlainTextResponse("x"), lifespan="off", loop=loop) as server:
            clients = [threading.Thread(target=ask_until_refused, args=(server,)) for _ in range(CLIENTS)]
            for client in clients:
                client.start()
            enough = len(answers) + 200
            assert wait_until(lambda: len(answers) > enough)  # noqa: B023 - called at once
        for client in clients:
            client.join()

    assert not resets
    assert all(answers)


def test_connections_that_come_together_are_shared(free_port: int) -> None:
    """By all workers: a client's pool of connections opens at once, and stays open."""
    with workers(free_port, 2):
        assert wait_until(lambda: len(served_by(free_port, connections=8)) == 2)

        served = [served_by(free_port, connections=16) for _ in range(12)]

    smaller = [min(each.values()) if len(each) == 2 else 0 for each in served]
    # Mostly 7 or 8. The system may let one of the workers stand still for a moment.
    assert statistics.mean(smaller) >= 6


def served_by(port: int, *, connections: int) -> Counter[bytes]:
    """Open this many connections before anything is asked, and count them by the process that answers."""
    with contextlib.ExitStack() as stack:
        try:
            opened = [
                stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
                for _ in range(connections)
            ]
        except ConnectionRefusedError:
            return Counter()
        for connection in opened:
            connection.sendall(REQUEST)
        # To its end: head and body may come one after the other.
        answers = [b"".join(iter(lambda: connection.recv(1_000), b"")) for connection in opened]  # noqa: B023 - called at once
        return Counter(answer.rpartition(b"\r\n")[2] for answer in answers)
