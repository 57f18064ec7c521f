"""PPT, PowerPoint's binary presentations: slides with their speaker notes. The parser has the notes after all slides."""

import io
import re
import struct
from collections.abc import Iterator, Mapping
from contextlib import closing

import olefile

from app.reading.document import Document, Source
from app.reading.parser import parse, unescaped

# Types of records and their parts, from [MS-PPT] 2.13.24. A record's head: version and instance, type, length.
_DOCUMENT, _SLIDE_LIST, _SLIDE_PERSIST = 1000, 4080, 1011
_NOTES, _NOTES_ATOM = 1008, 1009
_TEXT_HEADER, _TEXT_CHARS, _TEXT_BYTES = 3999, 4000, 4008
_TEXT_OF_NOTES = 2
_CONTAINER, _DEEPEST = 0xF, 12
_HEAD = struct.Struct("<HHI")
_DIVIDER = re.compile(r"^-{5}$\n*", re.MULTILINE)
_NOTE = re.compile(r"^\[\^\d+\]:\n((?: {4}.*\n?|\n)+)", re.MULTILINE)


def read_old_slides(source: Source) -> Document:
    """Return the slides of a PPT file in order, each with its speaker notes."""
    text = unescaped(parse(source).content)
    found = [" ".join(note[1].split()) for note in _NOTE.finditer(text)]
    slides = [slide.strip() for slide in _DIVIDER.split(_NOTE.sub("", text))[1:]]
    notes = _notes_by_slide(source.data) if found else {}
    if len(slides) == len(notes):
        parts = [part for pair in zip(slides, notes.values(), strict=True) for part in pair]
    else:
        parts = [*(slides or [text]), *(f"Notes: {note}" for note in found)]
    return Document("\n\n".join(filter(None, parts)))


def _notes_by_slide(data: bytes) -> Mapping[int, str]:
    """Return the notes of each slide by the slides' ids, in the slides' order; empty where the file is broken."""
    notes: dict[int, str] = {}
    slides: list[int] = []
    try:
        with closing(olefile.OleFileIO(io.BytesIO(data))) as package:
            stream = package.openstream("PowerPoint Document").read()
        for kind, _, content in _records(stream):
            if kind == _DOCUMENT:
                slides = _slide_ids(content)
            elif kind == _NOTES:
                slide, text = _note(content)
                notes[slide] = text
    except (OSError, struct.error):
        return {}
    return {slide: f"Notes: {notes[slide]}" if notes.get(slide) else "" for slide in slides}


def _records(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield the records in `data`: type, instance and content."""
    place = 0
    while place + _HEAD.size <= len(data):
        version, kind, length = _HEAD.unpack_from(data, place)
        place += _HEAD.size
        yield kind, version >> 4, data[place : place + length]
        place += length


def _slide_ids(document: bytes) -> list[int]:
    """Return the ids of the slides, in their order, without those of masters and notes."""
    return [
        struct.unpack_from("<I", content, 12)[0]
        for kind, instance, slides in _records(document)
        if kind == _SLIDE_LIST and instance == 0
        for inner, _, content in _records(slides)
        if inner == _SLIDE_PERSIST
    ]


def _note(container: bytes) -> tuple[int, str]:
    """Return which slide the notes belong to, and their text."""
    slide, texts, is_text = 0, [], False
    for kind, content in _leaves(container):
        if kind == _NOTES_ATOM:
            slide = struct.unpack_from("<I", content)[0]
        elif kind == _TEXT_HEADER:
            is_text = struct.unpack_from("<I", content)[0] == _TEXT_OF_NOTES
        elif is_text and kind in (_TEXT_CHARS, _TEXT_BYTES):
            texts.append(content.decode("utf-16-le" if kind == _TEXT_CHARS else "latin-1", "replace"))
    return slide, "\n".join(" ".join(line.split()) for line in "\r".join(texts).split("\r") if line.strip())


def _leaves(data: bytes, depth: int = 0) -> Iterator[tuple[int, bytes]]:
    """Yield the records that lie in containers, at any depth, and hold no others."""
    place = 0
    while place + _HEAD.size <= len(data):
        version, kind, length = _HEAD.unpack_from(data, place)
        place += _HEAD.size
        content = data[place : place + length]
        if version & 0xF == _CONTAINER and depth < _DEEPEST:
            yield from _leaves(content, depth + 1)
        else:
            yield kind, content
        place += length
