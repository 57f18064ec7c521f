"""The documents dialog of the chat page: files with what became of them, deletion that can be undone, and the stores."""

import openai
import psycopg
from playwright.async_api import FilePayload, Page, expect

from tests.chat_page import ingest, stop_clock
from tests.conftest import conninfo
from tests.factories import make_pdf
from tests.serving import LiveServer

LONG = "a-name-without-any-place-to-break-it-" * 6 + ".txt"


async def test_each_file_says_what_became_of_it(
    page: Page, live_server: LiveServer, client: openai.OpenAI
) -> None:
    """Status, passages, size, date; a failed file says why and can be read again, and its name links to its text once it is read."""
    ingest(live_server, "handbook.pdf", make_pdf())
    store = client.vector_stores.list().data[0]
    failed = client.vector_stores.files.upload_and_poll(vector_store_id=store.id, file=("cut.pdf", b"%PDF-1"))
    assert failed.status == "failed"
    await page.goto(live_server.url)

    await page.get_by_role("button", name="Documents 1").click()

    rows = page.locator("#document-list > li")
    await expect(page.locator("#documents-summary")).to_contain_text("2 documents · 1 failed")
    ready = rows.filter(has_text="handbook.pdf")
    await expect(ready).to_contain_text("Ready · 3 passages · ")
    await expect(ready.locator("time")).to_be_visible()
    await expect(ready.get_by_role("link")).to_have_attribute(
        "href", f"/sources/{_id_of(client, ready='handbook.pdf')}"
    )
    broken = rows.filter(has_text="cut.pdf")
    await expect(broken.locator(".document-reason")).to_contain_text("damaged")
    async with page.expect_response(lambda response: response.request.method == "POST") as again:
        await broken.get_by_role("button", name="Read cut.pdf again").click()
    assert (await (await again.value).json())["status"] == "in_progress"
    await expect(rows.filter(has_text="cut.pdf").locator(".document-status")).to_have_text("Failed")


async def test_a_file_that_is_read_shows_how_far(
    page: Page, live_server: LiveServer, shared_url: str
) -> None:
    """The percentage is kept up to date without a reload."""
    ingest(live_server, "handbook.pdf", make_pdf())
    change = (
        "update vector_store_files set status = %s, progress = %s, lease_until = now() + interval '1 hour'"
    )
    with psycopg.connect(conninfo(shared_url), autocommit=True) as connection:
        connection.execute(change, ("in_progress", 64))
        await page.goto(live_server.url)
        await page.locator("#open-documents").click()

        status = page.locator(".document-status")
        await expect(status).to_have_text("Reading 64 %")
        connection.execute(change, ("completed", 100))
        await expect(status).to_have_text("Ready")


async def test_a_deleted_file_can_be_brought_back(
    page: Page, live_server: LiveServer, client: openai.OpenAI
) -> None:
    """Nothing is deleted while it can be undone; once the dialog is closed it is."""
    ingest(live_server, "handbook.pdf", make_pdf())
    ingest(live_server, "meals.txt", b"Dinner costs up to 40 euros.")
    await page.goto(live_server.url)
    await page.get_by_role("button", name="Documents 2").click()

    await page.get_by_role("button", name="Delete meals.txt").click()
    undo = page.get_by_role("button", name="Undo")
    await expect(undo).to_be_focused()
    assert len(client.files.list().data) == 2
    await undo.click()
    await expect(page.get_by_role("button", name="Delete meals.txt")).to_be_focused()
    await page.get_by_role("button", name="Delete handbook.pdf").click()
    await page.get_by_role("button", name="Done").click()

    await expect(page.locator("#document-count")).to_have_text("1")
    assert [file.filename for file in client.files.list().data] == ["meals.txt"]


async def test_a_deletion_happens_when_its_time_is_over(
    page: Page, live_server: LiveServer, client: openai.OpenAI
) -> None:
    """Without closing the dialog; a file that another store holds only leaves this one."""
    ingest(live_server, "meals.txt", b"Dinner costs up to 40 euros.")
    file = client.files.list().data[0]
    other = client.vector_stores.create(name="Other", file_ids=[file.id])
    await page.clock.install()
    await page.goto(live_server.url)
    await page.get_by_role("button", name="Documents 1").click()
    await expect(page.get_by_role("button", name="Delete meals.txt")).to_be_visible()
    await stop_clock(page)

    await page.get_by_role("button", name="Delete meals.txt").click()
    await page.clock.run_for(7_000)
    await expect(page.get_by_role("button", name="Undo")).to_be_visible()
    await page.clock.run_for(2_000)

    await expect(page.locator("#documents-summary")).to_contain_text("No documents yet")
    assert client.files.retrieve(file.id).filename == "meals.txt"
    held = client.vector_stores.files.poll(file.id, vector_store_id=other.id)
    assert (held.id, held.status) == (file.id, "completed")


async def test_stores_are_made_renamed_and_deleted(
    page: Page, live_server: LiveServer, client: openai.OpenAI
) -> None:
    """A new store is chosen at once; deleting one asks a second time."""
    ingest(live_server, "handbook.pdf", make_pdf())
    await page.goto(live_server.url)
    await page.get_by_role("button", name="Documents 1").click()

    await page.get_by_role("button", name="New store").click()
    await page.get_by_label("Name of the store").fill("Contracts")
    await page.keyboard.press("Enter")
    await expect(page.locator("#store-name")).to_have_text("Contracts")
    await expect(page.locator("#documents-summary")).to_contain_text("No documents yet")
    await page.get_by_role("button", name="Rename").click()
    await page.get_by_label("Name of the store").fill(LONG)
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#store-name")).to_have_text(LONG)
    assert LONG in [store.name for store in client.vector_stores.list()]
    await page.get_by_role("button", name="Delete store").click()
    await page.get_by_role("button", name="Delete it for good?").click()

    await expect(page.locator("#document-list")).to_contain_text("handbook.pdf")
    assert LONG not in [store.name for store in client.vector_stores.list()]


async def test_long_names_do_not_break_the_layout(page: Page, live_server: LiveServer) -> None:
    """On a phone nothing is wider than the screen, in the rows of uploads and in the dialog."""
    await page.set_viewport_size({"width": 390, "height": 780})
    await page.goto(live_server.url)
    file: FilePayload = {"name": LONG, "mimeType": "text/plain", "buffer": b"Dinner costs up to 40 euros."}
    await page.set_input_files("#file-input", file)
    await expect(page.locator(".upload-note")).to_contain_text("Ready")
    note = await page.locator(".upload-note").bounding_box()
    assert note
    assert note["width"] > 60

    await page.get_by_role("button", name="Open the menu").click()
    await page.locator("#open-documents").click()
    await expect(page.locator("#document-list > li")).to_contain_text(LONG)

    wide = await page.evaluate(
        """() => [...document.querySelectorAll("#documents *, .upload *")]
          .filter((node) => node.getBoundingClientRect().right > innerWidth).map((node) => node.className)"""
    )
    assert wide == []


async def test_many_uploads_are_one_line_that_opens(page: Page, live_server: LiveServer) -> None:
    """Rows of what is ready clear away by themselves; what failed stays, and can be tried again."""
    await page.clock.install()
    await page.goto(live_server.url)
    files: list[FilePayload] = [
        {"name": f"note-{number}.txt", "mimeType": "text/plain", "buffer": f"Note {number}.".encode()}
        for number in range(9)
    ]
    empty: FilePayload = {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""}

    await page.set_input_files("#file-input", [*files, empty])

    summary = page.locator("#uploads-summary")
    await expect(summary).to_contain_text("Adding 10 files")
    await expect(page.locator(".upload").first).to_be_hidden()
    await summary.click()
    await expect(page.locator(".upload").first).to_be_visible()
    unfinished = page.locator('.upload:not([data-state="ready"], [data-state="failed"])')
    await expect(unfinished).to_have_count(0)
    await expect(summary).to_have_text("10 files: 9 ready · 1 failed")
    await page.mouse.move(0, 0)
    await summary.blur()
    await page.clock.run_for(7_000)
    await expect(page.locator(".upload")).to_have_count(1)
    await expect(page.get_by_role("button", name="Try empty.txt again")).to_be_visible()


def _id_of(client: openai.OpenAI, *, ready: str) -> str:
    return next(file.id for file in client.files.list() if file.filename == ready)
