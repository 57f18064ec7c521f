"""Links to sources: a cited passage opens as a page, for holders of the link and for nobody else."""

import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import psycopg
import pytest
from playwright.async_api import Page, expect

from app.core.shipped import SAMPLE
from tests.chat_page import ask
from tests.conftest import MakeServer, conninfo, sdk
from tests.factories import make_pdf
from tests.serving import LiveServer

QUESTION: list[Any] = [{"role": "user", "content": "How long does parental leave last?"}]
KEY = {"authorization": "Bearer secret-key"}


def _get(url: str, **options: Any) -> httpx.Response:
    return httpx.get(url, timeout=60, **options)


def ingest(server: LiveServer, name: str, content: bytes) -> None:
    httpx.post(
        f"{server.v1}/ingest", files={"file": (name, content)}, headers=KEY, timeout=60
    ).raise_for_status()


def cited_url(server: LiveServer, question: str = QUESTION[0]["content"]) -> str:
    messages: list[Any] = [{"role": "user", "content": question}]
    completion: Any = sdk(server.v1, key="secret-key").chat.completions.create(
        model="gpt-4o-mini", messages=messages
    )
    message = completion.choices[0].message
    url: str = message.annotations[0].url_citation.url
    assert message.footnote["citations"][0]["url"] == url
    assert "quote" not in completion.footnote["chunks"][0]["url"]
    return url


def test_a_source_is_shown_as_it_was_meant(live_server: LiveServer) -> None:
    """Headings and tables, not their marks; the lines of a paragraph run on."""
    ingest(live_server, SAMPLE.name, SAMPLE.read_bytes())

    shown = _get(cited_url(live_server, "How long is parental leave?")).text

    assert '<strong class="source-heading">Parental leave</strong>' in shown
    assert "<tr><td>6 to 10</td><td>30</td><td>4 weeks</td></tr>" in shown
    assert "at half pay. The leave has to be announced" in shown


def test_a_cited_passage_opens_in_its_document(live_server: LiveServer) -> None:
    """File name, page, the passage marked in the text, and the document as it was uploaded."""
    ingest(live_server, "handbook.pdf", make_pdf())

    url = cited_url(live_server)
    shown = _get(url)

    assert shown.status_code == 200
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in shown.headers["content-security-policy"]
    assert shown.headers["cache-control"] == "private, no-store"
    assert "<bdi>handbook.pdf</bdi>" in shown.text
    assert "page 2" in shown.text
    before, passage = shown.text.split('<mark id="passage">')
    assert "Welcome to the company" in before
    assert passage.startswith('<mark class="quote" id="quote">Parental leave lasts nine months</mark>')
    assert urlsplit(url).fragment == "quote"
    original = _get(live_server.url + original_address(shown.text))
    assert original.content == make_pdf() or original.content.startswith(b"%PDF")
    assert original.headers["content-disposition"].startswith("attachment;")


def original_address(html: str) -> str:
    found = re.search(r'id="original" href="([^"]+)"', html)
    assert found is not None
    return found[1].replace("&amp;", "&")


def test_a_signed_link_opens_one_document_without_a_key(make_server: MakeServer) -> None:
    """Nothing else opens with it, a changed link is 403, and one without a signature asks for a key."""
    server = make_server(api_keys="secret-key")
    ingest(server, "handbook.pdf", make_pdf())
    ingest(server, "secret.txt", b"The safe opens with 1234.")
    url = cited_url(server)
    other = cited_url(server, "What does the safe open with?")
    address, query = urlsplit(url), {name: value[0] for name, value in parse_qs(urlsplit(url).query).items()}
    other_path = urlsplit(other).path

    shown = _get(url)
    original = _get(server.url + original_address(shown.text))
    forged = [
        _get(server.url + other_path, params=query),
        _get(f"{server.url}{other_path}/original", params=query),
        _get(server.url + address.path, params=query | {"chunk": "chunk_x_0"}),
        _get(server.url + address.path, params=query | {"project": "proj_other"}),
        _get(server.url + address.path, params=query | {"expires": "99999999999"}),
        _get(server.url + address.path, params=query | {"expires": "never"}),
        _get(server.url + address.path, params=query | {"signature": "é"}),
        _get(server.url + address.path, params=query | {"quote": "0-9"}),
    ]
    unsigned = _get(server.url + address.path, params={"chunk": query["chunk"]})
    wrong_key = _get(server.url + address.path, headers={"authorization": "Bearer nope"})
    by_key = _get(server.url + address.path, params={"chunk": query["chunk"]}, headers=KEY)

    assert (shown.status_code, original.status_code) == (200, 200)
    assert original.content.startswith(b"%PDF")
    for response in forged:
        assert response.status_code == 403
        assert response.headers["content-type"].startswith("text/html")
        assert "API key" in response.text
    for response in (unsigned, wrong_key):
        assert response.status_code == 401
        assert 'id="key-form"' in response.text
    assert "nine months" in by_key.text
    # A link does not work as a key for the API.
    assert _get(f"{server.v1}/files/{address.path.split('/')[-1]}", params=query).status_code == 401


def test_links_outlive_a_restart_and_end_with_their_time(make_server: MakeServer, clean_url: str) -> None:
    """The secret is the database's; a link that is late says so with 410; 0 hours turn signing off."""
    server = make_server(api_keys="secret-key")
    ingest(server, "handbook.pdf", make_pdf())
    url = cited_url(server)
    again = make_server(api_keys="secret-key")
    unsigned = make_server(api_keys="secret-key", citation_link_hours=0)

    def at(where: LiveServer) -> str:
        return where.url + urlsplit(url).path + "?" + urlsplit(url).query

    assert _get(at(again)).status_code == 200
    plain = cited_url(unsigned)
    assert "signature" not in plain
    assert _get(plain).status_code == 401
    assert _get(plain, headers=KEY).status_code == 200
    assert _get(at(unsigned)).status_code == 403

    with psycopg.connect(conninfo(clean_url)) as connection:
        row = connection.execute("select value from secrets where name = 'source_links'").fetchone()
    assert row is not None
    late = signed_at(url, row[0], expires=1_000)
    expired = _get(server.url + late)
    assert expired.status_code == 410
    assert "expired" in expired.text
    assert 'id="key-form"' in expired.text


def signed_at(url: str, secret: bytes, *, expires: int) -> str:
    from app.core.permissions import SourceLinks

    query = parse_qs(urlsplit(url).query)
    file_id = urlsplit(url).path.rpartition("/")[2]
    links = SourceLinks("", query["project"][0], secret, expires)
    return links.url(file_id, query["chunk"][0])


def test_a_deleted_document_is_a_page_of_404(live_server: LiveServer) -> None:
    """In words, without a field for a key, which would not help."""
    ingest(live_server, "handbook.pdf", make_pdf())
    url = cited_url(live_server)
    httpx.delete(f"{live_server.v1}/files/{urlsplit(url).path.rpartition('/')[2]}").raise_for_status()

    for address in (url, url.replace("?", "/original?"), f"{live_server.url}/sources/nothing?chunk=<b>"):
        gone = _get(address)
        assert gone.status_code == 404
        assert "deleted" in gone.text
        assert "key-form" not in gone.text
        assert "<b>" not in gone.text


def test_hostile_documents_stay_text(live_server: LiveServer) -> None:
    """Markup is shown as it is written, and nothing overrides the direction of letters."""
    name = "<img src=x onerror=alert(1)>\u202egpj.exe.txt"
    text = "</mark><script>alert(1)</script> The gate\u202e closes \" onload='x' at noon &amp; not before. ${main}"
    ingest(live_server, name, text.encode())

    shown = _get(cited_url(live_server, "When does the gate close?"))

    assert shown.status_code == 200
    body = shown.text.split("<body", 1)[1]
    assert "<script>" not in body
    assert "<img src=x" not in shown.text
    text_alone = re.sub("</?mark[^>]*>", "", body)
    assert "&lt;/mark&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in text_alone
    assert "&amp;amp; not before. ${main}" in text_alone
    assert "\u202e" not in shown.text


@pytest.mark.parametrize("name", ["plain name.txt", "Grüße & Küsse.txt", "年次報告.txt", '50% "off".txt'])
def test_curl_saves_a_file_under_its_name(live_server: LiveServer, tmp_path: Path, name: str) -> None:
    """By the exact name where the client reads it, else by the nearest in plain letters."""
    made = httpx.post(
        f"{live_server.v1}/files", data={"purpose": "assistants"}, files={"file": (name, b"text")}
    ).json()
    url = f"{live_server.v1}/files/{made['id']}/content"

    subprocess.run(["curl", "-sOJ", url], cwd=tmp_path, check=True)

    (saved,) = tmp_path.iterdir()
    assert saved.suffix == ".txt"
    assert saved.name == name or not (name.isascii() and name.replace(" ", "").replace(".", "").isalpha())
    disposition = _get(url).headers["content-disposition"]
    assert disposition.startswith('attachment; filename="')
    assert "; filename*=UTF-8''" in disposition


async def test_the_page_shows_the_passage(page: Page, live_server: LiveServer) -> None:
    """The chat page's card leads to it; it is scrolled to and marked, light and dark."""
    paragraphs = [
        f"Paragraph {number} is about the weather in region {number * 3}. " * 6 for number in range(80)
    ]
    paragraphs[60] = "Parental leave lasts nine months. The first six months are paid in full."
    ingest(live_server, "long handbook.txt", "\n\n".join(paragraphs).encode())
    await page.goto(live_server.url)
    await ask(page, "How long does parental leave last?")
    await page.locator(".answer .marker").first.click()

    async with page.context.expect_page() as opening:
        await page.locator(".card.focused .card-open").click(modifiers=["Control"])
    source = await opening.value

    await expect(source.locator("h1")).to_have_text("long handbook.txt")
    await expect(source.locator("#passage")).to_contain_text("nine months")
    await expect(source.locator("#passage #quote")).to_have_text("Parental leave lasts nine months")
    await expect(source.locator("#quote")).to_be_in_viewport()
    assert await source.evaluate("scrollY") > 500
    await source.get_by_role("button", name="Use the dark appearance").click()
    assert await source.evaluate("getComputedStyle(document.body).colorScheme") == "dark"
    async with source.expect_download() as downloading:
        await source.get_by_role("link", name="Original").click()
    assert (await downloading.value).suggested_filename == "long handbook.txt"


async def test_a_key_opens_what_a_late_link_does_not(page: Page, make_server: MakeServer) -> None:
    """A wrong key says so; the right one shows the passage, and the original downloads with it, signed or not."""
    server = make_server(api_keys="secret-key", citation_link_hours=0)
    ingest(server, "handbook.pdf", make_pdf())

    await page.goto(cited_url(server))
    await page.get_by_label("API key").fill("wrong")
    await page.get_by_role("button", name="Open").click()
    await expect(page.get_by_role("alert")).to_contain_text("Incorrect API key")
    await page.get_by_label("API key").fill("secret-key")
    await page.keyboard.press("Enter")

    await expect(page.locator("#passage #quote")).to_contain_text("nine months")
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="Original").click()
    assert (await downloading.value).suggested_filename == "handbook.pdf"
