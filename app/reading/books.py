"""EPUB: the chapters in their order, with tables whose merged cells count for all that they span."""

import io
import re
import zipfile
from dataclasses import replace

from app.reading.document import Document, Source
from app.reading.html import without_spans
from app.reading.packages import rewritten
from app.reading.parser import parse, unescaped
from app.reading.raised import is_raised, raised, raised_classes

_CHAPTERS = (".xhtml", ".html", ".htm", ".xml")
_TABLE = re.compile(r"<table\b(?:(?!<table\b).)*?</table\s*>", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"<(sup|span)\b([^>]*)>\s*([-+−]?\d+)\s*</\1\s*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(style|class)\s*=\s*[\"']([^\"']*)")
_SPANS = re.compile(r"\b(?:row|col)span\s*=", re.IGNORECASE)


def read_book(source: Source) -> Document:
    """Return the chapters of an EPUB file in their order."""
    with zipfile.ZipFile(io.BytesIO(source.data)) as package:
        changed = {}
        sheets = (package.read(entry) for entry in package.infolist() if entry.filename.endswith(".css"))
        raising = set[str]().union(*(raised_classes(sheet.decode("utf-8", "replace")) for sheet in sheets))
        for entry in package.infolist():
            if entry.filename.lower().endswith(_CHAPTERS):
                chapter = package.read(entry)
                if (plain := _plain(chapter, raising)) != chapter:
                    changed[entry.filename] = plain
        if changed:
            source = replace(source, data=rewritten(package, changed))
    return Document(unescaped(parse(source, mime_type="application/epub+zip").content))


def _plain(chapter: bytes, raising: set[str]) -> bytes:
    """Return a chapter whose tables have no cells that span others, and whose raised numbers are signs of their own.

    Only chapters in UTF-8 are looked at, as nearly all are.
    """
    try:
        text = chapter.decode()
    except UnicodeDecodeError:
        return chapter
    text = _NUMBER.sub(lambda found: _shown(found, raising), text)
    return _TABLE.sub(
        lambda found: without_spans(found[0]) if _SPANS.search(found[0]) else found[0], text
    ).encode()


def _shown(number: re.Match[str], raising: set[str]) -> str:
    said = dict(_ATTRIBUTE.findall(number[2]))
    stands = number[1].lower() == "sup" or is_raised(said.get("style"), said.get("class"), raising)
    return raised(number[3]) if stands else number[0]
