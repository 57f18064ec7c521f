"""A PostgreSQL that is stopped, as by a debugger, a frozen container or a dead disk: every route is a 503 in time."""

import os
import signal
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import httpx

from tests.processes import end_server, everything, keepers, start_server, wait_until

# The longest that any request may take.
LONGEST_SECONDS = 10.0
ROUTES = (
    ("GET", "/readyz", None),
    ("GET", "/v1/files", None),
    ("GET", "/v1/vector_stores", None),
    ("POST", "/v1/vector_stores", {"name": "x"}),
    ("POST", "/v1/ingest", {"text": "some words", "filename": "a.txt"}),
    (
        "POST",
        "/v1/chat/completions",
        {"model": "gpt-4o", "messages": [{"role": "user", "content": "words?"}]},
    ),
    ("POST", "/v1/responses", {"model": "gpt-4o", "input": "words?"}),
    ("DELETE", "/v1/files/file-00000000000000000000000000", None),
)


def test_a_frozen_database_is_a_503_in_time(tmp_path: Path, free_port: int) -> None:
    """For those who wait when it freezes and for those who come later; afterwards all is as before. /healthz waits a minute."""
    data_dir = tmp_path / "data"
    process = start_server(free_port, DATA_DIR=str(data_dir))
    url = f"http://127.0.0.1:{free_port}"
    assert httpx.post(f"{url}/v1/ingest", json={"text": "some words", "filename": "a.txt"}).status_code == 200

    frozen = [pid for pid in everything(data_dir) if pid not in keepers(data_dir)]
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    outcomes = ask_all(url) + ask_all(url)
    alive = httpx.get(f"{url}/healthz").status_code
    gave_up = wait_until(lambda: httpx.get(f"{url}/healthz").status_code == 503, seconds=150)
    for pid in frozen:
        os.kill(pid, signal.SIGCONT)
    recovered = wait_until(lambda: httpx.get(f"{url}/readyz").status_code == 200, seconds=60)
    lists = wait_until(lambda: httpx.get(f"{url}/v1/files").status_code == 200, seconds=60)
    after = httpx.get(f"{url}/v1/files")
    alive_again = httpx.get(f"{url}/healthz").status_code
    end_server(process)

    assert [outcome[:2] for outcome in outcomes if outcome[1] != 503] == []
    assert max(seconds for *_, seconds in outcomes) < LONGEST_SECONDS
    assert recovered
    assert lists
    # A container that cannot serve for a minute is started again.
    assert (alive, gave_up, alive_again) == (200, True, 200)
    assert len(after.json()["data"]) == 1


def ask_all(url: str) -> list[tuple[str, int, float]]:
    """Ask every route at once, twice; return route, status and duration."""
    outcomes: list[tuple[str, int, float]] = []

    def ask(client: httpx.Client, method: str, path: str, body: object) -> None:
        began = time.monotonic()
        status = client.request(method, url + path, json=body).status_code
        outcomes.append((path, status, time.monotonic() - began))

    with ExitStack() as stack:
        # Made before, because making them takes longer than some answers.
        clients = [stack.enter_context(httpx.Client(timeout=40)) for _ in ROUTES * 3]
        threads = [
            threading.Thread(target=ask, args=(client, *route))
            for client, route in zip(clients, ROUTES * 3, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(outcomes) == len(threads)
    return outcomes
