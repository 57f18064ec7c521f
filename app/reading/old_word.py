"""Old Word files: paragraphs under their headings, tables, notes and comments at their marks, headers and footers once."""

import html
import struct
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from io import BytesIO

import olefile

from app.reading.document import Document, Source, Unreadable
from app.reading.flow import Cell, Flow, Notes
from app.reading.old_word_numbers import OldListNumbers
from app.reading.parser import parse
from app.reading.raised import raised
from app.reading.word_binary import Encrypted, WordFile

_BROKEN = (OSError, ValueError, IndexError, struct.error)
_SIGNS = {"\x0b": "\n", "\x1e": "-", "\x1f": "", "\xa0": " ", "\t": "\t", "\x0e": "\n"}
_OF_NUMBERS = "0123456789+-−"
_FIELD_BEGINS, _FIELD_SHOWS, _FIELD_ENDS = "\x13", "\x14", "\x15"
_PARAGRAPH_ENDS, _CELL_END = "\r\x0c", "\x07"
_NOTE, _COMMENT = "\x02", "\x05"
_FOOTNOTES_AT, _COMMENTS_AT, _ENDNOTES_AT, _HEADERS_AT, _AUTHORS_AT = 2, 4, 46, 11, 36
_NOTE_DATA, _COMMENT_DATA = 2, 30
# Properties by their codes.
_IN_TABLE, _ENDS_ROW, _DEPTH, _OUTLINE = 0x2416, 0x2417, 0x6649, 0x2640
_ENDS_INNER_CELL, _ENDS_INNER_ROW = 0x244B, 0x244C
_DELETED, _HIDDEN = 0x0800, 0x083C
_RAISED, _SUPERSCRIPT = 0x2A48, 1
_HEADING_STYLES = 9
# Before the headers of sections come six texts that divide notes. Each section has three headers and three footers.
_DIVIDERS = 6
_FOOTER_PLACES = (2, 3, 5)


def read_old_word(source: Source) -> Document:
    """Return the text in the order of the page, the texts of notes at the end."""
    try:
        with closing(olefile.OleFileIO(BytesIO(source.data))) as package:
            tables = [
                package.openstream(name).read() if package.exists(name) else b""
                for name in ("0Table", "1Table")
            ]
            word = WordFile(package.openstream("WordDocument").read(), tables)
        text = "\n\n".join(filter(None, _Reader(word).parts()))
        # Characters beyond the first plane come as two.
        return Document(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    except Encrypted as error:
        raise Unreadable("it is encrypted") from error
    except _BROKEN:
        # Word 6 and 95 kept their texts in other ways.
        return Document(html.unescape(parse(source, output_format="plain").content))


@dataclass(slots=True)
class _Reader:
    _word: WordFile
    _notes: Notes = field(default_factory=Notes)
    _marks: dict[int, str] = field(default_factory=dict)
    _numbers: OldListNumbers = field(init=False)

    def __post_init__(self) -> None:
        self._numbers = OldListNumbers(self._word)

    def parts(self) -> Iterator[str]:
        """Yield the parts of the document: its title, headers, text, footers, notes."""
        self._mark_notes()
        body = self._flow(self._word.part("main")).blocks()
        headers, footers = self._rims()
        if body and body[0].startswith("# "):
            yield body.pop(0)
        yield from headers
        yield "\n\n".join(body)
        yield self._flow(self._word.part("boxes")).text()
        yield from footers
        yield self._notes.text()

    def _mark_notes(self) -> None:
        """Give each note and comment its mark, in the order of the text, and read what it says."""
        word = self._word
        authors = _names(word.structure(_AUTHORS_AT))
        found = [
            (mark_at, part, text, author)
            for part, at, size in (
                ("footnotes", _FOOTNOTES_AT, _NOTE_DATA),
                ("endnotes", _ENDNOTES_AT, _NOTE_DATA),
                ("comments", _COMMENTS_AT, _COMMENT_DATA),
            )
            for mark_at, text, author in self._texts(part, at, size, authors)
        ]
        for mark_at, _, text, author in sorted(found, key=lambda note: note[0]):
            mark = self._notes.begin(author)
            self._marks[mark_at] = mark
            self._notes.add(mark, text)

    def _texts(
        self, part: str, at: int, size: int, authors: list[str]
    ) -> Iterator[tuple[int, str, str | None]]:
        word = self._word
        marks = word.places(at, size=size)[:-1]
        borders = word.places(at + 1, size=0)
        start = word.part(part).start
        data = word.structure(at)[4 * (len(marks) + 1) :]
        for number, mark_at in enumerate(marks):
            text = self._flow(range(start + borders[number], start + borders[number + 1])).text()
            author = None
            if part == "comments":
                who = struct.unpack_from("<H", data, size * number + 20)[0]
                author = authors[who] if who < len(authors) else ""
            yield mark_at, text, author

    def _rims(self) -> tuple[list[str], list[str]]:
        """Return the texts of all headers and of all footers, each once."""
        borders = self._word.places(_HEADERS_AT, size=0)
        start = self._word.part("headers").start
        rims: tuple[dict[str, None], dict[str, None]] = ({}, {})
        for number in range(_DIVIDERS, len(borders) - 2):
            is_footer = (number - _DIVIDERS) % 6 in _FOOTER_PLACES
            text = self._flow(range(start + borders[number], start + borders[number + 1])).text()
            rims[is_footer][text] = None
        return list(filter(None, rims[0])), list(filter(None, rims[1]))

    def _flow(self, places: range) -> Flow:
        flow = Flow()
        open_fields: list[bool] = []
        number = ""
        for place in places:
            letter = self._word.text[place : place + 1]
            if letter == _FIELD_BEGINS:
                open_fields.append(False)
            elif letter == _FIELD_SHOWS and open_fields:
                open_fields[-1] = True
            elif letter == _FIELD_ENDS and open_fields:
                open_fields.pop()
            elif all(open_fields):
                if letter in _OF_NUMBERS and self._is_raised(place):
                    number += letter
                else:
                    flow.add(raised(number))
                    number = ""
                    self._take(flow, letter, place)
        flow.add(raised(number))
        return flow

    def _is_raised(self, place: int) -> bool:
        properties = self._word.character_format(place).properties
        return properties.get(_RAISED) == _SUPERSCRIPT and not (
            properties.get(_DELETED) or properties.get(_HIDDEN)
        )

    def _take(self, flow: Flow, letter: str, place: int) -> None:
        if letter in _PARAGRAPH_ENDS or letter == _CELL_END:
            self._end(flow, letter, place)
        elif letter in (_NOTE, _COMMENT):
            flow.add(f"[^{self._marks[place]}]" if place in self._marks else "")
        elif letter >= " " or letter in _SIGNS:
            properties = self._word.character_format(place).properties
            if not (properties.get(_DELETED) or properties.get(_HIDDEN)):
                flow.add(_SIGNS.get(letter, letter))

    def _end(self, flow: Flow, letter: str, place: int) -> None:
        """End what a character ends: a paragraph, a cell, a row."""
        paragraph = self._word.paragraph_format(place)
        found = paragraph.properties
        flow.in_table = bool(found.get(_IN_TABLE))
        if flow.has_text and (number := self._numbers.next(paragraph)):
            flow.number(number)
        if found.get(_ENDS_INNER_ROW) or found.get(_ENDS_ROW):
            flow.merges = [Cell(one.right, one.from_left, one.from_above) for one in paragraph.cells]
            flow.end_row(is_nested=bool(found.get(_ENDS_INNER_ROW)))
        elif letter == _CELL_END or found.get(_ENDS_INNER_CELL):
            flow.end_cell(is_nested=letter != _CELL_END)
        else:
            is_heading = 1 <= paragraph.style <= _HEADING_STYLES
            flow.level = paragraph.style if is_heading else found.get(_OUTLINE, -1) + 1
            flow.end_paragraph()


def _names(data: bytes) -> list[str]:
    names = []
    place = 0
    while place + 2 <= len(data):
        length = int.from_bytes(data[place : place + 2], "little")
        names.append(data[place + 2 : place + 2 + 2 * length].decode("utf-16-le", "replace"))
        place += 2 + 2 * length
    return names
