"""Files come to the chat page by paste and in folders; a large one shows how far it is read, and can be cancelled."""

import asyncio
from pathlib import Path

import psycopg
from playwright.async_api import FilePayload, Page, Route, expect

from tests.chat_page import ask, ingest
from tests.conftest import MakeServer, conninfo, sdk
from tests.factories import make_pdf
from tests.serving import LiveServer

LARGE: FilePayload = {
    "name": "large.txt",
    "mimeType": "text/plain",
    "buffer": b"The cat sleeps on the mat. " * 9000,
}


async def test_a_large_file_shows_how_far_it_is_read(
    page: Page, make_server: MakeServer, clean_url: str
) -> None:
    """In percent and passages, as the server counts; the row ends with what came of it."""
    server = make_server(worker="off")
    await page.goto(server.url)

    async with page.expect_response("**/v1/ingest"):
        await page.set_input_files("#file-input", LARGE)
    note = page.locator(".upload-note")
    await expect(note).to_have_text("Reading…")
    with psycopg.connect(conninfo(clean_url), autocommit=True) as connection:
        connection.execute(
            "update vector_store_files set progress = 64, chunks_done = 96, chunks_total = 148"
        )
        await expect(note).to_have_text("Reading 64 % · 96 of 148 passages")
        assert await page.locator(".upload-bar").evaluate("bar => bar.value") == 64
        connection.execute("update vector_store_files set status = 'completed', chunk_count = 9")

    await expect(note).to_have_text("Ready · 9 passages")


async def test_a_large_file_that_fails_says_why(page: Page, make_server: MakeServer, clean_url: str) -> None:
    """And leaves nothing behind, as a small one does not."""
    server = make_server(worker="off")
    await page.goto(server.url)
    async with page.expect_response("**/v1/ingest"):
        await page.set_input_files("#file-input", LARGE)

    with psycopg.connect(conninfo(clean_url), autocommit=True) as connection:
        connection.execute(
            "update vector_store_files set status = 'failed', last_error_code = 'invalid_file', last_error_message = 'It is torn.'"
        )

    await expect(page.locator(".upload-note")).to_have_text("It is torn.")
    await expect(page.get_by_role("button", name="Try large.txt again")).to_be_visible()
    assert sdk(server.v1).files.list().data == []


async def test_files_go_to_the_store_that_was_chosen_when_they_were_added(
    page: Page, make_server: MakeServer
) -> None:
    """Two are sent at once, so the third waits; by then another store is chosen. Each row names its own."""
    server = make_server()
    for store in ("handbook", "travel"):
        sdk(server.v1).vector_stores.create(name=store)
    may_go = asyncio.Event()

    async def hold(route: Route) -> None:
        await may_go.wait()
        await route.continue_()

    await page.route("**/v1/ingest", hold)
    await page.goto(server.url)
    await choose_store(page, "handbook")
    await page.set_input_files("#file-input", [note(number) for number in range(3)])
    await choose_store(page, "travel")
    may_go.set()

    await expect(page.locator(".upload[data-state=ready]")).to_have_count(3)
    assert await page.locator(".upload-store").all_inner_texts() == ["→ handbook"] * 3
    stores = {store.name: store.file_counts.completed for store in sdk(server.v1).vector_stores.list()}
    assert stores == {"handbook": 3, "travel": 0}


def note(number: int) -> FilePayload:
    return {
        "name": f"note-{number}.md",
        "mimeType": "text/markdown",
        "buffer": f"Room {number} has {number} chairs.".encode(),
    }


async def choose_store(page: Page, name: str) -> None:
    await page.locator("#store-button").click()
    await page.get_by_role("menuitemradio", name=name).click()


async def test_the_reading_of_a_file_is_cancelled(page: Page, make_server: MakeServer) -> None:
    """From its row; nothing of it stays. Whoever asks before it is read hears why nothing was found."""
    server = make_server(worker="off")
    await page.goto(server.url)
    await page.set_input_files("#file-input", LARGE)
    await expect(page.locator(".upload-note")).to_have_text("Reading…")
    await ask(page, "Where does the cat sleep?")
    await expect(page.get_by_text("1 file was still being added")).to_be_visible()
    await expect(page.get_by_role("button", name="Ask again")).to_be_visible()

    async with page.expect_response(lambda response: response.request.method == "DELETE"):
        await page.get_by_role("button", name="Cancel large.txt").click()

    await expect(page.locator(".upload")).to_have_count(0)
    assert sdk(server.v1).files.list().data == []


async def test_an_answer_says_that_a_file_was_still_being_added(page: Page, live_server: LiveServer) -> None:
    """It may lack what that file says."""
    ingest(live_server, "handbook.pdf", make_pdf())
    await page.goto(live_server.url)
    await page.route("**/v1/ingest", lambda _: None)
    await page.set_input_files("#file-input", LARGE)

    await ask(page, "How long does parental leave last?")

    await expect(page.locator(".answer-sources")).to_have_text(
        "Searched 1 document while 1 file was still being added, used 1 passage"
    )


async def test_files_are_pasted(page: Page, live_server: LiveServer) -> None:
    """Pasted text still goes into the question."""
    await page.goto(live_server.url)

    await page.evaluate(
        """() => { const data = new DataTransfer();
                   data.items.add(new File(["Dinner costs up to 40 euros."], "meals.txt"));
                   const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
                   document.querySelector("#question").dispatchEvent(event); }"""
    )

    await expect(page.locator(".upload").filter(has_text="meals.txt")).to_contain_text("Ready · 1 passage")
    await expect(page.locator("#question")).to_have_value("")


async def test_a_folder_is_added(page: Page, live_server: LiveServer, tmp_path: Path) -> None:
    """With the folders in it, and without what systems leave there."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "a.txt").write_text("Leave lasts nine months.")
    (tmp_path / "inner" / "b.txt").write_text("Dinner costs up to 40 euros.")
    (tmp_path / ".DS_Store").write_bytes(b"x")
    await page.goto(live_server.url)
    await page.locator("#open-documents").click()

    async with page.expect_file_chooser() as choosing:
        await page.get_by_role("button", name="Add folder").click()
    await (await choosing.value).set_files(tmp_path)

    await expect(page.locator("#document-list > li")).to_have_count(2)
    await expect(page.locator("#documents-summary")).to_contain_text("2 documents")


async def test_what_is_being_read_is_cancelled_in_the_list(page: Page, make_server: MakeServer) -> None:
    """Where others are deleted."""
    server = make_server(worker="off")
    client = sdk(server.v1)
    store = client.vector_stores.create(name="Slow")
    file = client.files.create(file=("slow.txt", b"Leave lasts nine months."), purpose="assistants")
    client.vector_stores.files.create(store.id, file_id=file.id)
    await page.goto(server.url)
    await page.locator("#open-documents").click()

    await page.get_by_role("button", name="Cancel slow.txt").click()
    async with page.expect_response(lambda response: response.request.method == "DELETE"):
        await page.get_by_role("button", name="Done").click()

    assert client.files.list().data == []
