"""The page of a retrieval: how an answer's passages were found, for people."""

from playwright.async_api import Page, expect

from tests.chat_page import ask, ingest
from tests.conftest import MakeServer, sdk
from tests.factories import make_pdf
from tests.serving import LiveServer


async def test_it_shows_both_legs_and_what_became_of_them(page: Page, live_server: LiveServer) -> None:
    """The sources lead to it: the way, the times, each candidate with both scores, the passages and the prompt."""
    ingest(live_server, "handbook.pdf", make_pdf())
    await page.goto(live_server.url)
    await ask(page, "How long does parental leave last?")
    await expect(page.locator(".card").first).to_be_visible()

    async with page.context.expect_page() as opening:
        await page.get_by_role("link", name="How it was found").click()
    shown = await opening.value

    facts = shown.locator(".retrieval-facts")
    await expect(facts).to_contain_text("How long does parental leave last?")
    await expect(facts).to_contain_text("Hybrid: by meaning and by words")
    times, candidates = shown.locator("table").first, shown.locator("table").last
    await expect(times).to_contain_text("Search both legs")
    first = candidates.locator("tbody tr").first
    await expect(first.locator("th")).to_contain_text("handbook.pdf, passage ")
    await expect(first.locator("td").nth(0)).to_contain_text("#1")
    await expect(first.locator("td").nth(1)).to_contain_text("#1")
    await expect(first.locator("td").nth(3)).to_have_text("Source 1")
    # A passage that was not used is called by its file's name, too.
    assert all("handbook.pdf" in name for name in await candidates.locator("tbody th").all_inner_texts())
    passage = shown.locator("details").filter(has_text="1. handbook.pdf · page 2")
    await passage.locator("summary").click()
    await expect(passage.locator(".retrieval-text")).to_contain_text("nine months")
    prompt = shown.locator("details").filter(has=shown.locator("summary", has_text="user"))
    await expect(prompt.last).to_contain_text("How long does parental leave last?")
    await first.get_by_role("link").click()
    await expect(shown.locator("#passage")).to_contain_text("nine months")


async def test_a_list_of_files_is_shown_as_one(page: Page, live_server: LiveServer) -> None:
    """Where nothing was searched there are no candidates."""
    ingest(live_server, "handbook.pdf", make_pdf())
    answer = sdk(live_server.v1).chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": "Which files do you have?"}]
    )
    retrieval_id = answer.footnote["retrieval_id"]  # type: ignore[attr-defined]

    await page.goto(f"{live_server.url}/retrievals/{retrieval_id}")

    await expect(page.get_by_role("heading", name="Files listed: 1")).to_be_visible()
    await expect(page.locator(".retrieval-facts")).to_contain_text("Read off the list of the files")


async def test_it_asks_for_the_key(page: Page, make_server: MakeServer) -> None:
    """The page is for everyone, what it shows is not."""
    server = make_server(api_keys="secret-key")
    await page.goto(f"{server.url}/retrievals/ret_unknown")

    await expect(page.get_by_role("alert")).to_contain_text("those who have a key")
    await page.get_by_label("Your key").fill("secret-key")
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("alert")).to_contain_text("ret_unknown")
    await expect(page.get_by_label("Your key")).to_be_hidden()
