"""A source opens beside the answer, at the cited passage in the document's text."""

from playwright.async_api import Page, expect

from app.core.shipped import SAMPLE
from tests.chat_page import ask, ingest
from tests.conftest import MakeServer
from tests.factories import make_pdf
from tests.serving import LiveServer

WEATHER = [f"Paragraph {number} is about the weather in region {number * 3}. " * 6 for number in range(300)]


async def test_a_source_opens_at_its_passage(page: Page, live_server: LiveServer) -> None:
    """With page, original and the way to a tab of its own; the arrows go through the sources, and back leads to the card."""
    ingest(live_server, "handbook.pdf", make_pdf())
    await page.goto(live_server.url)
    await ask(page, "How long does parental leave last?")
    await page.locator(".answer .marker").first.click()

    await page.locator(".card.focused .card-open").click()

    preview = page.locator("#preview")
    await expect(preview).to_be_focused()
    await expect(preview.get_by_role("heading")).to_have_text("handbook.pdf")
    await expect(preview.locator("#preview-place")).to_contain_text("page 2")
    await expect(preview.locator("mark .quote")).to_contain_text("nine months")
    await expect(preview.locator(".quote")).to_be_in_viewport()
    await expect(page.locator(".answer")).to_be_in_viewport()
    await expect(preview.locator("#preview-count")).to_have_text("Source 1 · 1 of 3")
    await page.keyboard.press("ArrowRight")
    await expect(preview.locator("#preview-count")).to_have_text("Not used · 2 of 3")
    await expect(preview.locator("mark").first).not_to_contain_text("nine months")
    await preview.get_by_role("button", name="Previous source").click()
    await expect(preview.locator(".quote")).to_contain_text("nine months")
    async with page.expect_download() as downloading:
        await preview.get_by_role("link", name="Original").click()
    assert (await downloading.value).suggested_filename == "handbook.pdf"
    await preview.focus()
    await page.keyboard.press("Escape")
    await expect(preview).to_be_hidden()
    await expect(page.locator(".card .card-open").first).to_be_focused()


async def test_a_source_moves_nothing_but_its_own_text(page: Page, live_server: LiveServer) -> None:
    """In a conversation that is longer than the window: the page has nothing to scroll to, and its end stays in view."""
    await page.set_viewport_size({"width": 1280, "height": 500})
    ingest(live_server, "handbook.pdf", make_pdf())
    await page.goto(live_server.url)
    for number in range(1, 6):
        await ask(page, "How long does parental leave last?")
        await expect(page.locator(".answer-facts")).to_have_count(number)
    await page.locator(".answer .marker").last.click()

    await page.locator(".card.focused .card-open").click()

    await expect(page.locator("#preview .quote")).to_be_in_viewport()
    await expect(page.locator(".answer-facts").last).to_be_in_viewport()
    assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert await page.evaluate("[document.documentElement.scrollTop, document.body.scrollTop]") == [0, 0]


async def test_a_quote_beside_its_links_passage_is_marked(page: Page, live_server: LiveServer) -> None:
    """A link names one chunk, and an answer may quote its neighbour, which was read together with it."""
    ingest(live_server, SAMPLE.name, SAMPLE.read_bytes())
    await page.goto(live_server.url)
    await ask(page, "How much may dinner cost?")
    await page.locator(".answer .marker").first.click()

    await page.locator(".card.focused .card-open").click()

    cell = page.locator("#preview td .quote", has_text="Dinner")
    await expect(cell).to_have_text("Dinner")
    await expect(cell).to_be_in_viewport()


async def test_a_long_document_is_read_on(page: Page, live_server: LiveServer) -> None:
    """What comes earlier and later opens in the same place, on a phone too."""
    await page.set_viewport_size({"width": 390, "height": 780})
    paragraphs = [*WEATHER]
    paragraphs[150] = "Parental leave lasts nine months. The first six months are paid in full."
    ingest(live_server, "long.txt", "\n\n".join(paragraphs).encode())
    await page.goto(live_server.url)
    await ask(page, "How long does parental leave last?")
    await page.locator(".answer .marker").first.click()
    await page.locator(".card.focused .card-open").click()
    await expect(page.locator("#preview .quote")).to_be_in_viewport()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    await page.get_by_role("link", name="Earlier text").click()

    await expect(page.locator("#preview-text")).to_contain_text("Paragraph 20 ")


async def test_what_does_not_open_says_why(page: Page, live_server: LiveServer) -> None:
    """The server's own words, in the preview."""
    ingest(live_server, "handbook.pdf", make_pdf())
    await page.goto(live_server.url)
    await ask(page, "How long does parental leave last?")
    await page.locator(".answer .marker").first.click()
    await page.route(
        "**/sources/**", lambda route: route.continue_(url=f"{live_server.url}/sources/file-gone")
    )

    await page.locator(".card.focused .card-open").click()

    await expect(page.locator("#preview").get_by_role("alert")).to_contain_text("There is no such document")


async def test_with_keys_a_source_opens_too(page: Page, make_server: MakeServer) -> None:
    """By the link's signature or, once it is too late, by the key that the page holds."""
    server = make_server(api_keys="secret-key", citation_link_hours=0)
    await page.goto(server.url)
    await page.get_by_label("Your key").fill("secret-key")
    await page.get_by_role("button", name="Use this key").click()
    await page.set_input_files(
        "#file-input", {"name": "handbook.pdf", "mimeType": "application/pdf", "buffer": make_pdf()}
    )
    await expect(page.locator(".upload-note")).to_contain_text("Ready")
    await ask(page, "How long does parental leave last?")
    await page.locator(".answer .marker").first.click()

    await page.locator(".card.focused .card-open").click()

    await expect(page.locator("#preview .quote")).to_contain_text("nine months")
