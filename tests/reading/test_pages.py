"""Pages as one text."""

from app.reading.pages import join_pages


def test_pages_lie_where_they_are_said_to() -> None:
    """A sentence that continues joins its pages; other pages stand apart. Empty pages count."""
    pages = ["The fare for a child", "shall be four crowns.", "", "A new chapter."]

    text, spans = join_pages(pages)

    assert [text[span.start : span.end] for span in spans] == pages
    assert [span.number for span in spans] == [1, 2, 3, 4]
    assert text == "The fare for a child\nshall be four crowns.\n\n\n\nA new chapter."
