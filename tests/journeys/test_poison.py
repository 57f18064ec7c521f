"""Hostile and broken files through a server in a process of its own: each fails with a reason, and memory comes back."""

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen import canvas

from tests.conftest import sdk
from tests.factories import make_pdf
from tests.processes import start_server

_MIB = 1024 * 1024
_LOOPING_PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>endobj
3 0 obj<</Type/Pages/Kids[2 0 R]/Parent 2 0 R/Count 1>>endobj
trailer<</Root 1 0 R/Size 4>>
%%EOF"""


def encrypted_pdf() -> bytes:
    target = io.BytesIO()
    page = canvas.Canvas(target, encrypt=StandardEncryption("secret", strength=128))
    page.drawString(100, 700, "What nobody may read.")
    page.save()
    return target.getvalue()


def zip_bomb(*, declared: int | None = None) -> bytes:
    """Return a small docx that unpacks to 300 MB; with `declared`, its directory says that many bytes instead."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"0" * 300 * _MIB)
    data = bytearray(target.getvalue())
    if declared is not None:
        for entry in re.finditer(b"PK\x01\x02", bytes(data)):
            struct.pack_into("<I", data, entry.start() + 24, declared)
    return bytes(data)


def poison() -> dict[str, tuple[bytes, str]]:
    """Return hostile files by name, each with a word of the reason that a person reads."""
    return {
        "bomb.docx": (zip_bomb(), "unpacks"),
        "liar.docx": (zip_bomb(declared=1_000), "damaged"),
        "encrypted.pdf": (encrypted_pdf(), "encrypted"),
        "loop.pdf": (_LOOPING_PDF, "could not be read"),
        "archive.pdf": (b"PK\x03\x04 and no more", "could not be read"),
        "picture.txt": (b"\x89PNG\r\n\x1a\n" + bytes(50), "could not be read"),
        "nul.txt": (b"A text with " + bytes(10) + b" inside it.", "NUL"),
        "nul-only.txt": (bytes(1_000), "NUL"),
        "surrogates.txt": (b"caf\xed\xa0\x80 and more", "lone surrogates"),
        "line.txt": (b"word " * (10 * _MIB), "a line of more than"),
        "empty.txt": (b"", "No text was found"),
        "cut.pdf": (make_pdf()[:700], "damaged"),
    }


@pytest.fixture
def server_process(clean_url: str, free_port: int) -> Iterator[tuple[int, str]]:
    """A server's process number and address."""
    process = start_server(free_port, DATABASE_URL=clean_url.replace("+psycopg", ""))
    yield process.pid, f"http://127.0.0.1:{free_port}/v1"
    process.terminate()
    process.wait(60)


def resident_bytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


def test_poison_files_fail_with_a_reason_and_memory_comes_back(server_process: tuple[int, str]) -> None:
    """A second helping costs no more memory than the first; a good file is read after both."""
    pid, url = server_process
    client = sdk(url)
    store = client.vector_stores.create(name="poison")
    memory = []
    for _ in range(2):
        for name, (content, reason) in poison().items():
            done = client.vector_stores.files.upload_and_poll(
                vector_store_id=store.id, file=(name, content), poll_interval_ms=50
            )
            assert done.status == "failed", name
            assert done.last_error is not None
            assert name in done.last_error.message
            assert reason in done.last_error.message, done.last_error.message
        memory.append(resident_bytes(pid))

    good = client.vector_stores.files.upload_and_poll(vector_store_id=store.id, file=("good.pdf", make_pdf()))
    assert good.status == "completed"
    assert memory[1] - memory[0] < 32 * _MIB
