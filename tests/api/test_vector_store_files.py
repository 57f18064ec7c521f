"""Polls of SDKs, which say that they are polls."""

import time

import httpx

from tests.conftest import MakeServer, sdk


def test_a_poll_of_an_sdk_is_held_a_moment(make_server: MakeServer) -> None:
    """A tenth of a second, while the file is not read: each request that is saved is time for the files."""
    server = make_server(worker="off")
    client = sdk(server.v1)
    store = client.vector_stores.create().id
    file = client.files.create(file=("leave.txt", b"Leave lasts nine months."), purpose="assistants").id
    client.vector_stores.files.create(store, file_id=file)

    started = time.monotonic()
    answer = httpx.get(
        f"{server.v1}/vector_stores/{store}/files/{file}", headers={"X-Stainless-Poll-Helper": "true"}
    )

    assert time.monotonic() - started >= 0.1
    assert answer.json()["status"] == "in_progress"
    assert answer.headers["openai-poll-after-ms"] == "50"
