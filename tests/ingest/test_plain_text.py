"""Plain text files: decoded, cleaned, and never whole in memory."""

from pathlib import Path

import pytest

from app.ingest.plain_text import NotText, is_plain_text, plain_text, write_plain_text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Neun Monate für Übung".encode(), "Neun Monate für Übung"),
        (b"\xef\xbb\xbfmarked", "marked"),
        ("wide 字".encode("utf-16"), "wide 字"),
        ("Café für neun".encode("cp1252"), "Café für neun"),
        ("鍵は受付に".encode("iso2022_jp"), "鍵は受付に"),
        (b"one\r\ntwo\rthree\x07", "one\ntwo\nthree"),
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
    assert plain_text(data) == text


@pytest.mark.parametrize(
    ("name", "head", "plain"),
    [
        ("a.txt", b"text", True),
        ("a.csv", b"a,b", False),
        ("a.html", b"<p>", False),
        ("a.txt", b"%PDF-1.7", False),
        ("a.bin", b"\x00\x01", False),
        ("a.txt", b"\x00\x01", True),
        ("a.txt", "wide".encode("utf-16"), True),
    ],
)
def test_bytes_count_more_than_names(tmp_path: Path, name: str, head: bytes, plain: bool) -> None:
    """A PDF named .txt is none; markup is left to the parser."""
    path = tmp_path / name
    path.write_bytes(head)

    assert is_plain_text(path) is plain


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Nine\x00 months", "NUL"),
        (b"a" * 1_048_576 + b"\x00", "NUL"),
        ("Nine\0 months".encode("utf-16"), "NUL"),
        (b"caf\xed\xa0\x80", "lone surrogates"),
        ("a\ud800b".encode("utf-16", "surrogatepass"), "lone surrogates"),
        (b"\xff\xfe" + b"a\x00b", "UTF-16"),
        (b"a\n" + b"a" * 10_000_001, "line of more than 10,000,000"),
    ],
)
def test_what_is_no_text_says_why(tmp_path: Path, data: bytes, reason: str) -> None:
    """NUL bytes, halves of characters and endless lines are refused, wherever in the file they stand."""
    source = tmp_path / "a.txt"
    source.write_bytes(data)

    with pytest.raises(NotText, match=reason):
        write_plain_text(source, tmp_path / "out")
    with pytest.raises(NotText, match=reason):
        plain_text(data)


def test_many_long_lines_are_text(tmp_path: Path) -> None:
    """A line counts by itself, over the borders of pieces."""
    source, target = tmp_path / "a.txt", tmp_path / "out"
    source.write_bytes((b"a" * 6_000_000 + b"\r") * 3)

    write_plain_text(source, target)

    assert target.stat().st_size == 18_000_003
