"""More clients than can be served: some are told to come back, none waits for long, and the server is well afterwards."""

import asyncio
import time
from collections import Counter
from pathlib import Path

import httpx

from tests.conftest import MakeServer
from tests.fake_upstream import FakeUpstream
from tests.processes import start_server, wait_until

CLIENTS = 200


async def test_two_hundred_clients_are_served_or_told_to_come_back(
    make_server: MakeServer, upstream_url: str
) -> None:
    """Each search waits a second for its embedding. A bounded queue waits two; the others get a 503 with `retry-after`."""
    server = make_server(
        openai_api_key="sk-good", openai_base_url=upstream_url, embedding_model="embed-slower"
    )
    limits = httpx.Limits(max_connections=CLIENTS)
    async with httpx.AsyncClient(base_url=server.url, timeout=60, limits=limits) as client:
        (await client.post("/v1/ingest", json={"text": "Leave lasts nine months."})).raise_for_status()
        answers = await asyncio.gather(*(search(client, number) for number in range(CLIENTS)))
        after = await search(client, CLIENTS)

    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) == {200, 503}
    assert statuses[200] >= 16, "those who are served at once"
    for answer in answers:
        if answer.status_code == 503:
            assert answer.headers["retry-after"] == "1"
            assert answer.json()["error"]["code"] == "overloaded"
    assert after.status_code == 200


async def search(client: httpx.AsyncClient, number: int) -> httpx.Response:
    return await client.post("/v1/vector_stores/default/search", json={"query": f"Question {number}?"})


async def test_the_gate_before_upstream_has_a_queue_with_an_end(
    make_server: MakeServer, upstream: FakeUpstream, upstream_url: str
) -> None:
    """One call at a time: those who cannot be served within two seconds are told to come back then."""
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url, upstream_max_concurrency=1)
    body = {"model": "gpt-hang@none", "messages": [{"role": "user", "content": "?"}], "stream": True}
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
        holder = asyncio.create_task(client.post("/v1/chat/completions", json=body))
        assert await asyncio.to_thread(wait_until, lambda: "gpt-hang" in upstream.calls)
        began = time.monotonic()
        refused = await client.post("/v1/chat/completions", json=body)
        waited = time.monotonic() - began
        holder.cancel()

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert refused.json()["error"]["code"] == "overloaded"
    # The one call takes half a minute.
    assert 1.5 < waited < 25


async def test_two_hundred_streams_without_upstream_begin_soon_or_not_at_all(make_server: MakeServer) -> None:
    """Their searches are work for one processor: a few at a time, in turn. What the server says that it took is short."""
    server = make_server()
    async with httpx.AsyncClient(
        base_url=server.url, timeout=60, limits=httpx.Limits(max_connections=CLIENTS)
    ) as client:
        (await client.post("/v1/ingest", json={"text": "Leave lasts nine months."})).raise_for_status()
        alone = sorted([processing_milliseconds(await stream(client, number)) for number in range(5)])[2]
        answers = await asyncio.gather(*(stream(client, number) for number in range(CLIENTS)))

    assert {answer.status_code for answer in answers} <= {200, 503}
    served = sorted(processing_milliseconds(answer) for answer in answers if answer.status_code == 200)
    assert len(served) >= 4
    # All at once would take two hundred times as long as one alone.
    assert served[int(0.95 * (len(served) - 1))] < 4_000 + 30 * alone


def processing_milliseconds(answer: httpx.Response) -> int:
    return int(answer.headers["openai-processing-ms"])


async def stream(client: httpx.AsyncClient, number: int) -> httpx.Response:
    messages = [{"role": "user", "content": f"Question {number}: how long does leave last?"}]
    body = {"model": "gpt-5.4-mini", "stream": True, "messages": messages}
    return await client.post("/v1/chat/completions", json=body)


async def test_several_processes_share_the_connections(tmp_path: Path, free_port: int) -> None:
    """More processes than an embedded PostgreSQL has connections for, each with a pool as large as one alone would have."""
    process = start_server(free_port, DATA_DIR=str(tmp_path / "data"), WORKERS="4")
    try:
        limits = httpx.Limits(max_connections=CLIENTS, max_keepalive_connections=0)
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{free_port}/v1", timeout=60, limits=limits
        ) as client:
            paths = ["/files", "/vector_stores", "/uploads/upload_none", "/responses/resp_none"]
            answers = await asyncio.gather(*(client.get(path) for path in paths * (CLIENTS // 2)))
    finally:
        process.terminate()
        process.wait(60)

    assert Counter(answer.status_code for answer in answers) == {200: CLIENTS, 404: CLIENTS}
