"""EPUB files."""

import re

from tests.reading.sources import make_zip, text_of

_CONTAINER = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>
<rootfile full-path="a.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
_PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i"><metadata
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Light</dc:title><dc:identifier id="i">x</dc:identifier></metadata>
<manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/><item id="b" href="b.xhtml"
media-type="application/xhtml+xml"/></manifest><spine><itemref idref="b"/><itemref idref="a"/></spine></package>"""
_CHAPTER = (
    "<html xmlns='http://www.w3.org/1999/xhtml'><body><h1>{0}</h1><p>The text of {0}.</p></body></html>"
)


def make_book(**chapters: str) -> bytes:
    return make_zip(
        [
            ("mimetype", b"application/epub+zip"),
            ("META-INF/container.xml", _CONTAINER.encode()),
            ("a.opf", _PACKAGE.encode()),
            *((f"{name}.xhtml", chapter.encode()) for name, chapter in chapters.items()),
        ]
    )


def test_books_are_read_in_the_order_of_their_chapters() -> None:
    """The spine says it, not the names of the files."""
    text = text_of("light.epub", make_book(a=_CHAPTER.format("Second"), b=_CHAPTER.format("First")))

    assert "# First\n\nThe text of First." in text
    assert text.index("The text of First.") < text.index("# Second")


def test_merged_cells_count_for_all_that_they_span() -> None:
    """Down and across; a header of two rows is one, and a caption stays above its table."""
    table = (
        "<table><caption>Ferries &amp; ports</caption>"
        "<tr><th rowspan='2'>Port</th><th colspan='2'>Summer</th></tr><tr><th>Out</th><th>Back</th></tr>"
        "<tr><td rowspan='2'>Vale</td><td>08:10</td><td>18:30</td></tr>"
        "<tr><td colspan='2'>on demand &lt; 9</td></tr></table>"
    )
    chapter = _CHAPTER.format("Times").replace("</body>", f"{table}<p>All times<br/>are local.</p></body>")

    text = re.sub(" +", " ", text_of("light.epub", make_book(a=chapter, b=_CHAPTER.format("First"))))

    assert "Ferries & ports\n\n| Port | Summer Out | Summer Back |\n" in text
    assert "| Vale | 08:10 | 18:30 |\n| Vale | on demand < 9 | on demand < 9 |" in text
    assert "are local." in text


def test_raised_numbers() -> None:
    """A power is no part of its number; raised letters stay as they are."""
    said = "10<sup>6</sup> m<span style='vertical-align: super'>2</span> <span>7</span> on the 1<sup>st</sup>"

    assert "The text of 10⁶ m² 7 on the 1st." in text_of("a.epub", make_book(a=_CHAPTER.format(said)))
