"""The formats that the parser reads by itself."""

from tests.reading.sources import text_of


def test_rich_text_keeps_paragraphs_tables_and_letters() -> None:
    """RTF with a table and letters by their codes."""
    rtf = rb"{\rtf1\ansi\ansicpg1252 House rules\par K\'fchlschrank im Hof\par}"

    assert text_of("a.rtf", rtf).split("\n\n") == ["House rules", "Kühlschrank im Hof"]
