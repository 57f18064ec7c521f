"""The chat page's conversations in the browser: two tabs, reloads in mid-stream, rename, export, delete."""

import json
import re
from pathlib import Path

from playwright.async_api import Page, expect

from tests.chat_page import ask, ingest
from tests.conftest import MakeServer
from tests.factories import make_pdf
from tests.fake_upstream import FakeUpstream
from tests.serving import LiveServer

LONG = "Nine months of leave are granted [1]. " * 40


async def _titles(page: Page) -> list[str]:
    return await page.locator(".recent-open").all_inner_texts()


async def test_two_tabs_keep_each_others_conversations(page: Page, live_server: LiveServer) -> None:
    """What one tab asks appears in the other, and what either asks is there after a reload."""
    await page.goto(live_server.url)
    other = await page.context.new_page()
    await other.goto(live_server.url)

    await ask(page, "First of the one?")
    await expect(page.locator(".actions")).to_contain_text(" s")
    await expect(other.locator(".recent-open")).to_have_text(["First of the one?"])
    await ask(other, "First of the other?")
    await expect(other.locator(".actions")).to_contain_text(" s")
    await ask(page, "Second of the one?")
    await expect(page.locator(".actions").nth(1)).to_contain_text(" s")

    await page.reload()
    await expect(page.locator(".recent-open")).to_have_count(2)
    assert sorted(await _titles(page)) == ["First of the one?", "First of the other?"]
    await expect(page.locator(".question")).to_contain_text(["First of the one?", "Second of the one?"])


async def test_two_tabs_in_one_conversation(page: Page, live_server: LiveServer) -> None:
    """Each shows the turns of the other as they come, and neither loses one."""
    await page.goto(live_server.url)
    await ask(page, "First?")
    await expect(page.locator(".actions")).to_contain_text(" s")
    other = await page.context.new_page()
    await other.goto(live_server.url)
    await other.locator(".recent-open").click()

    await ask(other, "Second?")
    await expect(page.locator(".question")).to_contain_text(["First?", "Second?"])
    await ask(page, "Third?")

    await expect(other.locator(".question")).to_contain_text(["First?", "Second?", "Third?"])
    await expect(other.locator(".actions").nth(2)).to_contain_text(" s")
    await other.reload()
    await expect(other.locator(".question")).to_contain_text(["First?", "Second?", "Third?"])


async def test_an_interrupted_answer_says_so(
    page: Page, make_server: MakeServer, upstream: FakeUpstream, upstream_url: str
) -> None:
    """A reload in mid-stream keeps what was written, says what happened, and offers to ask again."""
    upstream.answer = LONG
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url, chat_model="gpt-slow")
    ingest(server, "handbook.pdf", make_pdf())
    # The browser complains of the connection that the reload cuts, so not in the page that is watched.
    reloaded = await page.context.new_page()
    await reloaded.goto(server.url)
    await ask(reloaded, "How long does parental leave last?")
    await expect(reloaded.locator(".answer")).to_contain_text("Nine")
    await page.goto(server.url)
    await page.locator(".recent-open").click()
    await expect(page.locator(".answer")).to_have_attribute("aria-busy", "true")

    await reloaded.reload()

    await expect(reloaded.locator(".notice")).to_contain_text("This answer was interrupted")
    await expect(reloaded.locator(".answer")).to_contain_text("Nine")
    await reloaded.get_by_role("button", name="Ask again").click()
    await expect(reloaded.locator(".answer")).to_have_attribute("aria-busy", "true")
    await expect(reloaded.locator(".question")).to_have_count(1)


async def test_an_answer_that_another_tab_left_is_noticed(
    page: Page, make_server: MakeServer, upstream: FakeUpstream, upstream_url: str
) -> None:
    """When the other tab is closed, its answer is called interrupted after a while."""
    upstream.answer = LONG
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url, chat_model="gpt-slow")
    ingest(server, "handbook.pdf", make_pdf())
    other = await page.context.new_page()
    await other.goto(server.url)
    await ask(other, "How long does parental leave last?")
    await expect(other.locator(".answer")).to_contain_text("Nine")
    await page.clock.install()
    await page.goto(server.url)
    await page.locator(".recent-open").click()
    await expect(page.locator(".answer")).to_have_attribute("aria-busy", "true")

    await other.close()
    await page.clock.run_for(21_000)

    await expect(page.locator(".notice")).to_contain_text("This answer was interrupted")


async def test_conversations_of_an_earlier_page_are_kept(page: Page, live_server: LiveServer) -> None:
    """The one list of earlier versions becomes a record for each conversation."""
    answer = {"state": "done", "text": "Nine months.", "retrieval": None, "citations": None, "usage": None}
    old = [
        {"conversationId": name, "title": name, "turns": [{"question": "How long?", "answer": answer}]}
        for name in ("newer", "older")
    ]
    await page.goto(live_server.url)
    await page.evaluate("old => localStorage.setItem('footnote.conversations', old)", json.dumps(old))

    await page.reload()

    await expect(page.locator(".recent-open")).to_have_text(["newer", "older"])
    await page.locator(".recent-open").last.click()
    await expect(page.locator(".answer")).to_contain_text("Nine months.")


async def test_a_conversation_is_renamed_exported_and_deleted(
    page: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    """Its menu does all of that, by keyboard too."""
    ingest(live_server, "handbook.pdf", make_pdf())
    await page.goto(live_server.url)
    await ask(page, "How long does parental leave last?")
    await expect(page.locator(".answer .marker").first).to_be_visible()
    more = page.get_by_role("button", name="More about")

    await more.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await page.get_by_label("Title").fill("Leave: how long?")
    await page.keyboard.press("Enter")
    await expect(page.locator(".recent-open")).to_have_text("Leave: how long?")

    exported = {}
    for kind in ("Markdown", "JSON"):
        await more.click()
        async with page.expect_download() as download:
            await page.get_by_role("menuitem", name=f"Export as {kind}").click()
        file = await download.value
        await file.save_as(tmp_path / kind)
        exported[file.suggested_filename] = (tmp_path / kind).read_text(encoding="utf-8")
    markdown, body = exported["Leave-how-long.md"], json.loads(exported["Leave-how-long.json"])
    assert markdown.startswith("# Leave: how long?\n\n## How long does parental leave last?\n\n")
    assert "nine months" in markdown
    assert re.search(r"\[1\] handbook\.pdf, page 2.* \(quoted\)", markdown)
    assert body["turns"][0]["sources"][0]["filename"] == "handbook.pdf"
    assert body["turns"][0]["citations"][0]["n"] == 1

    await more.click()
    await page.get_by_role("menuitem", name="Delete").click()
    await page.get_by_role("menuitem", name="Delete for good?").click()
    await expect(page.locator(".recent-open")).to_have_count(0)
    await expect(page.locator("#welcome")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("Your conversations stay in this browser.")).to_be_visible()


async def test_an_older_question_is_answered_again_in_its_place(
    page: Page, make_server: MakeServer, upstream: FakeUpstream, upstream_url: str
) -> None:
    """What was said after it stays, and is not told to the model."""
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url)
    ingest(server, "handbook.pdf", make_pdf())
    await page.goto(server.url)
    await ask(page, "How long does parental leave last?")
    await expect(page.locator(".actions")).to_contain_text(" s")
    await ask(page, "And how is it paid?")
    await expect(page.locator(".actions").nth(1)).to_contain_text(" s")
    upstream.answer = "Another answer."

    await page.get_by_role("button", name="Answer again").first.click()

    await expect(page.locator(".answer").first).to_contain_text("Another answer.")
    await expect(page.locator(".actions").first).to_contain_text(" s")
    questions = ["How long does parental leave last?", "And how is it paid?"]
    await expect(page.locator(".question")).to_contain_text(questions)
    assert "And how is it paid?" not in str(upstream.requests[-1])
    await page.reload()
    await expect(page.locator(".question")).to_contain_text(questions)
    await expect(page.locator(".answer").first).to_contain_text("Another answer.")
