"""Questions are changed and branched from, cut answers gone on with, and conversations searched, on the chat page."""

from playwright.async_api import Page, expect

from tests.chat_page import ask, ingest
from tests.conftest import MakeServer
from tests.factories import make_pdf
from tests.fake_upstream import FakeUpstream
from tests.serving import LiveServer


async def _settled(page: Page, count: int) -> None:
    await expect(page.locator(".answer-facts")).to_have_count(count)


async def _ask_thrice(page: Page) -> None:
    for count, question in enumerate(("First?", "Second?", "Third?"), start=1):
        await ask(page, question)
        await _settled(page, count)


async def test_a_question_branches_off(page: Page, live_server: LiveServer) -> None:
    """The new conversation shares what was said before; the old one keeps all of its turns."""
    await page.goto(live_server.url)
    await _ask_thrice(page)

    await page.get_by_role("button", name="Change the question").nth(1).click()
    await page.get_by_label("The changed question").fill("Second, otherwise?")
    await page.get_by_role("button", name="Ask in a new conversation").click()

    await expect(page.locator(".question")).to_contain_text(["First?", "Second, otherwise?"])
    await _settled(page, 2)
    await expect(page.locator(".recent-open")).to_have_count(2)
    await page.locator(".recent-open").nth(1).click()
    await expect(page.locator(".question")).to_contain_text(["First?", "Second?", "Third?"])


async def test_later_turns_go_only_after_a_warning(page: Page, live_server: LiveServer) -> None:
    """Replacing a question says what will be gone; Esc leaves all as it was."""
    await page.goto(live_server.url)
    await _ask_thrice(page)
    await page.get_by_role("button", name="Change the question").first.click()

    await page.get_by_role("button", name="Replace").click()
    await expect(page.locator(".question-warning")).to_have_text(
        "2 later questions and their answers will be gone."
    )
    await page.keyboard.press("Escape")
    await expect(page.locator(".question")).to_have_count(3)
    await page.get_by_role("button", name="Change the question").first.click()
    await page.get_by_label("The changed question").fill("First, otherwise?")
    await page.get_by_role("button", name="Replace").click()
    await page.get_by_role("button", name="Replace anyway").click()

    await expect(page.locator(".question")).to_contain_text(["First, otherwise?"])
    await _settled(page, 1)
    await page.reload()
    await expect(page.locator(".question")).to_have_count(1)


async def test_the_last_question_is_replaced_without_a_warning(page: Page, live_server: LiveServer) -> None:
    """Nothing comes after it. Enter sends the changed question, as it sends a new one."""
    await page.goto(live_server.url)
    await ask(page, "First?")
    await _settled(page, 1)
    await page.get_by_role("button", name="Change the question").click()
    await page.get_by_label("The changed question").fill("Better?")

    await page.keyboard.press("Enter")

    await expect(page.locator(".question")).to_contain_text(["Better?"])
    await _settled(page, 1)


async def test_a_cut_answer_is_gone_on_with(
    page: Page, make_server: MakeServer, upstream: FakeUpstream, upstream_url: str
) -> None:
    """The model reads what it has said so far."""
    upstream.answer = "Nine months"
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url, chat_model="gpt-stopped")
    ingest(server, "handbook.pdf", make_pdf())
    await page.goto(server.url)
    await ask(page, "How long does parental leave last?")

    await page.get_by_role("button", name="Continue").click()

    await _settled(page, 2)
    sent = upstream.requests[-1]["messages"]
    assert [message["content"] for message in sent if message["role"] == "assistant"] == ["Nine months"]
    assert "Go on where your last answer stopped." in sent[-1]["content"]


async def test_conversations_are_searched(page: Page, live_server: LiveServer) -> None:
    """By all words of their questions and answers."""
    ingest(live_server, "handbook.pdf", make_pdf())
    await page.goto(live_server.url)
    for question in ("How long does parental leave last?", "Apples?", "Pears?", "Plums?"):
        await ask(page, question)
        await _settled(page, 1)
        await page.get_by_role("button", name="New conversation").click()

    search = page.get_by_label("Search the conversations")
    await search.fill("months nine")
    await expect(page.locator(".recent-open")).to_have_text(["How long does parental leave last?"])
    await search.fill("nowhere")
    await expect(page.locator("#recent-empty")).to_have_text("No conversation holds these words.")
    await search.fill("")
    await expect(page.locator(".recent-open")).to_have_count(4)
