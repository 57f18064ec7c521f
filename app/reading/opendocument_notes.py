"""Notes, comments, headers and footers of OpenDocument texts, which the parser loses or puts in other places."""

import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_TABLE_CELL = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}table-cell"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_HEADERS = tuple(_STYLE + name for name in ("header", "header-first", "header-left"))
_FOOTERS = tuple(_STYLE + name for name in ("footer", "footer-first", "footer-left"))
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


def take_notes(root: Any) -> list[str]:
    """Put a mark in the place of each note and comment of a text; return what they say, each under its mark."""
    for changes in list(root.iter(_TEXT + "tracked-changes")):
        put_text(changes, "")
    notes: list[str] = []
    comments: list[str] = []
    for note in list(root.iter(_TEXT + "note")):
        notes.append(f"[^{len(notes) + 1}]: {_said(note.find(_TEXT + 'note-body'))}")
        put_text(note, f"[^{len(notes)}]")
    for comment in list(root.iter(_OFFICE + "annotation")):
        # Comments on the cells of a sheet stand apart.
        if comment.getparent().tag != _TABLE_CELL:
            author = comment.findtext(_CREATOR) or "unknown"
            comments.append(f"[^c{len(comments) + 1}]: Comment by {author}: {_said(comment)}")
            put_text(comment, f"[^c{len(comments)}]")
    return notes + comments


def read_rims(package: zipfile.ZipFile) -> tuple[list[str], list[str]]:
    """Return the texts of all headers and of all footers, each once."""
    try:
        root = etree.fromstring(package.read("styles.xml"), _PARSER)
    except (KeyError, etree.XMLSyntaxError):
        return [], []
    return _texts(root, _HEADERS), _texts(root, _FOOTERS)


def label_slide_notes(root: Any) -> bool:
    """Say of the speaker's notes that they are; return whether the file is a presentation."""
    for notes in root.iter(_PRESENTATION + "notes"):
        for number in list(notes.iter(_TEXT + "page-number")):
            put_text(number, "")
        first = next((one for one in notes.iter(_TEXT + "p") if "".join(one.itertext()).strip()), None)
        if first is not None:
            first.text = f"Notes: {first.text or ''}"
    return root.find(f"{_OFFICE}body/{_OFFICE}presentation") is not None


def _texts(root: Any, tags: tuple[str, ...]) -> list[str]:
    found = ("\n".join(filter(None, _paragraphs(rim))) for rim in root.iter(*tags))
    return [text for text in dict.fromkeys(found) if any(map(str.isalpha, text))]


def _paragraphs(element: Any) -> Iterator[str]:
    for paragraph in element.iter(_TEXT + "p", _TEXT + "h"):
        yield " ".join("".join(paragraph.itertext()).split())


def _said(element: Any) -> str:
    return " ".join(filter(None, _paragraphs(element))) if element is not None else ""


def put_text(element: Any, text: str) -> None:
    """Put a text in the place of an element."""
    before, parent = element.getprevious(), element.getparent()
    text += element.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    parent.remove(element)
