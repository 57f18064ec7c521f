"""EPUB: the chapters in their order, with tables whose merged cells count for all that they span."""

import io
import re
import zipfile
from dataclasses import replace

from app.reading.document import Document, Source
from app.reading.html import without_spans
from app.reading.packages import rewritten
from app.reading.parser import parse

_CHAPTERS = (".xhtml", ".html", ".htm", ".xml")
_TABLE = re.compile(r"<table\b(?:(?!<table\b).)*?</table\s*>", re.IGNORECASE | re.DOTALL)
_SPANS = re.compile(r"\b(?:row|col)span\s*=", re.IGNORECASE)


def read_book(source: Source) -> Document:
    """Return the chapters of an EPUB file in their order."""
    with zipfile.ZipFile(io.BytesIO(source.data)) as package:
        changed = {}
        for entry in package.infolist():
            if entry.filename.lower().endswith(_CHAPTERS):
                chapter = package.read(entry)
                if (plain := _plain_tables(chapter)) != chapter:
                    changed[entry.filename] = plain
        if changed:
            source = replace(source, data=rewritten(package, changed))
    return Document(parse(source, mime_type="application/epub+zip").content)


def _plain_tables(chapter: bytes) -> bytes:
    """Return a chapter whose tables have no cells that span others. Only those in UTF-8 are looked at, as nearly all are."""
    try:
        text = chapter.decode()
    except UnicodeDecodeError:
        return chapter
    return _TABLE.sub(
        lambda found: without_spans(found[0]) if _SPANS.search(found[0]) else found[0], text
    ).encode()
