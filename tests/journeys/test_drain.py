"""SIGTERM while clients are served: streams finish, nobody new comes in, and nothing stays behind."""

import signal
import socket
import time
from pathlib import Path

import httpx

from tests.fake_upstream import FakeUpstream
from tests.processes import keepers, postmasters, start_server, wait_until

# Its stream takes two seconds.
SLOW = {"model": "gpt-slow@none", "messages": [{"role": "user", "content": "How long?"}], "stream": True}


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_streams_finish_before_the_server_ends(
    tmp_path: Path, free_port: int, upstream: FakeUpstream, upstream_url: str
) -> None:
    """Its clients get every word and the end mark. Meanwhile the port is closed, and idle connections are."""
    data_dir = tmp_path / "data"
    process = start_server(
        free_port, DATA_DIR=str(data_dir), OPENAI_API_KEY="sk-good", OPENAI_BASE_URL=upstream_url
    )
    url = f"http://127.0.0.1:{free_port}"
    with httpx.Client(base_url=url, timeout=30) as idle, httpx.Client(base_url=url, timeout=30) as client:
        assert idle.get("/healthz").status_code == 200
        with client.stream("POST", "/v1/chat/completions", json=SLOW) as answer:
            lines = answer.iter_lines()
            received = [next(lines)]
            process.send_signal(signal.SIGTERM)
            signalled = time.monotonic()
            assert wait_until(lambda: not is_listening(free_port), seconds=5)
            closed_after = time.monotonic() - signalled
            received += list(lines)
    ended = process.wait(30)

    assert received[-2:] == ["data: [DONE]", ""]
    assert "".join(received).count('"content"') > len(upstream.answer) // upstream.piece_size
    assert closed_after < 1.5
    assert ended in (0, -signal.SIGTERM)
    assert wait_until(lambda: not postmasters(data_dir) and not keepers(data_dir))
