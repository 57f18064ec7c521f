"""The card beside a marker of the chat page, and the arrow keys between citations."""

import pytest
from playwright.async_api import Page, expect

from tests.chat_page import ask, ingest
from tests.conftest import MakeServer
from tests.fake_upstream import FakeUpstream

LEAVE = "# Parental leave\n\nParents may take up to 26 weeks of parental leave.\n"
MEALS = "# Meals\n\nDinner for parents costs up to 40 euros.\n"
ANSWER = "Parents may take up to 26 weeks of parental leave [1]. Dinner for parents costs up to 40 euros [2]."


@pytest.fixture
async def answered(page: Page, make_server: MakeServer, upstream: FakeUpstream, upstream_url: str) -> Page:
    """The page with an answer that cites two documents."""
    upstream.answer = ANSWER
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url)
    ingest(server, "leave.md", LEAVE.encode())
    ingest(server, "meals.md", MEALS.encode())
    await page.goto(server.url)
    await ask(page, "How long is the leave of parents, what may dinner for parents cost?")
    await expect(page.locator(".answer .marker")).to_have_count(2)
    await expect(page.locator(".actions")).to_contain_text(" s")
    return page


async def test_a_marker_shows_its_source_beside_it(answered: Page) -> None:
    """The card stays while the pointer is on it, and goes by Esc; Esc twice would stop an answer."""
    marker, card = answered.locator(".answer .marker").first, answered.locator("#hover-card")
    await marker.hover()

    await expect(card).to_contain_text("leave.md")
    await expect(card.locator(".card-place")).to_have_text("Parental leave")
    await expect(card.locator(".verdict")).to_have_text("✓ Quoted")
    await expect(card.locator(".hover-text")).to_contain_text("up to 26 weeks of parental leave")
    await expect(marker).to_have_attribute("aria-describedby", "hover-card")
    await card.hover()
    await answered.wait_for_timeout(400)
    await expect(card).to_be_visible()
    await answered.keyboard.press("Escape")
    await expect(card).to_be_hidden()


async def test_arrow_keys_go_between_citations(answered: Page) -> None:
    """From marker to marker, each with its card; and from source to source in the panel."""
    markers, card = answered.locator(".answer .marker"), answered.locator("#hover-card")
    await answered.get_by_role("button", name="Searched").focus()
    await answered.keyboard.press("Tab")
    await expect(markers.first).to_be_focused()
    await expect(card).to_contain_text("leave.md")
    await answered.keyboard.press("ArrowRight")
    await expect(markers.nth(1)).to_be_focused()
    await expect(card).to_contain_text("meals.md")

    await answered.keyboard.press("Enter")
    await expect(card).to_be_hidden()
    await expect(answered.locator(".card.focused")).to_contain_text("meals.md")
    await answered.keyboard.press("ArrowLeft")
    await expect(answered.locator(".card.focused")).to_contain_text("leave.md")
    await expect(answered.locator(".card.focused")).to_be_focused()
