"""The inside of a DOC file: its characters, and how its paragraphs are formatted ([MS-DOC])."""

import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

_MAGIC = 0xA5EC
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
# Where the head of the file keeps the lengths of its parts, and the places of its structures.
_LENGTHS_AT, _STRUCTURES_AT = 0x4C, 0x9A
_LENGTHS = ("main", "footnotes", "headers", "macros", "comments", "endnotes", "boxes")
_CLX, _CHARACTERS, _PARAGRAPHS = 33, 12, 13
_PAGE = 512
_PIECE_TABLE, _PROPERTIES = 2, 1
_DEFINE_TABLE, _CHANGE_TABS = 0xD608, 0xC615
# Of a cell's shape: its size, and the mark of one that belongs to the cell before it, across or down.
_SHAPE_BYTES, _BELONGS = 20, 1
_OPERANDS = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}


class Encrypted(Exception):
    """The file can be read with a password only."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of characters: `start` counts them in the document, `offset` is where they lie in the file."""

    start: int
    offset: int
    width: int


@dataclass(frozen=True, slots=True)
class RowCell:
    """A cell of a row: its right edge, in twentieths of a point, and whether it belongs to the cell to its left or above."""

    right: int
    from_left: bool
    from_above: bool


@dataclass(frozen=True, slots=True)
class Format:
    """How a run is formatted: its style, and properties by their codes (only those of one number).

    That of a row's end has its `cells`, too.
    """

    style: int
    properties: dict[int, int]
    cells: tuple["RowCell", ...] = ()

    @classmethod
    def of_paragraph(cls, data: bytes) -> Self:
        """Return the format of a paragraph, or that of a style: the number of the style, then the properties."""
        style = int.from_bytes(data[:2], "little")
        cells = next((_cells(one) for code, one in _modifiers(data[2:]) if code == _DEFINE_TABLE), ())
        return cls(style, dict(_properties(data[2:])), cells)


class WordFile:
    """Text and formats of a DOC file; ValueError, IndexError or struct.error when it is broken."""

    def __init__(self, stream: bytes, tables: Sequence[bytes]) -> None:
        magic, _, _, _, _, flags = struct.unpack_from("<6H", stream)
        if magic != _MAGIC:
            raise ValueError("no Word document")
        if flags & _ENCRYPTED:
            raise Encrypted
        self._stream = stream
        self._table = tables[1 if flags & _SECOND_TABLE else 0]
        lengths = struct.unpack_from(f"<{len(_LENGTHS)}i", stream, _LENGTHS_AT)
        self.lengths = dict(zip(_LENGTHS, lengths, strict=True))
        self.text = ""
        self._pieces: list[_Piece] = []
        self._read_pieces()
        if min(lengths) < 0 or sum(lengths) > len(self.text):
            raise ValueError("its parts are longer than its text")
        self._formats = {kind: list(self._read_formats(kind)) for kind in (_CHARACTERS, _PARAGRAPHS)}

    def part(self, name: str) -> range:
        """Return which characters a part of the document has."""
        start = sum(self.lengths[before] for before in _LENGTHS[: _LENGTHS.index(name)])
        return range(start, start + self.lengths[name])

    def structure(self, number: int, *, with_rest: bool = False) -> bytes:
        """Return a structure of the file by its number in the head; empty when it has none.

        `with_rest` adds what follows in the file, where a part of the structure stands outside of it.
        """
        if _STRUCTURES_AT + 8 * (number + 1) > len(self._stream):
            return b""
        offset, length = struct.unpack_from("<2I", self._stream, _STRUCTURES_AT + 8 * number)
        return self._table[offset : None if with_rest and length else offset + length]

    def places(self, number: int, *, size: int) -> list[int]:
        """Return the places in the text that a structure lists, each with data of a size."""
        data = self.structure(number)
        count = (len(data) - 4) // (4 + size)
        return list(struct.unpack_from(f"<{count + 1}I", data)) if count > 0 else []

    def paragraph_format(self, place: int) -> Format:
        """Return the format of the paragraph that a character belongs to."""
        return self._format(_PARAGRAPHS, place)

    def character_format(self, place: int) -> Format:
        """Return the format of a character."""
        return self._format(_CHARACTERS, place)

    def _format(self, kind: int, place: int) -> Format:
        runs = self._formats[kind]
        offset = self._offset(place)
        found = bisect_right(runs, offset, key=lambda run: run[0]) - 1
        return runs[found][2] if found >= 0 and offset < runs[found][1] else Format(0, {})

    def _offset(self, place: int) -> int:
        piece = self._pieces[bisect_right(self._pieces, place, key=lambda one: one.start) - 1]
        return piece.offset + (place - piece.start) * piece.width

    def _read_pieces(self) -> None:
        data = self.structure(_CLX)
        place = 0
        while data[place] == _PROPERTIES:
            place += 3 + struct.unpack_from("<H", data, place + 1)[0]
        if data[place] != _PIECE_TABLE:
            raise ValueError("no table of pieces")
        count = (struct.unpack_from("<I", data, place + 1)[0] - 4) // 12
        starts = struct.unpack_from(f"<{count + 1}I", data, place + 5)
        texts = []
        for number in range(count):
            raw = struct.unpack_from("<I", data, place + 5 + 4 * (count + 1) + 8 * number + 2)[0]
            is_narrow = bool(raw & 0x40000000)
            offset = (raw & 0x3FFFFFFF) // 2 if is_narrow else raw & 0x3FFFFFFF
            width = 1 if is_narrow else 2
            self._pieces.append(_Piece(starts[number], offset, width))
            piece = self._stream[offset : offset + (starts[number + 1] - starts[number]) * width]
            texts.append(_decode(piece, is_narrow=is_narrow))
        self.text = "".join(texts)

    def _read_formats(self, kind: int) -> Iterator[tuple[int, int, Format]]:
        """Yield the runs of one format: where each begins and ends in the file."""
        data = self.structure(kind)
        count = (len(data) - 4) // 8
        for number in struct.unpack_from(f"<{count}I", data, 4 * (count + 1)) if count > 0 else ():
            page = self._stream[(number & 0x3FFFFF) * _PAGE :][:_PAGE]
            runs = page[-1]
            ends = struct.unpack_from(f"<{runs + 1}I", page)
            size = 13 if kind == _PARAGRAPHS else 1
            for run in range(runs):
                at = page[4 * (runs + 1) + size * run] * 2
                yield ends[run], ends[run + 1], _read_format(page, at, kind) if at else Format(0, {})


def _decode(piece: bytes, *, is_narrow: bool) -> str:
    """Return the characters of a piece, one for each of its units."""
    if is_narrow:
        return piece.decode("cp1252", "replace")
    return "".join(map(chr, struct.unpack(f"<{len(piece) // 2}H", piece[: len(piece) // 2 * 2])))


def _read_format(page: bytes, at: int, kind: int) -> Format:
    length = page[at]
    if kind == _CHARACTERS:
        return Format(0, dict(_properties(page[at + 1 : at + 1 + length])))
    start = at + 1 if length else at + 2
    size = 2 * length - 1 if length else 2 * page[at + 1]
    return Format.of_paragraph(page[start : start + size])


def _properties(data: bytes) -> Iterator[tuple[int, int]]:
    for code, operand in _modifiers(data):
        if code >> 13 in _OPERANDS:
            yield code, int.from_bytes(operand, "little")


def _modifiers(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the codes of properties with their operands."""
    place = 0
    while place + 2 < len(data):
        code = int.from_bytes(data[place : place + 2], "little")
        place += 2
        size = _OPERANDS.get(code >> 13)
        if size is None:
            wide = code == _DEFINE_TABLE
            size = int.from_bytes(data[place : place + 2], "little") + 1 if wide else 1 + data[place]
        yield code, data[place : place + size]
        place += size


def _cells(definition: bytes) -> tuple[RowCell, ...]:
    """Return the cells of a row: after a length, their number, their edges, and 20 bytes on each, which may be left out."""
    count = definition[2] if len(definition) > 2 else 0
    edges = definition[3 : 3 + 2 * (count + 1)]
    if not count or len(edges) < 2 * (count + 1):
        return ()
    shapes = definition[3 + 2 * (count + 1) :]
    cells = []
    for number, right in enumerate(struct.unpack(f"<{count}h", edges[2:])):
        flags = int.from_bytes(shapes[_SHAPE_BYTES * number : _SHAPE_BYTES * number + 2], "little")
        cells.append(RowCell(right, flags & 3 == _BELONGS, flags >> 5 & 3 == _BELONGS))
    return tuple(cells)
