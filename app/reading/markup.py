"""XML: its texts in order, each element's attributes with it."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from app.reading.document import Document, Source, Unreadable
from app.reading.encodings import decode
from app.reading.html import declared_encoding, read_html

_DEEPEST = 500
# What declares entities may be a bomb, and is not read in another way.
_ENTITY = "<!ENTITY"
_READ_AS_TEXT = "it is no well-formed XML, so it was read as plain text"
_END_TAG = re.compile(r"</(?:p|b|i|em|strong|a|div|span|ul|ol|li|h[1-6]|table|td|code|pre)>", re.IGNORECASE)


def read_xml(source: Source) -> Document:
    """Return one line an element that says anything: ``item (id: X-1): Bolt``, indented by its depth."""
    text = decode(source.data, declared=declared_encoding(source.data)).lstrip("\ufeff")
    if "<html" in text[:2_000].lower():
        return read_html(source)
    body = text.partition("?>")[2] if text.lstrip().startswith("<?xml") else text
    try:
        root = ET.fromstring(body)  # noqa: S314 - expat refuses entity bombs, and the process is limited
    except (ET.ParseError, ValueError) as error:
        if _ENTITY in text:
            raise Unreadable("it is no well-formed XML") from error
        return Document(text, warnings=(_READ_AS_TEXT,))
    if _local(root.tag) == "svg":
        return Document("\n".join(_drawn_texts(root)))
    lines: list[str] = []
    _write(root, lines, depth=0)
    return Document("\n".join(lines))


def _drawn_texts(drawing: ET.Element) -> Iterator[str]:
    """Yield the texts of a drawing; its shapes say nothing."""
    for element in drawing.iter():
        if _local(element.tag) in ("title", "desc", "text"):
            yield " ".join("".join(element.itertext()).split())


def _without_tags(text: str) -> str:
    """Return a text that is a piece of a web page, as feeds have them, without its tags."""
    return LexborHTMLParser(text).text(separator=" ") if _END_TAG.search(text) else text


def _write(element: ET.Element, lines: list[str], *, depth: int) -> None:
    if depth > _DEEPEST:
        raise Unreadable("its elements are nested too deeply")
    name = _local(element.tag)
    attributes = ", ".join(f"{_local(key)}: {value}" for key, value in element.attrib.items())
    is_prose = any(child.tail and child.tail.strip() for child in element)
    text = _prose(element) if is_prose else element.text or ""
    text = " ".join(_without_tags(text).split())
    label = f"{name} ({attributes})" if attributes else name
    if text or attributes or len(element):
        if depth == 1 and lines:
            lines.append("")
        lines.append("  " * depth + (f"{label}: {text}" if text else f"{label}:"))
    if not is_prose:
        for child in element:
            _write(child, lines, depth=depth + 1)


def _prose(element: ET.Element) -> str:
    """Return the text of an element and of those in it. What no text divides are words of their own."""
    text = element.text or ""
    for place, child in enumerate(element, 1):
        text += _prose(child) + (child.tail or ("" if place == len(element) else " "))
    return text


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]
