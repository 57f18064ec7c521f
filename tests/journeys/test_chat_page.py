"""The chat page in a real Chromium: upload, ask, follow a marker, stop; and hostile text stays text."""

import asyncio

import httpx
import psycopg
from playwright.async_api import FilePayload, Page, expect

from app.core.permissions import READING_SCOPES
from app.core.shipped import SAMPLE
from tests.chat_page import ask, ingest
from tests.conftest import MakeServer, conninfo
from tests.factories import make_key, make_pdf
from tests.fake_upstream import FakeUpstream
from tests.serving import LiveServer

LEAVE = """# Parental leave

| Part | Length |
|---|---|
| Full pay | 16 weeks |

1\\. Parents may take up to 26 weeks of parental leave.
"""
VERDICTS = """Parents may take up to 26 weeks of parental leave [1].

- Parental leave of up to 26 weeks may be taken by parents [1].
- Parents may take up to 30 weeks of parental leave [1].
"""


async def test_an_answer_leads_to_its_passages(page: Page, live_server: LiveServer) -> None:
    """Ask, see the answer with a marker, follow it to the card with file, page, score and quote."""
    ingest(live_server, "handbook.pdf", make_pdf())
    await page.goto(live_server.url)

    assert await page.locator("#mode-chip").inner_text() == "Hybrid search"
    await ask(page, "How long does parental leave last?")

    await expect(page.locator(".answer")).to_contain_text("nine months")
    await expect(page.get_by_text("Dev mode")).to_be_visible()
    marker = page.locator(".answer .marker").first
    await expect(marker).to_have_attribute("aria-label", "Source 1: handbook.pdf, page 2, quoted")
    await marker.click()
    card = page.locator(".card.focused")
    await expect(card).to_contain_text("handbook.pdf")
    await expect(card).to_contain_text("page 2")
    await expect(card.locator("mark")).to_contain_text("Parental leave lasts nine months")
    await expect(card).to_contain_text("match")
    await expect(page.get_by_text("Found but not used in the answer")).to_be_visible()


async def test_files_are_added_by_choice_and_by_drop(page: Page, live_server: LiveServer) -> None:
    """A chosen PDF and a dropped text become ready; an empty file says why it does not."""
    await page.goto(live_server.url)

    chosen: list[FilePayload] = [
        {"name": "handbook.pdf", "mimeType": "application/pdf", "buffer": make_pdf()},
        {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""},
    ]
    await page.set_input_files("#file-input", chosen)
    transfer = await page.evaluate_handle(
        """() => { const data = new DataTransfer();
                   data.items.add(new File(["Dinner costs up to 40 euros."], "meals.txt")); return data; }"""
    )
    await page.dispatch_event("body", "drop", {"dataTransfer": transfer})

    rows = page.locator(".upload")
    # At once: what is ready clears away after six seconds, whatever the others take.
    await asyncio.gather(
        expect(rows.filter(has_text="handbook.pdf")).to_contain_text("Ready · 3 passages"),
        expect(rows.filter(has_text="meals.txt")).to_contain_text("Ready · 1 passage"),
        expect(rows.filter(has_text="empty.txt")).to_contain_text("No text was found"),
    )
    await expect(page.locator("#document-count")).to_have_text("2")
    await page.get_by_role("button", name="Documents 2").click()
    await expect(page.locator("#document-list")).to_contain_text("meals.txt")
    # A file that was refused is counted no longer.
    await expect(page.locator("#documents-store option")).to_have_text("default (2)")


async def test_the_files_are_listed(page: Page, live_server: LiveServer) -> None:
    """Without a word that nothing was found."""
    ingest(live_server, "handbook.pdf", make_pdf())
    await page.goto(live_server.url)

    await ask(page, "Which files do you have?")

    await expect(page.locator(".answer")).to_contain_text("1 file: handbook.pdf.")
    await expect(page.locator(".answer-sources")).to_have_text("Listed 1 document")
    await expect(page.get_by_text("No passage")).to_be_hidden()
    await expect(page.locator("#sources-body")).to_contain_text("the list of the files")


async def test_a_file_says_what_could_not_be_read(
    page: Page, live_server: LiveServer, shared_url: str
) -> None:
    """Its warnings stand below its name in the list of documents."""
    ingest(live_server, "scan.pdf", make_pdf())
    with psycopg.connect(conninfo(shared_url)) as connection:
        connection.execute("update vector_store_files set warnings = '{No text on pages 2-9.}'")
    await page.goto(live_server.url)

    await page.get_by_role("button", name="Documents 1").click()

    await expect(page.locator(".document-about")).to_contain_text("scan.pdf")
    await expect(page.locator(".document-warning")).to_have_text("No text on pages 2-9.")


async def test_a_running_answer_can_be_stopped(
    page: Page, make_server: MakeServer, upstream: FakeUpstream, upstream_url: str
) -> None:
    """Stop ends the stream, and the next question can be asked."""
    upstream.allowed = 2
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url, chat_model="gpt-stepped")
    ingest(server, "handbook.pdf", make_pdf())
    await page.goto(server.url)
    await expect(page.locator("#model option")).to_have_count(3)

    await ask(page, "How long does parental leave last?")
    await expect(page.locator(".answer")).to_contain_text("Nine")
    await page.get_by_role("button", name="Stop").click()

    await expect(page.locator(".actions")).to_contain_text("Stopped")
    await expect(page.get_by_role("button", name="Send")).to_be_visible()
    assert "granted" not in await page.locator(".answer").inner_text()
    await expect(page.get_by_text("Dev mode")).to_be_hidden()


async def test_hostile_text_stays_text(page: Page, live_server: LiveServer) -> None:
    """Markup in documents, names and answers is shown, never run."""
    hostile = (
        "Parental <img src=x onerror=alert(1)> leave <script>alert(2)</script> is "
        "[nine](javascript:alert(3)) months ![x](https://example.org/x.png)."
    )
    ingest(live_server, "<b onclick=alert(4)>.txt", hostile.encode())
    await page.goto(live_server.url)

    await ask(page, "How long is parental leave?")

    answer = page.locator(".answer")
    await expect(answer).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(page.locator(".card").first).to_contain_text("<b onclick=alert(4)>.txt")
    for selector in (".answer img", ".answer script", ".card img", '[href^="javascript"]'):
        assert await page.locator(selector).count() == 0


async def test_markdown_within_a_line(page: Page, live_server: LiveServer) -> None:
    """Emphasis opens and closes as CommonMark says; stray signs of quoted code and markers without a source stay text."""
    forms = {
        "a *word* and **more** of ~~it~~": "a <em>word</em> and <strong>more</strong> of <del>it</del>",
        "**Note:** it *works*.": "<strong>Note:</strong> it <em>works</em>.",
        "(const node * array, char * text)": "(const node * array, char * text)",
        "by *ARRAY if * defined (*ELEMENT deleted)": "by *ARRAY if * defined (*ELEMENT deleted)",
        "asn1_delete_structure and `a*b*`": 'asn1_delete_structure and <code dir="ltr">a*b*</code>',
        "nine months [1] of [7]": "nine months<sup>1</sup> of [7]",
    }
    await page.goto(live_server.url)

    shown = await page.evaluate(
        """async (forms) => {
          const { showMarkdown } = await import("/static/js/markdown.js");
          const marker = (n) => n === 1 ? Object.assign(document.createElement("sup"), { textContent: "1" }) : null;
          return forms.map((form) => {
            const shown = document.createElement("div");
            showMarkdown(shown, form, marker);
            return shown.firstChild.innerHTML;
          });
        }""",
        list(forms),
    )

    assert shown == list(forms.values())


async def test_errors_are_shown_with_a_way_on(page: Page, make_server: MakeServer) -> None:
    """Too many requests: the page says when to try again."""
    server = make_server(rate_limit_requests_per_minute=3)
    await page.goto(server.url)
    await expect(page.locator("#model option")).to_have_count(1)

    await ask(page, "First?")
    await expect(page.locator(".answer")).to_contain_text("First?")
    await ask(page, "Second?")

    await expect(page.locator(".notice")).to_contain_text("Too many requests")
    await expect(page.get_by_role("button", name="Try now")).to_be_visible()


async def test_an_error_says_a_thing_once(page: Page, live_server: LiveServer) -> None:
    """What the title says is not repeated below it. Only an answer that had begun can break off."""
    await page.goto(live_server.url)

    shown, failed, cut = await page.evaluate(
        """async () => {
          const { errorCard } = await import("/static/js/notices.js");
          const upstream = { status: 502, message: "The upstream model server cannot be reached." };
          return [
            errorCard({ status: 0, message: "The server cannot be reached. Check that it is running." }),
            errorCard(upstream),
            errorCard(upstream, { isAmid: true }),
          ].map((card) => card.innerText);
        }"""
    )

    assert shown.count("cannot be reached") == 1
    assert "Check that it is running." in shown
    assert "The model server did not answer" in failed
    assert "The answer broke off" in cut


async def test_a_countdown_is_the_only_time_that_is_said(page: Page, live_server: LiveServer) -> None:
    """The server's own words would stand beside it, and not count."""
    await page.goto(live_server.url)

    shown = await page.evaluate(
        """async () => {
          const { errorCard } = await import("/static/js/notices.js");
          const message = "Rate limit reached: 20 requests per minute. Please try again in 41.5 s.";
          const error = { status: 429, message, retryAfterSeconds: 42 };
          return [true, false].map((isAutomatic) => errorCard(error, { onRetry() {}, isAutomatic }).innerText);
        }"""
    )

    assert "Rate limit reached: 20 requests per minute. Trying again in 42 s." in shown[0]
    assert "41.5" not in shown[0]
    assert "Please try again in 41.5 s." in shown[1]


async def test_the_documentation_works_offline(page: Page, live_server: LiveServer) -> None:
    """/docs shows the API with assets of our own."""
    await page.goto(f"{live_server.url}/docs")

    await expect(page.get_by_text("/v1/chat/completions")).to_be_visible()


async def test_markers_and_cards_say_what_was_found_out(
    page: Page, make_server: MakeServer, upstream: FakeUpstream, upstream_url: str
) -> None:
    """Quoted, supported and not found look different and are read out; a card says all that is known of its source."""
    upstream.answer = VERDICTS
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url)
    ingest(server, "leave.md", LEAVE.encode())
    await page.goto(server.url)
    await ask(page, "How long is parental leave?")

    markers = page.locator(".answer .marker")
    for at, (name, words) in enumerate(
        (
            ("quoted", "quoted"),
            ("supported", "supported"),
            ("missing", "not found in the source: a number differs"),
        )
    ):
        await expect(markers.nth(at)).to_have_class(f"marker marker-{name}")
        label = f"Source 1: leave.md, Parental leave, {words}"
        await expect(markers.nth(at)).to_have_attribute("aria-label", label)
    await expect(page.locator(".answer-sources")).to_contain_text("1 statement not found in its source")
    verdicts = page.locator(".card .verdict")
    await expect(verdicts).to_have_text(
        ["✓Quoted", "≈Supported", "✕Not found in the source: a number differs"]
    )


async def test_a_card_shows_rendered_text_folded_round_the_quote(
    page: Page, make_server: MakeServer, upstream: FakeUpstream, upstream_url: str
) -> None:
    """No raw signs of Markdown; a long text begins near its quote, and can be opened."""
    upstream.answer = "Parents may take up to 26 weeks of parental leave [1]. Take [1]."
    server = make_server(openai_api_key="sk-good", openai_base_url=upstream_url)
    long = LEAVE.replace("1\\.", "Nobody reads this sentence here.\n" * 20 + "\n1\\.")
    ingest(server, "leave.md", long.encode())
    await page.goto(server.url)
    await ask(page, "How long is parental leave of 26 weeks?")

    text = page.locator(".card .card-text").first
    await expect(text.locator("table td").first).to_have_text("Full pay")
    for raw in ("# Parental", "|", "1\\."):
        assert raw not in await text.inner_text()
    marks = text.locator("mark")
    await expect(marks).to_have_text(["Parents may take up to 26 weeks of parental leave"])
    assert await text.evaluate("box => box.scrollTop") > 0
    assert await marks.evaluate(
        "mark => mark.getBoundingClientRect().bottom <= mark.closest('.card-text').getBoundingClientRect().bottom + 1"
    )
    more = page.locator(".card .card-more").first
    await more.click()
    await expect(more).to_have_attribute("aria-expanded", "true")
    assert await text.evaluate("box => box.scrollHeight <= box.clientHeight + 1")


async def test_a_cards_text_runs_on_where_only_its_documents_column_ended(
    page: Page, live_server: LiveServer
) -> None:
    """A card is narrower than a document; lines that were meant to end stay apart."""
    ingest(live_server, "handbook.md", SAMPLE.read_bytes() + b"\n\n## Address\n\nHarbour office\nQuay 4\n")
    await page.goto(live_server.url)
    await ask(page, "How long is parental leave?")

    await expect(page.locator(".card .card-text").first).to_be_visible()
    leave = await page.locator(".card .card-text").first.inner_text()
    assert "at half pay. The leave has to be announced" in leave

    await ask(page, "Where is the harbour office, at which quay?")
    await expect(page.locator(".card-text", has_text="Quay 4").first).to_be_visible()
    address = await page.locator(".card-text", has_text="Quay 4").first.inner_text()
    assert "Harbour office\nQuay 4" in address


async def test_a_row_of_a_table_is_marked_in_its_card(page: Page, make_server: MakeServer) -> None:
    """Cell by cell, and in sight, although the card is folded."""
    server = make_server()
    ingest(server, "handbook.md", SAMPLE.read_bytes())
    await page.goto(server.url)
    await ask(page, "How many days of annual leave do I get after 7 years?")

    marks = page.locator(".card .card-text").first.locator("mark")
    await expect(marks).to_have_text(["6 to 10", "30", "4 weeks"])
    assert await marks.first.evaluate(
        "mark => mark.getBoundingClientRect().bottom <= mark.closest('.card-text').getBoundingClientRect().bottom + 1"
    )


async def test_visitors_get_a_key_that_only_reads(
    page: Page, make_server: MakeServer, clean_url: str
) -> None:
    """They ask without entering one; the reader's own key goes before it. A key that may write is not given out."""
    reads, writes = await asyncio.to_thread(
        lambda: (make_key(clean_url, scopes=READING_SCOPES), make_key(clean_url))
    )
    server = make_server(api_keys="secret-key", page_api_key=reads)
    unsafe = make_server(api_keys="secret-key", page_api_key=writes)
    body = {"text": "Parental leave lasts nine months.", "filename": "leave.txt"}
    async with httpx.AsyncClient() as client:
        headers = {"authorization": "Bearer secret-key"}
        (await client.post(f"{server.v1}/ingest", json=body, headers=headers)).raise_for_status()
        given, withheld = await client.get(server.url), await client.get(unsafe.url)
        as_visitor = {"authorization": f"Bearer {reads}"}
        deleting = await client.delete(f"{server.v1}/files/file-x", headers=as_visitor)

    await page.goto(server.url)
    await ask(page, "How long does parental leave last?")
    await expect(page.locator(".answer")).to_contain_text("nine months")
    await page.get_by_role("button", name="Settings").click()
    await expect(page.locator("#api-key")).to_have_value("")

    assert reads in given.text
    assert given.headers["cache-control"] == "no-store"
    assert "fn_" not in withheld.text
    assert deleting.status_code == 403
