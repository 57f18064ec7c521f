"""MCP over HTTP, asked with the SDK's own client at a live server: its tools, its resources, and what each key sees."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import httpx2
import pytest
from mcp import Client, types
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from app.core.permissions import Scope
from tests.conftest import MakeServer
from tests.factories import make_key, make_pdf
from tests.fake_upstream import FakeUpstream
from tests.processes import wait_until
from tests.serving import LiveServer

QUESTION = "How long does parental leave last?"
MODES = ("auto", "legacy")


@asynccontextmanager
async def connected(
    server: LiveServer, key: str | None = None, *, mode: str = "auto"
) -> AsyncIterator[Client]:
    """Connect the SDK's client, of the stateless protocol or of the one before it."""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
        transport = streamable_http_client(f"{server.url}/mcp", http_client=http)
        async with Client(transport, mode=mode) as client:
            yield client


def ingest(server: LiveServer, name: str, content: bytes, key: str | None = None, **form: str) -> str:
    """Read a file into a store; return its id."""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    url = f"{server.v1}/ingest"
    answer = httpx.post(url, files={"file": (name, content)}, data=form, headers=headers, timeout=60)
    file_id: str = answer.raise_for_status().json()["data"][0]["file_id"]
    return file_id


async def key_of(url: str, **wish: Any) -> str:
    """Return a new key; it is made by a loop of its own."""
    return await asyncio.to_thread(make_key, url, **wish)


async def called(client: Client, name: str, **arguments: Any) -> Any:
    """Return a tool's structured result."""
    result = await client.call_tool(name, arguments)
    assert not result.is_error, result.content
    return result.structured_content


async def refusal(client: Client, name: str, **arguments: Any) -> str:
    """Return what a tool that refuses says."""
    result = await client.call_tool(name, arguments)
    assert result.is_error
    return text_of(result)


def text_of(result: types.CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    return content.text


@pytest.mark.parametrize("mode", MODES)
async def test_a_client_searches_fetches_and_asks(live_server: LiveServer, mode: str) -> None:
    """Results have the shape that connectors expect, as JSON text and as values, and links that open."""
    file_id = ingest(live_server, "handbook.pdf", make_pdf())

    async with connected(live_server, mode=mode) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        found = await client.call_tool("search", {"query": QUESTION})
        first = found.structured_content["results"][0]
        read = await client.call_tool("fetch", {"id": first["id"]})
        whole = await called(client, "fetch", id=file_id)
        stores = await called(client, "list_vector_stores")
        asked = await client.call_tool("ask", {"question": QUESTION})
    async with httpx2.AsyncClient(timeout=60) as browser:
        page = await browser.get(first["url"])

    assert list(tools) == ["search", "fetch", "list_vector_stores", "ask"]
    assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.values())
    assert json.loads(text_of(found)) == found.structured_content
    assert first["title"] == "handbook.pdf, p. 2"
    assert "nine months" in first["text"]
    assert "nine months" in page.raise_for_status().text
    document = json.loads(text_of(read))
    assert {"id", "title", "text", "url", "metadata"} <= set(document)
    assert (document["id"], document["title"]) == (first["id"], "handbook.pdf, p. 2")
    assert "Laptops are replaced" in document["text"]
    assert document["metadata"]["file_id"] == file_id
    assert whole["text"] == document["text"]
    assert [(store["is_default"], store["files"]) for store in stores["vector_stores"]] == [(True, 1)]
    answered = asked.structured_content
    (citation,) = [entry for entry in answered["citations"] if entry["n"] == 1][:1]
    assert "nine months" in answered["answer"]
    assert (citation["verified"], citation["reason"], citation["file_id"]) == (True, "quoted", file_id)
    assert "[1] handbook.pdf, p. 2 (verified)" in text_of(asked)


async def test_a_long_document_is_read_page_by_page(live_server: LiveServer) -> None:
    """Each page says where the next begins; the last says nothing."""
    sentences = [f"Rule number {number} is about the room {number + 7000}." for number in range(3000)]
    file_id = ingest(live_server, "rules.txt", "\n\n".join(sentences).encode())

    read, start = [], 0
    async with connected(live_server) as client:
        while start is not None:
            page = await called(client, "fetch", id=file_id, start=start)
            read.append(page["text"])
            start = page["metadata"].get("next_start")

    assert len(read) > 1
    assert all(sentence in "\n\n".join(read) for sentence in sentences)


async def test_documents_are_resources(live_server: LiveServer) -> None:
    """They are listed by name, and read as text; one that is not there is an error in our words."""
    ingest(live_server, "notes.txt", b"The safe opens with 1234.")

    async with connected(live_server) as client:
        (resource,) = (await client.list_resources()).resources
        (template,) = (await client.list_resource_templates()).resource_templates
        (contents,) = (await client.read_resource(resource.uri)).contents
        for absent in ("file-nope", "", "x" * 10_000, "chunk_nope_0", "\x00", "../etc/passwd"):
            with pytest.raises(MCPError) as error:
                await client.read_resource(f"footnote://files/{absent}")
            assert error.value.code == types.INVALID_PARAMS, absent

    assert resource.name == "notes.txt"
    assert template.uri_template == "footnote://files/{file_id}"
    assert isinstance(contents, types.TextResourceContents)
    assert contents.text == "The safe opens with 1234."


async def test_what_is_wrong_is_said_to_the_model(live_server: LiveServer) -> None:
    """Wrong arguments, stores and models are results that say what to change."""
    async with connected(live_server) as client:
        assert await refusal(client, "search") == "Missing required parameter: 'query'."
        assert "above maximum value" in await refusal(client, "search", query="x", max_results=51)
        assert "'nope' not found" in await refusal(client, "search", query="x", vector_stores=["nope"])
        assert "`nope` does not exist" in await refusal(client, "ask", question="x", model="nope")
        with pytest.raises(MCPError, match="Unknown tool"):
            await client.call_tool("shred", {})


LISTING = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
ACCEPT = {"accept": "application/json, text/event-stream"}


def test_the_door_is_that_of_the_api(make_server: MakeServer, clean_url: str) -> None:
    """Keys, size limits, limits of requests and request ids hold here, too."""
    server, key = make_server(max_request_bytes=65_536, rate_limit_requests_per_minute=4), make_key(clean_url)
    large = b" " * 65_537
    with httpx.Client(base_url=server.url, headers=ACCEPT) as client:
        wrong = client.post("/mcp", json=LISTING, headers={"authorization": "Bearer fn_wrong"})
        missing = client.post("/mcp", json=LISTING)
        client.headers["authorization"] = f"Bearer {key}"
        refused = client.post("/mcp", content=large, headers={"content-type": "application/json"})
        answers = [client.post("/mcp", json=LISTING) for _ in range(5)]
        read = client.get("/mcp")

    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "invalid_api_key")
    assert (missing.status_code, missing.headers["www-authenticate"]) == (401, "Bearer")
    assert refused.status_code == 413
    assert answers[0].headers["x-request-id"].startswith("req_")
    assert answers[0].headers["x-ratelimit-limit-requests"] == "4"
    assert [answer.status_code for answer in (answers[0], answers[-1])] == [200, 429]
    assert read.status_code == 405


def test_foreign_pages_do_not_reach_an_open_server(live_server: LiveServer) -> None:
    """A page of another site cannot use a server that asks for no key."""
    headers = ACCEPT | {"origin": "http://evil.example"}

    answer = httpx.post(f"{live_server.url}/mcp", json=LISTING, headers=headers)

    assert answer.status_code == 403


@dataclass(frozen=True, slots=True)
class Shelves:
    """A server with the stores "open" and "secret", their files by name, and a key of another project."""

    server: LiveServer
    files: dict[str, str]
    stranger: str


@pytest.fixture
def shelves(make_server: MakeServer, clean_url: str) -> Shelves:
    server, writer = make_server(), make_key(clean_url)
    files = {
        name: ingest(
            server,
            f"{name}.txt",
            f"The safe opens with {code}.".encode(),
            writer,
            vector_store=name,
            attributes=json.dumps({"level": name}),
        )
        for name, code in (("open", "1234"), ("secret", "9876"))
    }
    return Shelves(server, files, make_key(clean_url, project="strangers"))


async def seen(client: Client) -> tuple[set[str], set[str], set[str]]:
    """Return the stores, the files and the passages' files that a key sees."""
    stores = await called(client, "list_vector_stores")
    resources = (await client.list_resources()).resources
    found = await called(client, "search", query="What does the safe open with?")
    return (
        {store["name"] for store in stores["vector_stores"]},
        {resource.name for resource in resources},
        {result["title"] for result in found["results"]},
    )


@pytest.mark.parametrize("mode", MODES)
async def test_a_bound_key_sees_its_documents_only(shelves: Shelves, clean_url: str, mode: str) -> None:
    """Others are as if they were not there, by their ids too."""
    hidden, key = shelves.files["secret"], await key_of(clean_url, stores=("open",))
    async with connected(shelves.server, key, mode=mode) as client:
        assert await seen(client) == ({"open"}, {"open.txt"}, {"open.txt"})
        assert "1234" in (await called(client, "ask", question="What does the safe open with?"))["answer"]
        await is_absent(client, hidden)
        for tool in ({"name": "search", "query": "x"}, {"name": "ask", "question": "x"}):
            assert "'secret' not found" in await refusal(client, **tool, vector_stores=["secret"])


async def test_a_key_bound_by_filters_sees_what_passes(shelves: Shelves, clean_url: str) -> None:
    """In searches, lists and texts."""
    passing = {"type": "eq", "key": "level", "value": "open"}
    async with connected(shelves.server, await key_of(clean_url, filters=passing)) as client:
        found = await called(client, "search", query="safe", vector_stores=["open", "secret"])
        (resource,) = (await client.list_resources()).resources
        await is_absent(client, shelves.files["secret"])

    assert [result["title"] for result in found["results"]] == ["open.txt"]
    assert resource.name == "open.txt"


async def test_another_project_is_as_if_it_were_not_there(shelves: Shelves) -> None:
    """Its stores, files and passages, by their ids too."""
    async with connected(shelves.server, shelves.stranger) as client:
        assert await seen(client) == (set(), set(), set())
        await is_absent(client, shelves.files["open"])


async def is_absent(client: Client, file_id: str) -> None:
    """Check that a file, its chunks and its resource are refused in the words for one that never was."""
    for wanted in (file_id, f"chunk_{file_id.removeprefix('file-')}_0"):
        absent = wanted.replace(file_id.removeprefix("file-"), "nope")
        said = await refusal(client, "fetch", id=wanted)
        assert said.replace(file_id, "file-nope") == await refusal(client, "fetch", id=absent)
    with pytest.raises(MCPError, match=f"No such File object: {file_id}"):
        await client.read_resource(f"footnote://files/{file_id}")


async def test_tools_need_their_scopes(shelves: Shelves, clean_url: str) -> None:
    """Others are neither listed nor done."""
    async with connected(shelves.server, await key_of(clean_url, scopes=frozenset({Scope.SEARCH}))) as client:
        tools = [tool.name for tool in (await client.list_tools()).tools]
        said = await refusal(client, "ask", question="x")
        with pytest.raises(MCPError, match="needs the scope 'files:read'"):
            await client.list_resources()

    assert tools == ["search"]
    assert "needs the scope 'chat'" in said


@pytest.mark.parametrize("mode", MODES)
async def test_a_client_that_gives_up_stops_upstream(
    make_server: MakeServer, upstream: FakeUpstream, upstream_url: str, mode: str
) -> None:
    """Nobody would read the answer."""
    server = make_server(
        openai_api_key="sk-test", openai_base_url=upstream_url, embedding_provider="fallback"
    )
    async with connected(server, mode=mode) as client:
        asking = asyncio.create_task(client.call_tool("ask", {"question": QUESTION, "model": "gpt-hang"}))
        assert await asyncio.to_thread(wait_until, lambda: "gpt-hang" in upstream.calls)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    assert await asyncio.to_thread(wait_until, lambda: upstream.disconnected == 1)
