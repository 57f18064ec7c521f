"""A text in several files: a search finds it in each, a chat has it once and names all files."""

import httpx
import openai

from tests.conftest import sdk
from tests.serving import LiveServer

_TEXT = "replicas: 3\nimage: registry.example.org/app:1.4"


def ingest(server: LiveServer, name: str, text: str) -> str:
    body = {"text": text, "filename": name, "vector_store": "cluster"}
    file_id: str = httpx.post(f"{server.v1}/ingest", json=body).json()["data"][0]["file_id"]
    return file_id


def test_a_search_names_both_files_the_newer_first(live_server: LiveServer) -> None:
    """In every mode."""
    ids = [ingest(live_server, name, _TEXT) for name in ("staging.yaml", "production.yaml")]
    (store,) = httpx.get(f"{live_server.v1}/vector_stores").json()["data"]

    for mode in ("hybrid", "semantic", "lexical"):
        body = {"query": "replicas image", "footnote": {"mode": mode}}
        found = httpx.post(f"{live_server.v1}/vector_stores/{store['id']}/search", json=body).json()["data"]
        assert [hit["file_id"] for hit in found] == ids[::-1], mode
        assert found[0]["score"] == found[1]["score"]


def test_a_chat_cites_one_passage_that_stands_in_both(live_server: LiveServer) -> None:
    """The chunk, the citation and the annotation's title say so, and the strict SDK takes it."""
    text = "The cluster runs three replicas of the image."
    staging, production = (ingest(live_server, name, text) for name in ("staging.txt", "production.txt"))
    client: openai.OpenAI = sdk(live_server.v1)

    answer = client.chat.completions.create(
        model="gpt-4o@cluster", messages=[{"role": "user", "content": "How many replicas does it run?"}]
    )

    body = answer.to_dict()
    (chunk,) = body["footnote"]["chunks"]  # type: ignore[index]
    message = answer.choices[0].message
    (citation,) = message.to_dict()["footnote"]["citations"]  # type: ignore[index]
    assert chunk["file_id"] == production
    for told in (chunk, citation):
        assert [(same["file_id"], same["filename"]) for same in told["also_in"]] == [(staging, "staging.txt")]
    assert message.annotations
    assert message.annotations[0].url_citation.title == "production.txt; also in staging.txt"
