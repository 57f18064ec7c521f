"""/docs in a browser: a key is entered once, files are uploaded, and the examples of the main routes work as they are."""

import json
from typing import Any

from playwright.async_api import FilePayload, Locator, Page, expect

from tests.conftest import MakeServer

KEY = "trial-key"
HANDBOOK: FilePayload = {
    "name": "handbook.md",
    "mimeType": "text/markdown",
    "buffer": b"# Leave\n\nParental leave lasts 26 weeks.\n",
}


async def opened(page: Page, method: str, path: str) -> Locator:
    """Open the part of a route and return it."""
    part = page.locator(f".opblock-{method}").filter(
        has=page.locator(f'.opblock-summary-path[data-path="{path}"]')
    )
    await part.locator(".opblock-summary-control").click()
    return part


async def executed(part: Locator) -> tuple[int, Any]:
    """Send what is filled in; return the status and the body that the page shows."""
    await part.get_by_role("button", name="Execute").click()
    answer = part.locator(".live-responses-table .response").first
    await expect(answer).to_be_visible()
    status = int(await answer.locator(".response-col_status").inner_text())
    return status, json.loads(await answer.locator(".response-col_description pre").first.inner_text())


async def test_the_examples_work_with_a_key(page: Page, make_server: MakeServer) -> None:
    """Without the key a route says so; with it a file goes in, and questions about it are answered."""
    server = make_server(api_keys=KEY)
    await page.emulate_media(color_scheme="dark")
    await page.goto(f"{server.url}/docs")
    await _expect_dark(page)
    embeddings = await opened(page, "post", "/v1/embeddings")
    refused, _ = await executed(embeddings)

    await page.get_by_role("button", name="Authorize").first.click()
    await page.locator(".auth-container input").fill(KEY)
    await page.locator(".auth-btn-wrapper").get_by_role("button", name="Apply credentials").click()
    await page.locator(".auth-btn-wrapper").get_by_role("button", name="Close").click()
    ingest = await opened(page, "post", "/v1/ingest")
    await ingest.locator('input[type="file"]').set_input_files(HANDBOOK)
    taken_in, ingested = await executed(ingest)
    files = await opened(page, "post", "/v1/files")
    await files.locator('input[type="file"]').set_input_files(HANDBOOK)
    uploaded, file = await executed(files)
    embedded, _ = await executed(embeddings)
    chat = await executed(await opened(page, "post", "/v1/chat/completions"))
    response = await executed(await opened(page, "post", "/v1/responses"))
    search = await executed(await opened(page, "post", "/v1/vector_stores/{vector_store_id}/search"))
    listed = await executed(await opened(page, "get", "/v1/vector_stores/{vector_store_id}/files"))

    assert (refused, taken_in, uploaded, embedded) == (401, 200, 200, 200)
    assert ingested["data"][0]["filename"] == file["filename"] == "handbook.md"
    assert "26 weeks" in chat[1]["choices"][0]["message"]["content"]
    assert "26 weeks" in json.dumps(response[1]["output"])
    assert "26 weeks" in search[1]["data"][0]["content"][0]["text"]
    assert listed[0] == 200
    assert len(listed[1]["data"]) == 1


async def _expect_dark(page: Page) -> None:
    """Light words on a dark page."""
    await expect(page.locator(".information-container .title")).to_be_visible()
    luminances = await page.evaluate(
        """() => [
          getComputedStyle(document.documentElement).backgroundColor,
          getComputedStyle(document.querySelector(".information-container .title")).color,
        ].map((color) => color.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0))"""
    )
    dark, light = luminances
    assert dark < 150
    assert light > 600
