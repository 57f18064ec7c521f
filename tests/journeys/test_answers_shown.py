"""How the chat page shows an answer: why it ended, what the model thought, code to copy, lists of tasks; and Esc."""

import pytest
from playwright.async_api import Page, expect

from tests.chat_page import ask, ingest
from tests.conftest import MakeServer
from tests.factories import make_pdf
from tests.fake_upstream import FakeUpstream

THINKING = "<think>\nSee [1] and **count**.\n</think>\n\nParental leave lasts nine months [1]."
FORMS = """Do this:

- [ ] Ask for leave
- [x] Read the handbook

```sh
echo "nine months"
```
"""


async def test_esc_stops_the_answer(
    page: Page, make_server: MakeServer, upstream: FakeUpstream, upstream_url: str
) -> None:
    """But first it closes what is open over the page. The rest can be asked for."""
    upstream.answer = "Nine months of leave are granted [1]. " * 40
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url, chat_model="gpt-slow")
    ingest(server, "handbook.pdf", make_pdf())
    await page.goto(server.url)
    await ask(page, "How long does parental leave last?")
    await expect(page.locator(".answer")).to_contain_text("Nine")
    await page.get_by_role("button", name="Settings").click()
    await page.keyboard.press("Escape")
    await expect(page.locator("#settings")).to_be_hidden()
    await expect(page.locator(".answer")).to_have_attribute("aria-busy", "true")

    await page.keyboard.press("Escape")

    await expect(page.locator(".actions")).to_contain_text("Stopped")
    await expect(page.get_by_role("button", name="Continue")).to_be_visible()


@pytest.mark.parametrize(
    ("model", "answer", "words"),
    [
        (
            "gpt-stopped",
            "Nine months [1].",
            "The answer is cut off here: the model reached its limit of tokens.",
        ),
        ("gpt-4o-mini", "", "The model ended without an answer."),
    ],
)
async def test_an_answer_says_why_it_ended(
    page: Page,
    make_server: MakeServer,
    upstream: FakeUpstream,
    upstream_url: str,
    model: str,
    answer: str,
    words: str,
) -> None:
    """Cut off by the limit of tokens, or empty."""
    upstream.answer = answer
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url, chat_model=model)
    ingest(server, "handbook.pdf", make_pdf())
    await page.goto(server.url)

    await ask(page, "How long does parental leave last?")

    await expect(page.locator(".answer-ending")).to_have_text(words)
    await expect(page.get_by_role("button", name="Answer again")).to_be_visible()


@pytest.mark.parametrize(
    ("model", "answer", "thoughts"),
    [
        ("gpt-4o-mini", THINKING, "See and **count**."),
        ("gpt-4o-mini", THINKING.removeprefix("<think>\n"), "See [1] and **count**."),
        ("gpt-think", "Parental leave lasts nine months [1].", "Let me see."),
    ],
)
async def test_thoughts_are_folded(
    page: Page,
    make_server: MakeServer,
    upstream: FakeUpstream,
    upstream_url: str,
    model: str,
    answer: str,
    thoughts: str,
) -> None:
    """What a model thinks is not its answer: it stands apart, folded, as plain text, and is not told to the model again."""
    upstream.answer = answer
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url, chat_model=model)
    ingest(server, "handbook.pdf", make_pdf())
    await page.goto(server.url)

    await ask(page, "How long does parental leave last?")

    await expect(page.locator(".answer-text")).to_have_text("Parental leave lasts nine months1.")
    await expect(page.locator(".answer .marker")).to_have_count(1)
    # The full stop never begins a line alone.
    await expect(page.locator(".marked")).to_have_text("1.")
    await expect(page.locator(".marked")).to_have_css("white-space", "nowrap")
    await expect(page.locator(".answer-sources")).to_have_text("Searched 1 document, used 1 passage")
    box = page.locator(".thoughts")
    await expect(box.locator("summary")).to_have_text("Thoughts")
    await expect(box.locator(".thoughts-text")).to_be_hidden()
    await box.locator("summary").click()
    await expect(box.locator(".thoughts-text")).to_have_text(thoughts)
    await expect(page.locator(".actions")).to_contain_text(" s")
    await ask(page, "And how is it paid?")
    await expect(page.locator(".answer")).to_have_count(2)
    await expect(page.locator(".actions").nth(1)).to_contain_text(" s")
    assert thoughts not in str(upstream.requests[-1])


async def test_code_is_copied_and_tasks_are_boxes(
    page: Page, make_server: MakeServer, upstream: FakeUpstream, upstream_url: str
) -> None:
    """The button copies the code alone; a list of tasks shows which are done."""
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    upstream.answer = FORMS
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url)
    ingest(server, "handbook.pdf", make_pdf())
    await page.goto(server.url)

    await ask(page, "How long does parental leave last?")

    await expect(page.get_by_role("checkbox", name="Not done")).not_to_be_checked()
    await expect(page.get_by_role("checkbox", name="Done", exact=True)).to_be_checked()
    await expect(page.locator("li.task")).to_have_text(["Ask for leave", "Read the handbook"])
    await page.locator(".answer pre").hover()
    await page.get_by_role("button", name="Copy the code").click()
    await expect(page.locator("#announcer")).to_have_text("The code was copied.")
    assert await page.evaluate("navigator.clipboard.readText()") == 'echo "nine months"'
