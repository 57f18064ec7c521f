"""/metrics: what requests, chats, searches, the queue and upstream did, in numbers that a dashboard shows."""

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import MakeServer, sdk
from tests.serving import LiveServer

Sample = tuple[str, frozenset[tuple[str, str]]]


def scraped(server: LiveServer) -> dict[Sample, float]:
    """Return the value of each name with its labels."""
    page = httpx.get(f"{server.url}/metrics").raise_for_status().text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def gained(before: dict[Sample, float], after: dict[Sample, float], name: str, **labels: str) -> float:
    key = (name, frozenset(labels.items()))
    return after.get(key, 0.0) - before.get(key, 0.0)


def test_what_happened_is_counted(live_server: LiveServer) -> None:
    """By route and not by path, which anybody may invent."""
    before = scraped(live_server)

    ingested = httpx.post(
        f"{live_server.v1}/ingest", json={"text": "Leave lasts nine months.", "filename": "a.txt"}
    )
    file_id = ingested.json()["data"][0]["file_id"]
    httpx.get(f"{live_server.v1}/files/{file_id}").raise_for_status()
    httpx.get(f"{live_server.v1}/files/file-{'0' * 26}")
    httpx.get(f"{live_server.url}/nowhere/at/all")
    httpx.request("MADEUP", f"{live_server.v1}/models")
    sdk(live_server.v1).chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": "How long is the leave?"}]
    )
    after = scraped(live_server)

    route, total = "/v1/files/{file_id}", "footnote_requests_total"
    assert gained(before, after, total, method="GET", route=route, status="200") == 1
    assert gained(before, after, total, method="GET", route=route, status="404") == 1
    assert gained(before, after, total, method="GET", route="none", status="404") == 1
    assert not any(("method", "MADEUP") in labels for _, labels in after)
    assert gained(before, after, "footnote_request_seconds_count", route=route) == 2
    assert gained(before, after, "footnote_first_token_seconds_count") == 1
    assert gained(before, after, "footnote_tokens_total", kind="completion") > 0
    assert gained(before, after, "footnote_search_step_seconds_count", step="search") == 1
    assert after["footnote_queue_files", frozenset()] == 0
    assert after["footnote_database_up", frozenset()] == 1
    assert ("footnote_pool_connections", frozenset({("state", "in_use")})) in after


def test_the_queue_is_measured(make_server: MakeServer) -> None:
    """Files that nobody reads, and how long the oldest waits."""
    server = make_server(worker="off")
    body = {"text": "Leave lasts nine months.", "filename": "a.txt", "wait": False}
    httpx.post(f"{server.v1}/ingest", json=body).raise_for_status()

    after = scraped(server)

    assert after["footnote_queue_files", frozenset()] == 1
    assert 0 < after["footnote_queue_oldest_seconds", frozenset()] < 60


def test_calls_of_upstream_are_counted_by_outcome(make_server: MakeServer, upstream_url: str) -> None:
    """One that succeeds, one that is refused."""
    server = make_server(
        dev_fallbacks=False,
        embedding_provider="fallback",
        openai_api_key="sk-test",
        openai_base_url=upstream_url,
    )
    before = scraped(server)

    answers = [
        httpx.post(
            f"{server.v1}/chat/completions",
            json={"model": f"{model}@none", "messages": [{"role": "user", "content": "Hello"}]},
        ).status_code
        for model in ("gpt-4o", "gpt-400")
    ]
    after = scraped(server)

    calls, path = "footnote_upstream_calls_total", "/chat/completions"
    assert answers == [200, 400]
    assert gained(before, after, calls, path=path, outcome="ok") == 1
    assert gained(before, after, calls, path=path, outcome="refused") == 1
