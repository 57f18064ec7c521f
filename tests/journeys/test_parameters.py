"""Parameters of paths, queries and lists of ids: refused in OpenAI's words, never in the validator's."""

import httpx
import pytest

from tests.journeys.test_front_door import check_envelope
from tests.serving import LiveServer


@pytest.mark.parametrize(
    ("path", "param", "code"),
    [
        ("files?limit=0", "limit", "integer_below_min_value"),
        ("files?limit=1000000", "limit", "integer_above_max_value"),
        ("files?limit=many", "limit", "invalid_type"),
        ("files?order=up", "order", "invalid_value"),
        ("files?after=a%20b", "after", "invalid_value"),
        (f"files?after={'a' * 200}", "after", "string_above_max_length"),
        ("files/a%20b", "file_id", "invalid_value"),
        ("files/file.x/content", "file_id", "invalid_value"),
        ("vector_stores/no%20such%20name", "vector_store_id", "invalid_value"),
        ("vector_stores/vs_1/files?filter=lost", "filter", "invalid_value"),
        ("retrievals/ret%2B", "retrieval_id", "invalid_value"),
    ],
)
def test_refused_parameters_are_named(live_server: LiveServer, path: str, param: str, code: str) -> None:
    """With OpenAI's code, and in words that its documentation knows."""
    error = check_envelope(httpx.get(f"{live_server.v1}/{path}"), 400)

    assert (error["param"], error["code"]) == (param, code)
    assert param in error["message"]
    assert not any(word in error["message"].lower() for word in ("input", "should", "pattern"))


@pytest.mark.parametrize("path", ["files/{}", "vector_stores/{}", "retrievals/{}", "models/{}"])
def test_unknown_ids_are_repeated_in_part(live_server: LiveServer, path: str) -> None:
    """At most 64 letters of what was sent come back."""
    error = check_envelope(httpx.get(f"{live_server.v1}/{path.format('a' * 300)}"), 404)

    assert "a" * 64 in error["message"]
    assert "a" * 65 not in error["message"]


def test_malformed_ids_in_bodies_are_400(live_server: LiveServer) -> None:
    """In a list, the place is named."""
    store = httpx.post(f"{live_server.v1}/vector_stores", json={}).json()["id"]
    batches = f"{live_server.v1}/vector_stores/{store}/file_batches"

    error = check_envelope(httpx.post(batches, json={"file_ids": ["file-1", "file 2"]}), 400)

    assert (error["param"], error["code"]) == ("file_ids[1]", "invalid_value")
    assert "letters, numbers, underscores, or dashes" in error["message"]


def test_stores_still_open_by_name(live_server: LiveServer) -> None:
    """A name may hold what an id may not."""
    httpx.post(f"{live_server.v1}/vector_stores", json={"name": "travel rules"}).raise_for_status()

    assert httpx.get(f"{live_server.v1}/vector_stores/travel%20rules").json()["name"] == "travel rules"
