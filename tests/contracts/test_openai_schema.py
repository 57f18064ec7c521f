"""Our bodies before OpenAI's own description of its API: every object that we return validates against it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest

from tests.factories import make_pdf
from tests.serving import LiveServer

_DESCRIPTION = Path(__file__).parent / "openai" / "openapi.json"
MESSAGES = [{"role": "user", "content": "How long does parental leave last?"}]

# The description says string where the live API sends null: lists without entries have no ids to page by. Of a batch it
# knows a name that the live API does not send.
_NULL_IN_EMPTY_LISTS = ("first_id", "last_id")


@cache
def described() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(_DESCRIPTION.read_text(encoding="utf-8"))
    for schema in loaded["components"]["schemas"].values():
        for name in _NULL_IN_EMPTY_LISTS:
            if name in schema.get("properties", {}):
                schema["properties"][name] = {"type": ["string", "null"]}
    batch = loaded["components"]["schemas"]["VectorStoreFileBatchObject"]["properties"]["object"]
    batch["enum"] = ["vector_store.file_batch"]
    return loaded


def check(schema: str, body: Any) -> None:
    """Fail with the first places where the body is not what OpenAI describes."""
    description = described()
    validator = jsonschema_rs.Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": description["components"]}
    )
    faults = [f"{list(fault.instance_path)}: {fault.message}"[:300] for fault in validator.iter_errors(body)]
    assert not faults, "\n".join(faults[:5])


@pytest.fixture
def call(live_server: LiveServer) -> Any:
    """Return a function that calls the live server and returns the body of its answer."""

    def send(method: str, path: str, **options: Any) -> Any:
        response = httpx.request(method, f"{live_server.v1}/{path}", timeout=60, **options)
        assert response.status_code == 200, response.text
        return response.json()

    return send


@pytest.fixture
def filled(call: Any) -> tuple[str, str]:
    """A store with a PDF in it, and the file's id."""
    body = call("POST", "ingest", files={"file": ("handbook.pdf", make_pdf())}, data={"vector_store": "hr"})
    return body["vector_store_id"], body["data"][0]["file_id"]


def test_models(call: Any, filled: tuple[str, str]) -> None:
    """The list, and one of it."""
    listed = call("GET", "models")

    check("ListModelsResponse", listed)
    check("Model", call("GET", f"models/{listed['data'][0]['id']}"))


def test_chats(call: Any, live_server: LiveServer, filled: tuple[str, str]) -> None:
    """Grounded and not, with a tool call, with log probabilities asked for, plain and as chunks."""
    tool = {
        "type": "function",
        "function": {"name": "look", "parameters": {"type": "object", "properties": {}}},
    }
    for options in (
        {},
        {"footnote": {"enabled": False}},
        {"n": 2},
        {"tools": [tool], "tool_choice": "required"},
        {"response_format": {"type": "json_object"}},
    ):
        body: dict[str, Any] = {"model": "gpt-5.4-mini@hr", "messages": MESSAGES} | options
        check("CreateChatCompletionResponse", call("POST", "chat/completions", json=body))
        stream = {"stream": True, "stream_options": {"include_usage": True}}
        text = httpx.post(f"{live_server.v1}/chat/completions", json=body | stream, timeout=60).text
        frames = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
        assert frames.pop() == "[DONE]"
        for frame in frames:
            check("CreateChatCompletionStreamResponse", json.loads(frame))


def test_completions(call: Any, filled: tuple[str, str]) -> None:
    """The API before chats."""
    body = {"model": "gpt-5.4-mini@hr", "prompt": MESSAGES[0]["content"]}

    check("CreateCompletionResponse", call("POST", "completions", json=body))


def test_responses(call: Any, filled: tuple[str, str]) -> None:
    """Grounded by a tool with its results, and not; kept, its input listed, deleted."""
    tool = {"type": "file_search", "vector_store_ids": [filled[0]]}
    options = {"tools": [tool], "include": ["file_search_call.results"]}
    asked = {"model": "gpt-5.4-mini", "input": MESSAGES[0]["content"]}

    made = call("POST", "responses", json=asked | options)

    check("Response", made)
    check("Response", call("POST", "responses", json=asked))
    check("Response", call("GET", f"responses/{made['id']}"))
    check("ResponseItemList", call("GET", f"responses/{made['id']}/input_items"))
    call("DELETE", f"responses/{made['id']}")


def test_conversations(call: Any) -> None:
    """Made, filled, listed, deleted."""
    item = {"type": "message", "role": "user", "content": "hello"}
    made = call("POST", "conversations", json={"items": [item]})
    base = f"conversations/{made['id']}"

    check("ConversationResource", made)
    check("ConversationItemList", call("POST", f"{base}/items", json={"items": [item]}))
    listed = call("GET", f"{base}/items")
    check("ConversationItemList", listed)
    check("ConversationItem", call("GET", f"{base}/items/{listed['data'][0]['id']}"))
    check("ConversationResource", call("DELETE", f"{base}/items/{listed['data'][0]['id']}"))
    check("DeletedConversationResource", call("DELETE", base))


def test_embeddings(call: Any) -> None:
    """In floats; of base64 the description knows nothing."""
    body = {"model": "text-embedding-3-small", "input": ["a", "b"], "dimensions": 8}

    check("CreateEmbeddingResponse", call("POST", "embeddings", json=body))


def test_files(call: Any) -> None:
    """Made, listed, looked at, deleted; lists without files, too."""
    check("ListFilesResponse", call("GET", "files"))
    made = call("POST", "files", data={"purpose": "assistants"}, files={"file": ("a.txt", b"text")})

    check("OpenAIFile", made)
    check("OpenAIFile", call("GET", f"files/{made['id']}"))
    check("ListFilesResponse", call("GET", "files"))
    check("DeleteFileResponse", call("DELETE", f"files/{made['id']}"))


def test_uploads(call: Any) -> None:
    """Opened, filled, completed, cancelled."""
    opening = {"bytes": 4, "filename": "a.txt", "mime_type": "text/plain", "purpose": "assistants"}
    upload = call("POST", "uploads", json=opening)
    part = call("POST", f"uploads/{upload['id']}/parts", files={"data": ("blob", b"text")})
    done = call("POST", f"uploads/{upload['id']}/complete", json={"part_ids": [part["id"]]})
    other = call("POST", "uploads", json=opening)

    check("UploadPart", part)
    for body in (upload, done, call("POST", f"uploads/{other['id']}/cancel")):
        check("Upload", body)


def test_stores(call: Any, filled: tuple[str, str]) -> None:
    """Made in every way, changed, listed, deleted."""
    made = call("POST", "vector_stores", json={})
    rich = {"name": "n", "metadata": {"a": "b"}, "expires_after": {"anchor": "last_active_at", "days": 2}}
    expiring = call("POST", "vector_stores", json=rich)

    for body in (made, expiring, call("GET", f"vector_stores/{filled[0]}")):
        check("VectorStoreObject", body)
    check("VectorStoreObject", call("POST", f"vector_stores/{made['id']}", json={"name": "x"}))
    check("ListVectorStoresResponse", call("GET", "vector_stores"))
    check("DeleteVectorStoreResponse", call("DELETE", f"vector_stores/{made['id']}"))


def test_searches(call: Any, filled: tuple[str, str]) -> None:
    """With an empty `include` nothing but what the description allows; else our extension besides, and nothing else."""
    search = f"vector_stores/{filled[0]}/search"
    plain = call("POST", search, json={"query": "parental leave", "include": []})
    told = call("POST", search, json={"query": ["leave", "laptops"]})
    empty = call("POST", "vector_stores", json={})

    check("VectorStoreSearchResultsPage", plain)
    check(
        "VectorStoreSearchResultsPage",
        call("POST", f"vector_stores/{empty['id']}/search", json={"query": "x"}),
    )
    places = [result.pop("footnote") for result in told["data"]]
    check("VectorStoreSearchResultsPage", told)
    assert {"chunk_id", "scores", "page", "char_start"} <= set(places[0])


def test_stores_files(call: Any, filled: tuple[str, str]) -> None:
    """Attached, changed, listed, read, failed, in batches."""
    store_id, file_id = filled
    base = f"vector_stores/{store_id}/files"
    bad = call("POST", "files", data={"purpose": "assistants"}, files={"file": ("a.pdf", b"%PDF-1.7 broken")})
    attached = call("POST", base, json={"file_id": bad["id"], "attributes": {"year": 2026, "draft": True}})
    batch = call("POST", f"vector_stores/{store_id}/file_batches", json={"file_ids": [file_id, bad["id"]]})
    batches = f"vector_stores/{store_id}/file_batches/{batch['id']}"
    while call("GET", batches)["status"] == "in_progress":
        pass

    check("VectorStoreFileObject", attached)
    assert call("GET", f"{base}/{bad['id']}")["status"] == "failed"
    check("VectorStoreFileObject", call("GET", f"{base}/{bad['id']}"))
    check("VectorStoreFileObject", call("POST", f"{base}/{file_id}", json={"attributes": {"a": 1.5}}))
    check("ListVectorStoreFilesResponse", call("GET", base))
    check("VectorStoreFileContentResponse", call("GET", f"{base}/{file_id}/content"))
    for body in (batch, call("GET", batches), call("POST", f"{batches}/cancel")):
        check("VectorStoreFileBatchObject", body)
    check("ListVectorStoreFilesResponse", call("GET", f"{batches}/files"))
    check("DeleteVectorStoreFileResponse", call("DELETE", f"{base}/{file_id}"))


def test_errors(live_server: LiveServer) -> None:
    """The envelope of each kind of refusal."""
    for method, path in (("GET", "files/file-none"), ("GET", "nothing"), ("POST", "chat/completions")):
        check("ErrorResponse", httpx.request(method, f"{live_server.v1}/{path}").json())
