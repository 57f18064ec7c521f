"""The formats that the parser reads by itself."""

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


def test_books_are_read_in_the_order_of_their_chapters() -> None:
    """The spine says it, not the names of the files."""
    book = make_zip(
        [
            ("mimetype", b"application/epub+zip"),
            ("META-INF/container.xml", _CONTAINER.encode()),
            ("a.opf", _PACKAGE.encode()),
            ("a.xhtml", _CHAPTER.format("Second").encode()),
            ("b.xhtml", _CHAPTER.format("First").encode()),
        ]
    )

    text = text_of("light.epub", book)

    assert "# First\n\nThe text of First." in text
    assert text.index("The text of First.") < text.index("# Second")
