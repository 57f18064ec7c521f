"""The panel of sources follows an answer that grows, and what the reader did in it stays."""

import pytest
from playwright.async_api import Page, expect

from tests.chat_page import ask, ingest
from tests.conftest import MakeServer
from tests.factories import make_pdf
from tests.fake_upstream import FakeUpstream
from tests.serving import LiveServer

_LONG = "Nine months of leave are granted. " + "The weather has been kind to the region for a while. " * 30
_ALL = 1_000


@pytest.fixture
def stepped(make_server: MakeServer, upstream: FakeUpstream, upstream_url: str) -> LiveServer:
    """Serve a model that says as many words as a test allows it."""
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url, chat_model="gpt-stepped")
    ingest(server, "leave.txt", _LONG.encode())
    return server


async def test_a_card_stays_as_the_reader_left_it(
    page: Page, stepped: LiveServer, upstream: FakeUpstream
) -> None:
    """A marker is followed before the answer ends: its card stays chosen, unfolded and focused when it is checked."""
    upstream.allowed = 11
    await page.goto(stepped.url)
    await ask(page, "How long is leave?")
    await page.locator(".answer .marker").first.click()
    await page.locator(".card.focused .card-more").click()

    upstream.allowed = _ALL

    await expect(page.locator(".card.focused .card-verdicts")).to_be_visible()
    await expect(page.locator(".answer-facts")).to_be_visible()
    more = page.locator(".card.focused .card-more")
    await expect(more).to_have_text("Show less")
    await expect(more).to_be_focused()
    assert "folded" not in (await page.locator(".card.focused .card-text").get_attribute("class") or "")


async def test_a_panel_closed_meanwhile_stays_closed(
    page: Page, stepped: LiveServer, upstream: FakeUpstream
) -> None:
    """It opens when the sources are found, not again at every step of the answer."""
    upstream.allowed = 2
    await page.goto(stepped.url)
    await ask(page, "How long is leave?")
    await expect(page.locator("#sources .card")).to_be_visible()
    await page.locator("#sources-close").click()

    upstream.allowed = _ALL

    await expect(page.locator(".answer-facts")).to_be_visible()
    await expect(page.locator("#sources")).to_be_hidden()


async def test_the_sources_of_another_answer_stay_on_show(
    page: Page, stepped: LiveServer, upstream: FakeUpstream
) -> None:
    """Whoever reads the sources of an earlier answer is not taken away from them when the next one ends."""
    ingest(stepped, "handbook.pdf", make_pdf())
    upstream.allowed = _ALL
    await page.goto(stepped.url)
    await ask(page, "How long is leave?")
    await expect(page.locator(".answer-facts")).to_have_count(1)
    # The question is first said again for itself, by an answer of the model as long as the last one.
    upstream.allowed = 2 * upstream.said + 2
    await ask(page, "What about the weather in the region?")
    await expect(page.locator(".answer").nth(1)).to_contain_text("Nine")
    await page.locator(".answer").first.locator(".marker").first.click()
    await expect(page.locator(".answer-facts")).to_have_count(1)

    upstream.allowed = _ALL

    await expect(page.locator(".answer-facts")).to_have_count(2)
    await expect(page.locator(".card.focused .card-verdicts")).to_be_visible()


async def test_a_preview_left_after_the_answer_leads_to_its_card(
    page: Page, stepped: LiveServer, upstream: FakeUpstream
) -> None:
    """The citations put the cards in another order; the way back leads to the card of the source that was shown."""
    ingest(stepped, "handbook.pdf", make_pdf())
    upstream.answer = "Nine months of leave are granted [3]."
    upstream.allowed = 2
    await page.goto(stepped.url)
    await ask(page, "How long is leave?")
    first = page.locator(".card").first
    name = await first.get_attribute("aria-label")
    await first.locator(".card-open").click()

    upstream.allowed = _ALL

    await expect(page.locator(".answer-facts")).to_be_visible()
    await expect(page.locator(".card").first).not_to_have_attribute("aria-label", name or "")
    await page.keyboard.press("Escape")
    card = page.locator(".card").filter(has=page.locator(".card-open:focus"))
    await expect(card).to_contain_text("leave.txt" if "leave.txt" in (name or "") else "handbook.pdf")
