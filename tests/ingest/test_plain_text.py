"""Plain text files: decoded, cleaned, and never whole in memory."""

from pathlib import Path

import pytest

from app.ingest.plain_text import is_plain_text, write_plain_text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Neun Monate für Übung".encode(), "Neun Monate für Übung"),
        (b"\xef\xbb\xbfmarked", "marked"),
        ("wide 字".encode("utf-16"), "wide 字"),
        ("Café für neun".encode("cp1252"), "Café für neun"),
        (b"one\r\ntwo\rthree\x00\x07", "one\ntwo\nthree"),
        ("e\u0301tude".encode(), "étude"),
        (b"a" * 1_048_575 + "é".encode() + b"\r\nend", "a" * 1_048_575 + "é\nend"),
        (b"a" * 1_048_575 + b"\r\n" + "e\u0301".encode(), "a" * 1_048_575 + "\né"),
    ],
)
def test_bytes_become_clean_text(tmp_path: Path, data: bytes, text: str) -> None:
    """By byte order mark, else UTF-8, else Windows-1252; borders of pieces do not show."""
    source, target = tmp_path / "a.txt", tmp_path / "out"
    source.write_bytes(data)

    write_plain_text(source, target)

    assert target.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("name", "head", "plain"),
    [
        ("a.txt", b"text", True),
        ("a.csv", b"a,b", True),
        ("a.html", b"<p>", False),
        ("a.txt", b"%PDF-1.7", False),
        ("a.bin", b"\x00\x01", False),
        ("a.txt", "wide".encode("utf-16"), True),
    ],
)
def test_bytes_count_more_than_names(tmp_path: Path, name: str, head: bytes, plain: bool) -> None:
    """A PDF named .txt is none; markup is left to the parser."""
    path = tmp_path / name
    path.write_bytes(head)

    assert is_plain_text(path) is plain
