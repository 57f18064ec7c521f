"""Texts of Java programs."""

from tests.reading.sources import text_of


def test_escapes_are_letters() -> None:
    """Also those of two halves; a backslash that is one stays."""
    data = rb"greeting=Gr\u00fc\u00dfe \ud83d\ude00" + b"\n" + rb"path=C:\\users"

    assert text_of("a.properties", data) == "greeting=Grüße 😀\npath=C:\\\\users"
