"""HEAD: the status and the headers of GET, no body, and the same door."""

import re

import httpx
import pytest

from app.api.dependencies import PUBLIC, SCOPES
from tests.conftest import MakeServer
from tests.factories import make_key
from tests.serving import LiveServer

# What differs between any two answers.
OWN = {"date", "x-request-id", "openai-processing-ms", "transfer-encoding"}
GETS = sorted(path for method, path in {*SCOPES, *PUBLIC} if method == "GET")


@pytest.mark.parametrize("path", [*GETS, "/static/chat.css", "/nowhere", "/v1/files?limit=0"])
def test_head_says_what_get_says(live_server: LiveServer, path: str) -> None:
    """On every route, on the page's files, and for errors."""
    address = live_server.url + re.sub(r"\{[^}]*\}", "x", path)
    with httpx.Client() as client:
        got = client.get(address)
        head = client.head(address)

    assert head.status_code == got.status_code
    assert head.content == b""
    assert head.headers["x-request-id"].startswith("req_")
    if path not in ("/metrics", "/readyz", "/healthz"):
        assert {name: head.headers[name] for name in head.headers if name not in OWN} == {
            name: got.headers[name] for name in got.headers if name not in OWN
        }


def test_the_length_of_a_file_is_known_without_its_bytes(live_server: LiveServer) -> None:
    """And the connection serves on."""
    sent = b"A text.\n" * 400_000
    with httpx.Client(base_url=live_server.v1, timeout=60) as client:
        made = client.post("/files", files={"file": ("a.txt", sent)}, data={"purpose": "user_data"}).json()
        head = client.head(f"/files/{made['id']}/content")
        content = client.get(f"/files/{made['id']}/content").content

    assert (head.status_code, head.headers["content-length"]) == (200, str(len(sent)))
    assert content == sent


def test_head_needs_a_key_where_get_does(make_server: MakeServer, clean_url: str) -> None:
    """And a route that only takes POST has no HEAD."""
    server, key = make_server(), make_key(clean_url)

    without = httpx.head(f"{server.v1}/files")
    keyed = httpx.head(f"{server.v1}/files", headers={"authorization": f"Bearer {key}"})
    posted = httpx.head(f"{server.v1}/embeddings", headers={"authorization": f"Bearer {key}"})

    assert (without.status_code, keyed.status_code, posted.status_code) == (401, 200, 405)
