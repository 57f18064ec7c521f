"""From an empty server to a right answer with a footnote: over the sample handbook, in the browser and in the shell."""

import httpx
import openai
from playwright.async_api import Page, expect

from tests.chat_page import ask, ingest
from tests.cli.test_remote import footnote
from tests.factories import make_pdf
from tests.serving import LiveServer


async def test_the_sample_is_one_click_away(page: Page, live_server: LiveServer) -> None:
    """An empty store offers it; then its sections are suggested, and a question of one's own is answered from its table."""
    await page.goto(live_server.url)

    await page.get_by_role("button", name="Try it with a sample handbook").click()
    await page.get_by_role("button", name="What is said about “Parental leave”?").click()

    await expect(page.locator(".answer")).to_contain_text("Parents may take up to 26 weeks of parental leave")
    await expect(page.locator(".marker-quoted").first).to_be_visible()
    await ask(page, "How much may dinner cost?")
    await expect(page.locator(".answer").last).to_contain_text("Most per day: 40 euros")
    await expect(page.locator(".answer").last.locator(".marker")).to_have_attribute(
        "aria-label",
        "Source 1: sample-handbook.md, Lantern Bay Ferries: staff handbook › Travel and expenses, supported",
    )


async def test_suggestions_are_of_the_documents_that_are_there(page: Page, live_server: LiveServer) -> None:
    """With documents of one's own the sample is not offered; a long name is shown without its middle and asked for as it is."""
    long = f"{'handbook-of-the-harbour-office-' * 3}2026.pdf"
    ingest(live_server, long, make_pdf())
    ingest(live_server, "rules.md", b"# Who feeds the cat?\n\nWhoever comes first.\n")

    await page.goto(live_server.url)

    await expect(page.locator(".suggestion")).to_have_text(
        ["Who feeds the cat?", "What is handbook-of-the-harbour-offi…ffice-2026.pdf about?"]
    )
    await expect(page.locator("#try-sample")).to_be_hidden()
    await page.locator(".suggestion").last.click()
    await expect(page.locator(".question")).to_contain_text(long)


def test_the_sample_is_one_command_away(live_server: LiveServer, client: openai.OpenAI) -> None:
    """`ingest --sample` and `ask`, and the answer names its source."""
    ingested = footnote("ingest", "--sample", url=live_server.url)
    answer = footnote("ask", "How long is parental leave?", url=live_server.url)

    assert "1 file: 1 read" in ingested.stdout
    assert "up to 26 weeks of parental leave [1]" in answer.stdout
    assert "[1] sample-handbook.md" in answer.stdout
    store = client.vector_stores.list().data[0]
    topics = httpx.get(f"{live_server.v1}/vector_stores/{store.id}/topics").json()
    assert [topic["heading"] for topic in topics["data"]] == [
        "Working hours",
        "Parental leave",
        "Travel and expenses",
        "Computers and passwords",
    ]


async def test_suggestions_are_fetched_where_they_are_seen(page: Page, live_server: LiveServer) -> None:
    """In a conversation they cost no request; a new one shows them."""
    ingest(live_server, "handbook.pdf", make_pdf())
    await page.goto(live_server.url)
    await ask(page, "How long does parental leave last?")
    await expect(page.locator(".answer-facts")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    async with page.expect_response("**/v1/vector_stores?*"):
        await page.reload()
    await expect(page.locator("#document-count")).to_have_text("1")
    assert [url for url in asked if url.endswith("/topics")] == []
    await page.get_by_role("button", name="New conversation").click()

    await expect(page.locator(".suggestion")).to_have_text(["What is handbook.pdf about?"])
