"""Slides of OpenDocument presentations: the title, then all that shapes say, in groups too, then the speaker's notes."""

import re
from collections.abc import Iterator
from typing import Any

from app.reading.tables import join_group_headers, stream_rows

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_NOTES = _PRESENTATION + "notes"
# What programs call a slide that has no name.
_NO_NAME = re.compile(r"(?:page|slide|folie|diapo\w*|p[áa]gina|dia)\s*\d+", re.IGNORECASE)
_DEEPEST = 50


def read_slides(root: Any) -> Iterator[str]:
    """Yield the text of each slide under its title. Notes have their label, tables are plain already."""
    for slide in root.iter(_DRAW + "page"):
        shapes = [shape for shape in slide if shape.tag != _NOTES]
        titles = [shape for shape in shapes if shape.get(_PRESENTATION + "class") == "title"]
        title = " ".join(" ".join(" ".join(_said(one)) for one in titles).split())
        name = slide.get(_DRAW + "name") or ""
        heading = title or ("" if _NO_NAME.fullmatch(name) else name)
        marks = "".join(text.strip() for text in (slide.text, *(shape.tail for shape in slide)) if text)
        parts = [f"## {heading}"] if heading else []
        parts += [_joined(_blocks(shape)) for shape in shapes if not any(shape is one for one in titles)]
        parts += [marks, *(_joined(_blocks(notes)) for notes in slide.iterchildren(_NOTES))]
        if text := "\n\n".join(filter(None, parts)):
            yield text


def _blocks(element: Any, depth: int = 0, level: int = 0) -> Iterator[str]:
    """Yield the paragraphs, items of lists and tables of a shape; `level` is that of a list in it, from 1."""
    for child in element if depth < _DEEPEST else ():
        if child.tag in (_TEXT + "p", _TEXT + "h"):
            if text := _paragraph(child):
                yield f"{'  ' * (level - 1)}- {text}" if level else text
        elif child.tag == _TEXT + "list":
            yield from _blocks(child, depth + 1, level + 1)
        elif child.tag == _TABLE + "table":
            yield "\n".join(stream_rows(join_group_headers(enumerate(_rows(child)), grouped_rows=())))
        elif isinstance(child.tag, str):
            yield from _blocks(child, depth + 1, level)


def _joined(blocks: Iterator[str]) -> str:
    text, was_item = "", False
    for block in blocks:
        is_item = block.lstrip().startswith("- ")
        text += ("\n" if was_item and is_item else "\n\n") if text else ""
        text, was_item = text + block, is_item
    return text


def _rows(table: Any) -> Iterator[list[str]]:
    for row in table.iter(_TABLE + "table-row"):
        yield [" ".join(_said(cell)) for cell in row]


def _said(element: Any) -> Iterator[str]:
    return filter(None, map(_paragraph, element.iter(_TEXT + "p", _TEXT + "h")))


def _paragraph(paragraph: Any) -> str:
    for name, sign in (("line-break", "\n"), ("tab", "\t"), ("s", " ")):
        for element in paragraph.iter(_TEXT + name):
            element.text = sign
    lines = "".join(paragraph.itertext()).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines).strip()
