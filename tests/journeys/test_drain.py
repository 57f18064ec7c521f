"""SIGTERM while clients are served: streams finish, nobody new comes in, and nothing stays behind."""

import signal
import socket
import threading
from pathlib import Path

import httpx
import pytest

from tests.fake_upstream import FakeUpstream
from tests.processes import keepers, postmasters, start_server, wait_until

# Its stream goes on when the test allows it.
STEPPED = {
    "model": "gpt-stepped@none",
    "messages": [{"role": "user", "content": "How long?"}],
    "stream": True,
}


def is_listening(port: int) -> bool:
    """Whether a new client is taken. While a server ends, the kernel drops first packets, which takes a client a second."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_streams_finish_before_the_server_ends(
    tmp_path: Path, free_port: int, upstream: FakeUpstream, upstream_url: str, workers: str
) -> None:
    """Its clients get every word and the end mark. Meanwhile the port is closed, and idle connections are."""
    data_dir = tmp_path / "data"
    process = start_server(
        free_port,
        DATA_DIR=str(data_dir),
        OPENAI_API_KEY="sk-good",
        OPENAI_BASE_URL=upstream_url,
        WORKERS=workers,
    )
    url = f"http://127.0.0.1:{free_port}"
    with httpx.Client(base_url=url, timeout=60) as idle, httpx.Client(base_url=url, timeout=60) as client:
        assert idle.get("/healthz").status_code == 200
        with client.stream("POST", "/v1/chat/completions", json=STEPPED) as answer:
            lines = answer.iter_lines()
            received = [next(lines)]
            process.send_signal(signal.SIGTERM)
            # Upstream waits for half a minute.
            assert wait_until(lambda: not is_listening(free_port), seconds=20)
            upstream.allowed = len(upstream.answer)
            received += list(lines)
    ended = process.wait(60)

    assert received[-2:] == ["data: [DONE]", ""]
    assert "".join(received).count('"content"') > len(upstream.answer) // upstream.piece_size
    assert ended in (0, -signal.SIGTERM)
    assert wait_until(lambda: not postmasters(data_dir) and not keepers(data_dir))


@pytest.mark.parametrize("workers", ["1", "2"])
def test_who_is_connected_is_answered(tmp_path: Path, free_port: int, workers: str) -> None:
    """However late a connection is made: it is refused, or its request has an answer."""
    process = start_server(free_port, DATA_DIR=str(tmp_path / "data"), WORKERS=workers)
    outcomes: list[str] = []
    clients = [threading.Thread(target=ask_until_refused, args=(free_port, outcomes)) for _ in range(12)]
    for client in clients:
        client.start()
    have_asked = wait_until(lambda: len(outcomes) > 100)
    process.send_signal(signal.SIGTERM)
    for client in clients:
        client.join()
    process.wait(60)

    assert have_asked
    assert {outcome for outcome in outcomes if outcome != "200"} == set()


def ask_until_refused(port: int, outcomes: list[str]) -> None:
    """Ask by one connection after another; note each status, or what came instead."""
    while True:
        try:
            connection = socket.create_connection(("127.0.0.1", port), timeout=60)
        except ConnectionRefusedError:
            return
        with connection:
            try:
                connection.sendall(b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")
                outcomes.append(connection.recv(4096).decode()[9:12] or "nothing")
            except OSError as error:
                outcomes.append(repr(error))
