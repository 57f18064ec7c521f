"""POST /v1/ingest: takes in files and texts, or gives a reason that a person understands."""

import io
import json
import zipfile
from typing import Any

import httpx
import pytest

from tests.conftest import MakeServer
from tests.factories import make_docx, make_pdf
from tests.serving import LiveServer


def upload(server: LiveServer, name: str, content: bytes, **fields: str) -> httpx.Response:
    return httpx.post(f"{server.v1}/ingest", files={"file": (name, content)}, data=fields, timeout=60)


def test_texts_become_files_of_their_own(live_server: LiveServer) -> None:
    """Strings and objects, with notes of their own or of the whole request."""
    body = {
        "texts": ["First text.", {"text": "Second text.", "filename": "b.txt", "source": "its own"}],
        "source": "shared",
        "metadata": {"lang": "en"},
        "vector_store": "notes",
    }

    answer = httpx.post(f"{live_server.v1}/ingest", json=body).json()

    first, second = answer["data"]
    assert (first["filename"], first["source"], first["metadata"]) == ("text-1.txt", "shared", {"lang": "en"})
    assert (second["filename"], second["source"]) == ("b.txt", "its own")
    assert answer["chunks"] == 2
    stores = httpx.get(f"{live_server.v1}/vector_stores").json()["data"]
    assert [(store["name"], store["file_counts"]["completed"]) for store in stores] == [("notes", 2)]
    files = httpx.get(f"{live_server.v1}/vector_stores/{answer['vector_store_id']}/files").json()
    assert [entry["id"] for entry in files["data"]] == [second["file_id"], first["file_id"]]


def test_a_file_comes_back_as_it_went_in(live_server: LiveServer) -> None:
    """The bytes, under a name that any header can hold."""
    content = make_pdf() + b"\0" * 3_000_000
    name = 'Übersicht "2026"; 字.pdf'
    file_id = upload(live_server, name, content).json()["data"][0]["file_id"]

    response = httpx.get(f"{live_server.v1}/files/{file_id}/content")

    assert response.content == content
    assert "filename*=UTF-8''%C3%9Cbersicht" in response.headers["content-disposition"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert httpx.get(f"{live_server.v1}/files/file-none/content").status_code == 404


@pytest.mark.parametrize(
    ("name", "expected"),
    [("../../etc/passwd", "passwd"), ("C:\\temp\\a.txt", "a.txt"), ("..", "file"), ("x" * 400 + ".txt", None)],
)  # fmt: skip
def test_names_are_names_and_no_paths(live_server: LiveServer, name: str, expected: str | None) -> None:
    """Folders and controls are taken off; long names keep their end."""
    filename = upload(live_server, name, b"Some text.").json()["data"][0]["filename"]

    assert "/" not in filename
    assert len(filename) <= 255
    assert expected is None or filename == expected


def test_kinds_are_read_by_their_bytes(live_server: LiveServer) -> None:
    """A PDF named .docx is a PDF; HTML, e-mail and UTF-16 are text without their markup."""
    html = b"<html><head><title>T</title><meta name='author' content='A'></head><body><h1>Leave</h1><p>Nine <b>months</b>.</p><script>evil()</script></body></html>"
    mail = b"From: a@example.org\nTo: b@example.org\nSubject: Leave\nContent-Type: text/plain\n\nNine months it is.\n"
    cases = {
        "wrong.docx": make_pdf(),
        "page.html": html,
        "mail.eml": mail,
        "wide.txt": "Nine months in UTF-16.".encode("utf-16"),
        "latin.txt": "Café für neun Monate".encode("cp1252"),
        "table.docx": make_docx([("Leave", "Nine months.")]),
    }
    for name, content in cases.items():
        response = upload(live_server, name, content, vector_store="kinds")
        assert response.status_code == 200, (name, response.text)

    body = {"model": "gpt-4o@kinds", "messages": [{"role": "user", "content": "nine months Monate"}], "footnote": {"max_num_results": 20}}  # fmt: skip
    chunks = httpx.post(f"{live_server.v1}/chat/completions", json=body).json()["footnote"]["chunks"]
    texts = {chunk["filename"]: chunk["text"] for chunk in chunks}
    assert texts["page.html"].startswith("# T\n\n# Leave")
    assert "evil()" not in texts["page.html"]
    assert "Nine months it is." in texts["mail.eml"]
    assert texts["wide.txt"] == "Nine months in UTF-16."
    assert texts["latin.txt"] == "Café für neun Monate"


def zip_bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"0" * 250_000_000)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.txt", b"", "no_text_found"),
        ("blank.md", b" \n\t\n ", "no_text_found"),
        ("blank.pdf", make_pdf([""]), "no_text_found"),
        ("cut.pdf", make_pdf()[:700], "unsupported_file"),
        ("noise.bin", bytes(range(256)) * 20, "unsupported_file"),
        ("bomb.docx", zip_bomb(), "unsupported_file"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "unsupported_file"),
    ],
)
def test_files_without_text_say_why(live_server: LiveServer, name: str, content: bytes, code: str) -> None:
    """A 400 with a code and the file's name; nothing is stored."""
    response = upload(live_server, name, content)

    assert response.status_code == 400, response.text
    error = response.json()["error"]
    assert error["code"] == code
    assert name in error["message"]
    stores = httpx.get(f"{live_server.v1}/vector_stores").json()["data"]
    assert sum(store["file_counts"]["total"] for store in stores) == 0


def test_odd_text_is_cleaned_and_kept(live_server: LiveServer) -> None:
    """Controls, a long line and right-to-left text are stored and found, and NUL in a JSON text is left out."""
    long_line = ("word " * 40_000).encode()
    for name, content in (("bell.txt", b"Nine months\x07 of leave."), ("line.txt", long_line), ("rtl.txt", "إجازة لمدة تسعة أشهر".encode())):  # fmt: skip
        response = upload(live_server, name, content)
        assert response.status_code == 200, response.text
    text = httpx.post(
        f"{live_server.v1}/ingest", json={"text": "Nine\u0000 months\u0007 of leave.", "filename": "n.txt"}
    )

    assert text.status_code == 200
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "nine months of leave"}]}
    chunks = httpx.post(f"{live_server.v1}/chat/completions", json=body).json()["footnote"]["chunks"]
    assert "Nine months of leave." in {chunk["text"] for chunk in chunks}


def search(server: LiveServer, store: str, query: str) -> list[str]:
    found = httpx.post(f"{server.v1}/vector_stores/{store}/search", json={"query": query}).json()["data"]
    return [result["content"][0]["text"] for result in found]


def test_without_wait_the_answer_comes_at_once(make_server: MakeServer) -> None:
    """The file is acknowledged as in progress, and a worker makes it searchable."""
    front = make_server(worker="off")
    body = {"text": "Nine months of leave.", "wait": False, "vector_store": "later"}

    answer = httpx.post(f"{front.v1}/ingest", json=body).json()
    form = upload(front, "b.txt", b"Other text.", vector_store="later", wait="false").json()

    assert [entry["data"][0]["status"] for entry in (answer, form)] == ["in_progress", "in_progress"]
    assert search(front, "later", "leave") == []
    make_server()
    waited = httpx.post(f"{front.v1}/ingest", json=body | {"wait": True}).json()
    assert waited["data"][0]["status"] == "completed"
    assert waited["data"][0]["reused"]
    assert waited["data"][0]["file_id"] == answer["data"][0]["file_id"]


def test_a_file_takes_the_place_of_its_older_self(live_server: LiveServer) -> None:
    """With `replace` the store finds the new text only; another name, and another store, are left alone."""
    for store in ("a", "b"):
        upload(live_server, "rules.txt", b"Leave lasts nine months.", vector_store=store)
    upload(live_server, "other.txt", b"Leave is asked for in writing.", vector_store="a")

    new = upload(live_server, "rules.txt", b"Leave lasts twelve months.", vector_store="a", replace="true")

    assert new.status_code == 200
    assert set(search(live_server, "a", "leave months")) == {
        "Leave lasts twelve months.",
        "Leave is asked for in writing.",
    }
    assert search(live_server, "b", "leave months") == ["Leave lasts nine months."]
    counts = httpx.get(f"{live_server.v1}/vector_stores/a").json()["file_counts"]
    assert counts["total"] == 2


def test_a_replacement_that_cannot_be_read_replaces_nothing(live_server: LiveServer) -> None:
    """The old text stays."""
    upload(live_server, "rules.pdf", make_pdf(["Leave lasts nine months."]), vector_store="a")

    refused = upload(live_server, "rules.pdf", make_pdf()[:500], vector_store="a", replace="true")

    assert refused.status_code == 400
    assert search(live_server, "a", "leave") == ["Leave lasts nine months."]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, None),
        ({"text": "a", "texts": ["b"]}, None),
        ({"text": ""}, "text"),
        ({"text": 5}, "text"),
        ({"texts": []}, "texts"),
        ({"texts": ["a", " "]}, "texts[1]"),
        ({"text": "a", "attributes": {"k": [1]}}, "attributes.k"),
        ({"text": "a", "surprise": 1}, "surprise"),
        ({"text": "a", "vector_store": "vs_none"}, None),
    ],
)
def test_wrong_json_names_the_parameter(
    live_server: LiveServer, body: dict[str, Any], param: str | None
) -> None:
    """400 with the path, 404 for a store that is not there."""
    response = httpx.post(f"{live_server.v1}/ingest", json=body)

    assert response.status_code == (404 if body.get("vector_store") else 400), response.text
    assert response.json()["error"]["param"] == param


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ({"content-type": "multipart/form-data"}, b"x"),
        ({"content-type": "multipart/form-data; boundary=b"}, b"--b\r\nnonsense"),
        ({"content-type": "multipart/form-data; boundary=b"}, b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"),
        ({"content-type": "multipart/form-data; boundary=b"}, b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--'),
        ({"content-type": "multipart/form-data; boundary=b"}, b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + b"x" * 20_000),
    ],
)  # fmt: skip
def test_malformed_forms_are_400(live_server: LiveServer, headers: dict[str, str], content: bytes) -> None:
    """No form that the parser cannot read is a 500."""
    response = httpx.post(f"{live_server.v1}/ingest", headers=headers, content=content)

    assert response.status_code == 400, response.text
    assert response.json()["error"]["message"]


@pytest.mark.parametrize("fields", [{"metadata": "{"}, {"attributes": "[1]"}, {"surprise": "1"}])
def test_wrong_form_fields_are_named(live_server: LiveServer, fields: dict[str, str]) -> None:
    """Each wrong field is the param."""
    response = upload(live_server, "a.txt", b"Some text.", **fields)

    assert response.status_code == 400
    assert response.json()["error"]["param"] == next(iter(fields))


def test_a_large_text_makes_many_chunks(live_server: LiveServer, make_server: MakeServer) -> None:
    """CHUNK_SIZE and CHUNK_OVERLAP are obeyed."""
    text = " ".join(f"Sentence number {number} is about topic {number % 7}." for number in range(500))
    small = make_server(chunk_size=200, chunk_overlap=50)

    usual = httpx.post(f"{live_server.v1}/ingest", json={"text": text, "filename": "a.txt"}).json()
    more = httpx.post(f"{small.v1}/ingest", json={"text": text, "filename": "b.txt"}).json()

    assert usual["chunks"] >= 20
    assert more["chunks"] > 3 * usual["chunks"]
    assert json.dumps(usual)
