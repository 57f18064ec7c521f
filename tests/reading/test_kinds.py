"""A file is what its bytes say; its name counts where they are silent."""

import pytest

from app.reading.kinds import find_kind
from tests.reading.compound import make_compound
from tests.reading.sources import lines_at, make_docx, make_pdf, make_zip, text_of

PDF = make_pdf(lines_at("The gondola runs every twelve minutes."))
DOCX = make_docx(lambda document: document.add_paragraph("The pilot boat is repainted in May."))


@pytest.mark.parametrize(
    ("suffix", "data", "kind"),
    [
        (".pdf", PDF, "pdf"),
        (".txt", PDF, "pdf"),
        (".pdf", b"\xef\xbb\xbf" + PDF, "pdf"),
        (".pdf", b"HTTP header junk\r\n" * 50 + PDF, "pdf"),
        (".doc", DOCX, "docx"),
        ("", DOCX, "docx"),
        (".zip", make_zip([("a.txt", b"a"), ("word/b.txt", b"b")]), "zip"),
        ("", make_compound({"__properties_version1.0": b"x", "__attach/WordDocument": b"x"}), "msg"),
        (".xls", b"a\tb\n1\t2\n3\t4\n", "csv"),
        (".txt", b"{\\rtf1 a}", "rtf"),
        (".log", b"\x1f\x8b\x08\0\0\0", "packed"),
        (".txt", b"BZh91AY&SY\x17", "packed"),
        (".txt", b"BZhaus liegt am See.", "text"),
        ("", b"a.pdf".ljust(257, b"\0") + b"ustar\x0000" + PDF, "tar"),
        (".dat", b"\x78\x9f\x3e\x22\x01\x00" + PDF, "tnef"),
        (".dat", b"\x89PNG\r\n\x1a\n", "image"),
        (".csv", b"a,b\n1,2", "csv"),
        (".xyz", b"<!DOCTYPE html><html>", "html"),
        ("", b"Received: by x\nMessage-ID: <a>\nSubject: b\n\nc", "eml"),
        (".doc", b"Date: x\nMessage-ID: <1@confluence>\nMIME-Version: 1.0\n\n--b", "eml"),
        (
            ".xls",
            b"MIME-Version: 1.0\nX-Document-Type: Workbook\nContent-Type: multipart/related\n\n--b",
            "eml",
        ),
        (".xml", b'<?xml version="1.0"?><w xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "xmlss"),
        (".xls", b'<html xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">', "html"),
        ("", b"From a@b Mon Jan  1 00:00:00 2024\nSubject: x\n\nbody", "mbox"),
        (".txt", b"From here on, all is well.\nIt goes on.", "text"),
        (".py", b"print('x')", "text"),
        (".bin", b"\x00\x01\x02\x03" * 50, "unknown"),
        (".txt", "Hallo".encode("utf-16"), "text"),
    ],
    # Packed files hold the time at which they were made, which differs between the tests' processes.
    ids=lambda value: value if isinstance(value, str) else "data",
)
def test_the_bytes_decide(suffix: str, data: bytes, kind: str) -> None:
    """Wrong suffixes, missing ones and bytes before the mark of a PDF do not mislead."""
    assert find_kind(suffix, data) == kind


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"x" * 1_000])
def test_a_pdf_is_read_with_bytes_before_it(before: bytes) -> None:
    """Its source is never taken for text."""
    assert text_of("a.pdf", before + PDF) == "The gondola runs every twelve minutes."
