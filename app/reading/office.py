"""Office formats that the parser reads by itself: EPUB and others."""

from app.reading.document import Document, Source
from app.reading.parser import parse


def read_by_parser(source: Source) -> Document:
    """Return the parser's text of a file."""
    return Document(parse(source).content)


def read_book(source: Source) -> Document:
    """Return the chapters of an EPUB file in their order."""
    return Document(parse(source, mime_type="application/epub+zip").content)
