"""Old Word files, put together byte by byte."""

import struct
from collections.abc import Mapping, Sequence

import pytest

from app.reading.document import Unreadable
from tests.reading.compound import make_compound
from tests.reading.sources import text_of

_TEXT_AT, _PARAGRAPHS_PAGE, _CHARACTERS_PAGE = 2_048, 2, 3
_PARTS = ("main", "footnotes", "headers", "macros", "comments", "endnotes", "boxes")
# Higher numbers are bytes that stand between two structures.
_STRUCTURES = 93
_IN_TABLE = b"\x16\x24\x01"
_ENDS_ROW = _IN_TABLE + b"\x17\x24\x01"
_DELETED = b"\x00\x08\x01"

# A paragraph: its text with the sign that ends it, its style, its properties.
Paragraph = tuple[str, int, bytes]


def make_doc(
    paragraphs: Sequence[Paragraph],
    *,
    others: Mapping[str, str] | None = None,
    structures: Mapping[int, bytes] | None = None,
    marked: tuple[int, int] = (0, 0),
    mark: bytes = _DELETED,
    flags: int = 0,
) -> bytes:
    """Return a DOC file. `structures` are parts of its table stream by their numbers in its head, `mark` is the property of the `marked` letters."""
    parts = {"main": "".join(text for text, _, _ in paragraphs), **(others or {})}
    whole = "".join(parts.get(name, "") for name in _PARTS)
    pieces = struct.pack("<2I", 0, _units(whole)) + struct.pack("<HIH", 0, _TEXT_AT, 0)
    end = _TEXT_AT + 2 * _units(whole)
    ends = [_TEXT_AT]
    for text, _, _ in paragraphs:
        ends.append(ends[-1] + 2 * _units(text))
    formats = [struct.pack("<H", style) + properties for _, style, properties in paragraphs]
    borders = [_TEXT_AT + 2 * place for place in marked]
    table = {
        33: b"\x02" + struct.pack("<I", len(pieces)) + pieces,
        13: struct.pack("<3I", _TEXT_AT, end, _PARAGRAPHS_PAGE),
        12: struct.pack("<3I", _TEXT_AT, end, _CHARACTERS_PAGE),
        **(structures or {}),
    }
    head = bytearray(1_024)
    struct.pack_into("<6H", head, 0, 0xA5EC, 0xC1, 0, 0, 0, 0x0200 | flags)
    struct.pack_into("<7i", head, 0x4C, *(_units(parts.get(name, "")) for name in _PARTS))
    stream = b""
    for number, data in table.items():
        if number < _STRUCTURES:
            struct.pack_into("<2I", head, 0x9A + 8 * number, len(stream), len(data))
        stream += data
    paragraph_page = _page(ends, [struct.pack("<B", len(one) // 2 + 1) + one for one in formats], 13)
    character_page = _page(borders, [struct.pack("<B", len(mark)) + mark], 1)
    document = bytes(head) + paragraph_page + character_page + whole.encode("utf-16-le")
    return make_compound({"WordDocument": document, "1Table": stream})


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _page(borders: list[int], formats: list[bytes], size: int) -> bytes:
    """Return a page of formats: where each begins, and how it says it."""
    page = bytearray(512)
    count = len(formats)
    struct.pack_into(f"<{count + 1}I", page, 0, *borders)
    page[-1] = count
    at = 510
    for number, one in enumerate(formats):
        at = (at - len(one)) // 2 * 2
        page[at : at + len(one)] = one
        page[4 * (count + 1) + size * number] = at // 2
    return bytes(page)


def _places(*places: int, data: bytes = b"") -> bytes:
    return struct.pack(f"<{len(places)}I", *places) + data


def test_headings_paragraphs_and_tables() -> None:
    """Styles make headings; cells and rows are those of the formats; addresses of links are not shown."""
    doc = make_doc(
        [
            ("House rules\r", 1, b""),
            ('See \x13 HYPERLINK "http://a.example" \x14the list\x15, 5\xa0kg.\r', 0, b""),
            ("Floor\x07", 0, _IN_TABLE),
            ("Warden\x07", 0, _IN_TABLE),
            ("\x07", 0, _ENDS_ROW),
            ("Second\r", 0, _IN_TABLE),
            ("and third\x07", 0, _IN_TABLE),
            ("\x07", 0, _IN_TABLE),
            ("\x07", 0, _ENDS_ROW),
            ("Grüße 😀\r", 0, b""),
        ]
    )

    assert text_of("a.doc", doc) == (
        "# House rules\n\nSee the list, 5 kg.\n\n| Floor | Warden |\n| --- | --- |\n| Second and third |  |\n\nGrüße 😀"
    )


def _row_of(*cells: tuple[int, int]) -> bytes:
    """Return the format of a row's end with its cells: right edges, and how each is merged."""
    edges = struct.pack(f"<{len(cells) + 1}h", 0, *(right for right, _ in cells))
    # Only the first cell of a row is merged with others here, and the rest may be left out.
    shapes = struct.pack("<H18x", cells[0][1]) if cells[0][1] else b""
    definition = bytes([len(cells)]) + edges + shapes
    return _ENDS_ROW + struct.pack("<HH", 0xD608, len(definition) + 1) + definition


def test_merged_cells_count_for_all_that_they_span() -> None:
    """Wide cells by their edges, cells merged down by their marks."""
    rows = (
        (("Group", "Phone"), ((2000, 0), (3000, 0))),
        (("Floor", "Warden", "No"), ((1000, 0), (2000, 0), (3000, 0))),
        (("Second", "Marek", "5511"), ((1000, 0), (2000, 0), (3000, 0))),
        (("", "Iris", "5512"), ((1000, 0x20), (2000, 0), (3000, 0))),
    )
    doc = make_doc(
        [
            paragraph
            for texts, cells in rows
            for paragraph in (
                *((f"{text}\x07", 0, _IN_TABLE) for text in texts),
                ("\x07", 0, _row_of(*cells)),
            )
        ]
    )

    assert text_of("a.doc", doc).split("\n") == [
        "| Group Floor | Group Warden | Phone No |",
        "| --- | --- | --- |",
        "| Second | Marek | 5511 |",
        "| Second | Iris | 5512 |",
    ]


def test_notes_comments_and_headers() -> None:
    """Each note and comment stands at its mark, its text at the end; a header comes once."""
    head = "Line of Vale\r"
    authors = struct.pack("<H", 4) + "Mira".encode("utf-16-le")
    doc = make_doc(
        [("Dogs travel free.\x02 Cats pay.\x05 Fish do.\x02\r", 0, b"")],
        others={
            "footnotes": "\x02 Except on Sundays.\r",
            "headers": head + head,
            "comments": "\x05 Check this.\r",
            "endnotes": "\x02 In bowls.\r",
        },
        structures={
            2: _places(17, 39, data=b"\1\0"),
            3: _places(0, 21, 22),
            4: _places(28, 39, data=b"\0" * 30),
            5: _places(0, 15, 16),
            46: _places(38, 39, data=b"\1\0"),
            47: _places(0, 12, 13),
            11: _places(*[0] * 7, *[len(head)] * 6, *[2 * len(head)] * 2),
            36: authors,
        },
    )

    assert text_of("a.doc", doc) == (
        "Line of Vale\n\nDogs travel free.[^1] Cats pay.[^c1] Fish do.[^2]\n\n"
        "[^1]: Except on Sundays.\n[^c1]: Comment by Mira: Check this.\n[^2]: In bowls."
    )


def test_deleted_text_is_not_shown() -> None:
    """A change that is tracked has taken it away."""
    doc = make_doc([("Old gone new text.\r", 0, b"")], marked=(4, 9))

    assert text_of("a.doc", doc) == "Old new text."


def test_raised_numbers() -> None:
    """A power is no part of its number; raised letters stay as they are."""
    raised = b"\x48\x2a\x01"

    assert (
        text_of("a.doc", make_doc([("Up to 10-6 m.\r", 0, b"")], marked=(8, 10), mark=raised))
        == "Up to 10⁻⁶ m."
    )
    assert (
        text_of("a.doc", make_doc([("On the 1st.\r", 0, b"")], marked=(8, 10), mark=raised)) == "On the 1st."
    )


def test_an_encrypted_file_says_so() -> None:
    """It can be read with a password only."""
    with pytest.raises(Unreadable, match="encrypted"):
        text_of("a.doc", make_doc([("x\r", 0, b"")], flags=0x0100))


def test_a_broken_file_says_so() -> None:
    """Neither this reader nor the parser make a text of it."""
    with pytest.raises(Unreadable):
        text_of("a.doc", make_compound({"WordDocument": b"\xec\xa5" + b"\0" * 30}))
