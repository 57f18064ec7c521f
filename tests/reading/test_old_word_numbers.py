"""Numbers of lists in old Word files, put together byte by byte."""

import struct

import pytest

from tests.reading.sources import text_of
from tests.reading.test_old_word import make_doc

DECIMAL, ROMAN, LETTER, BULLET = 0, 2, 4, 23
LISTS, USES, STYLES = 73, 74, 1
CHANGES_START, CHANGES_LEVEL = 0x10, 0x20


def level(kind: int, text: str, *, start: int = 1) -> bytes:
    """Return a level of a list; a digit in its text stands for the number of that level, from 0."""
    places = [place + 1 for place, letter in enumerate(text) if letter.isdigit()]
    written = [int(letter) if letter.isdigit() else ord(letter) for letter in text]
    return (
        struct.pack("<iBB9s", start, kind, 0, bytes(places)) + bytes(9) + struct.pack("<BBBB", 2, 1, 0, 0)
        + b"abc" + struct.pack(f"<H{len(written)}H", len(written), *written)
    )  # fmt: skip


CLAUSES = (level(DECIMAL, "0."), level(DECIMAL, "0.1"), level(LETTER, "2)"), level(BULLET, "\uf0b7"))


def tables(*changes: bytes) -> dict[int, bytes]:
    """Return one list of clauses, and uses of it: one as it is, and one for each of the changes."""
    levels = b"".join((*CLAUSES, *[level(DECIMAL, "")] * 5))
    lists = struct.pack("<HiI18sBB", 1, 77, 0, b"", 0, 0)
    uses = [struct.pack("<i8xBBBB", 77, bool(change), 0, 0, 0) for change in (b"", *changes)]
    data = [b"\xff" * 4 + change for change in (b"", *changes)]
    return {
        LISTS: lists,
        # The levels stand behind the table of lists, and are no part of it.
        9_999: levels,
        USES: struct.pack("<I", len(uses)) + b"".join(uses) + b"".join(data),
    }


def item(text: str, depth: int = 0, *, use: int = 1, style: int = 0) -> tuple[str, int, bytes]:
    return f"{text}\r", style, struct.pack("<HBHH", 0x260A, depth, 0x460B, use)


def shown(
    *paragraphs: tuple[str, int, bytes], changes: tuple[bytes, ...] = (), styles: bytes = b""
) -> list[str]:
    structures = tables(*changes) | ({STYLES: styles} if styles else {})
    return text_of("a.doc", make_doc(paragraphs, structures=structures)).split("\n")


def test_numbers_of_lists_are_text() -> None:
    """On each level, in its own letters; bullets are dashes, and what belongs to no list has no number."""
    assert shown(
        item("Leave"), item("Parents", 1), item("Carers", 1), item("of a parent", 2), item("of a child", 2),
        item("Travel"), item("By sea", 1), item("Bring a coat", 3), ("The end\r", 0, b""),
    ) == [
        "1. Leave", "1.1 Parents", "1.2 Carers", "    a) of a parent", "    b) of a child",
        "2. Travel", "2.1 By sea", "      - Bring a coat", "", "The end",
    ]  # fmt: skip


def test_headings_are_numbered_by_their_styles() -> None:
    """Also by the style that theirs is based on; a heading keeps its level."""

    def style(base: int, properties: bytes) -> bytes:
        data = struct.pack("<5H", 0, base << 4 | 1, 2, 0, 0) + struct.pack("<H1sxH", 1, b"n", 0)
        data += struct.pack("<HH", 2 + len(properties), 0) + properties
        return struct.pack("<H", len(data)) + data

    styles = struct.pack("<H3H", 6, 3, 10, 0)[:4] + struct.pack("<HH", 10, 0)
    styles += (
        b"\0\0"
        + style(0xFFF, struct.pack("<HH", 0x460B, 1))
        + style(1, struct.pack("<HB", 0x260A, 1) + b"\0")
    )

    assert shown(
        ("Leave\r", 1, b""), ("Parents\r", 2, b""), ("Carers\r", 2, b""), ("Travel\r", 1, b""), styles=styles
    ) == ["# 1. Leave", "", "## 1.1 Parents", "", "## 1.2 Carers", "", "# 2. Travel"]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (struct.pack("<iI", 5, CHANGES_START), ["1. Leave", "2. Travel", "5. Rent", "6. Food"]),
        (
            struct.pack("<iI", 0, CHANGES_LEVEL) + level(ROMAN, "(0)", start=3),
            ["1. Leave", "2. Travel", "(iii) Rent", "(iv) Food"],
        ),
    ],
)
def test_a_list_that_starts_again_counts_for_itself(change: bytes, expected: list[str]) -> None:
    """From another number, or written in another way."""
    paragraphs = (item("Leave"), item("Travel"), item("Rent", use=2), item("Food", use=2))

    assert shown(*paragraphs, changes=(change,)) == expected


def test_broken_lists_number_nothing() -> None:
    """The text is there all the same."""
    structures = {LISTS: b"\xff\xff", USES: b"\x01\0\0\0"}

    assert text_of("a.doc", make_doc([item("Leave")], structures=structures)) == "Leave"
