"""A client of the Model Context Protocol: pip install "mcp>=2.3", then python mcp_client.py"""

import asyncio
import os

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

URL = os.environ.get("FOOTNOTE_BASE_URL", "http://127.0.0.1:8000/v1").removesuffix("/v1") + "/mcp"
HEADERS = {"Authorization": f"Bearer {os.environ.get('FOOTNOTE_API_KEY', 'any')}"}
QUESTION = "How long is parental leave?"


async def main() -> None:
    """Ask, search, and read on around the best passage."""
    async with (
        httpx2.AsyncClient(headers=HEADERS, timeout=60) as http,
        Client(streamable_http_client(URL, http_client=http)) as client,
    ):
        answer = (await client.call_tool("ask", {"question": QUESTION})).structured_content or {}
        print(answer["answer"])
        for citation in answer["citations"]:
            print(f"source: {citation['title']}: {citation['quote']!r}")

        found = (await client.call_tool("search", {"query": QUESTION})).structured_content or {}
        best = found["results"][0]
        document = (await client.call_tool("fetch", {"id": best["id"]})).structured_content or {}
        print(f"{best['title']}: {len(document['text'])} characters around the passage")


asyncio.run(main())
