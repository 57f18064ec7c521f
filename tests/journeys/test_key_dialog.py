"""The chat page asks for a key in people's words, once, and limits of requests are waited out."""

from playwright.async_api import FilePayload, Page, Request, expect

from tests.chat_page import ask, stop_clock
from tests.conftest import MakeServer


async def test_a_key_is_asked_for_and_used(page: Page, make_server: MakeServer) -> None:
    """With it the page works; it is forgotten with the tab unless it is to be remembered."""
    server = make_server(api_keys="secret-key")
    await page.goto(server.url)

    await expect(page.get_by_label("Your key")).to_be_focused()
    await page.get_by_label("Your key").fill("secret-key")
    await page.keyboard.press("Enter")
    await expect(page.locator("#try-sample")).to_be_visible()
    await ask(page, "Is anybody there?")

    await expect(page.locator(".answer")).to_contain_text("Is anybody there?")
    assert await page.evaluate(
        "[localStorage, sessionStorage].map(kept => kept.getItem('footnote.key'))"
    ) == [
        None,
        "secret-key",
    ]


async def test_the_dialog_can_be_closed(page: Page, make_server: MakeServer) -> None:
    """It does not come back by itself: a notice leads to it, and so does a question."""
    server = make_server(api_keys="secret-key")
    await page.goto(server.url)
    dialog = page.locator("#key-dialog")
    await expect(dialog).to_be_visible()
    await page.get_by_role("button", name="Not now").click()
    await expect(dialog).to_be_hidden()

    await page.locator("#open-settings").click()
    await page.keyboard.press("Escape")
    await expect(page.locator("#settings")).to_be_hidden()
    await expect(dialog).to_be_hidden()
    await expect(page.locator("#try-sample")).to_be_hidden()
    notice = page.locator("#server-notice")
    await expect(notice).to_contain_text("Whoever runs this server can make one for you")
    await notice.get_by_role("button", name="Enter a key").click()
    await expect(dialog).to_be_visible()
    await page.keyboard.press("Escape")
    await ask(page, "Is anybody there?")

    await expect(dialog).to_be_visible()


async def test_a_wrong_key_is_said_to_be_wrong(page: Page, make_server: MakeServer) -> None:
    """In the dialog, without the words for programmers."""
    server = make_server(api_keys="secret-key")
    await page.goto(server.url)
    await page.get_by_label("Your key").fill("wrong-key-of-mine")
    await page.get_by_role("button", name="Use this key").click()

    await expect(page.locator("#key-why")).to_contain_text("The key was not accepted")
    assert "Bearer" not in await page.locator("body").inner_text()
    await page.get_by_label("Your key").fill("secret-key")
    await page.keyboard.press("Enter")
    await expect(page.locator("#server-notice")).to_be_empty()


async def test_a_limit_is_waited_out_by_uploads(page: Page, make_server: MakeServer) -> None:
    """The row counts down, and the file goes on by itself."""
    server = make_server(rate_limit_requests_per_minute=30)
    refusals = 0

    async def refuse_once(route: object, request: Request) -> None:
        nonlocal refusals
        refusals += 1
        if refusals == 1:
            body = '{"error": {"message": "Slow down.", "type": "requests", "code": "rate_limit_exceeded"}}'
            headers = {"retry-after": "2", "content-type": "application/json"}
            await route.fulfill(status=429, headers=headers, body=body)  # type: ignore[attr-defined]
        else:
            await route.continue_()  # type: ignore[attr-defined]

    await page.route("**/v1/ingest", refuse_once)
    await page.clock.install()
    await page.goto(server.url)
    await expect(page.locator("#model option")).not_to_have_count(0)
    await stop_clock(page)
    file: FilePayload = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"Leave lasts nine months."}

    await page.set_input_files("#file-input", file)

    await expect(page.locator(".upload-note")).to_contain_text("goes on in 2 s")
    await page.clock.run_for(1_000)
    await expect(page.locator(".upload-note")).to_contain_text("goes on in 1 s")
    await page.clock.run_for(1_000)
    await expect(page.locator(".upload-note")).to_contain_text("Ready")


async def test_looking_costs_few_requests(page: Page, make_server: MakeServer) -> None:
    """A visit asks for models and stores once each; ten files that come at once do not list the stores ten times."""
    server = make_server()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))

    await page.goto(server.url)
    await expect(page.locator("#try-sample")).to_be_visible()
    await page.locator("#open-settings").click()
    await page.keyboard.press("Escape")
    calls = [call for call in asked if "/v1/" in call]
    assert len(calls) == 2
    files: list[FilePayload] = [
        {"name": f"{number}.txt", "mimeType": "text/plain", "buffer": f"Note {number}.".encode()}
        for number in range(10)
    ]
    await page.set_input_files("#file-input", files)
    await expect(page.locator("#document-count")).to_have_text("10")

    lists = [call for call in asked if "GET" in call and "/v1/vector_stores?" in call]
    assert len(lists) < 6


async def test_a_limit_on_looking_is_waited_out(page: Page, make_server: MakeServer) -> None:
    """The notice counts down and tries again itself; what is wrong is said once."""
    server = make_server(rate_limit_requests_per_minute=1)
    await page.goto(server.url)

    notice = page.locator("#server-notice .notice")
    await expect(notice).to_have_count(1)
    await expect(notice).to_contain_text("Too many requests")
    await expect(notice.locator(".notice-countdown")).to_contain_text("Trying again in")
    await expect(page.locator("#announcer")).to_be_empty()
