"""XLS workbooks, put together record by record."""

import struct
from collections.abc import Iterable

import pytest

from app.reading.document import Unreadable
from tests.reading.compound import make_compound
from tests.reading.sources import text_of

_FORMATS = ("General", "0.0%", "dd.mm.yyyy", "[h]:mm", "00000")
_START = 46_095  # 14 March 2026


def record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def text(value: str, *, wide_length: bool = True) -> bytes:
    head = struct.pack("<HB" if wide_length else "<BB", len(value), 1)
    return head + value.encode("utf-16-le")


def label(row: int, column: int, value: str) -> bytes:
    return record(0x0204, struct.pack("<HHH", row, column, 15) + text(value))


def number(row: int, column: int, value: float, number_format: int = 0) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, 15 + number_format, value))


def workbook(sheets: Iterable[tuple[str, int, bytes]]) -> bytes:
    """Return an XLS file: names, whether they are hidden, and records of its sheets."""
    xfs = [0] * 15 + list(range(len(_FORMATS)))
    head = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0x07CC, 0, 6))
    head += record(0x0042, struct.pack("<H", 1200)) + record(0x0022, struct.pack("<H", 0))
    head += (
        record(
            0x0031,
            struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + text("Arial", wide_length=False),
        )
        * 5
    )
    head += b"".join(
        record(0x041E, struct.pack("<H", 164 + place) + text(code)) for place, code in enumerate(_FORMATS)
    )
    head += b"".join(record(0x00E0, struct.pack("<HHH14x", 0, 164 + code, 1)) for code in xfs)
    bodies = [
        record(0x0809, struct.pack("<HHHHII", 0x0600, 16, 0, 0x07CC, 0, 6)) + records + record(0x000A)
        for _, _, records in sheets
    ]
    offset = len(head) + len(record(0x000A))
    offset += sum(
        len(record(0x0085, struct.pack("<IBB", 0, 0, 0) + text(name, wide_length=False)))
        for name, _, _ in sheets
    )
    for (name, hidden, _), body in zip(sheets, bodies, strict=True):
        head += record(0x0085, struct.pack("<IBB", offset, hidden, 0) + text(name, wide_length=False))
        offset += len(body)
    return make_compound({"Workbook": (head + record(0x000A) + b"".join(bodies)).ljust(4_096, b"\0")})


def test_cells_say_what_the_program_shows() -> None:
    """Formats, errors and merged cells count; hidden sheets, rows and columns do not."""
    merged = struct.pack("<H8H", 2, 0, 0, 0, 2, 2, 3, 0, 0)
    plan = (
        record(0x007D, struct.pack("<HHHHHH", 3, 3, 2_560, 15, 1, 0))
        + record(0x0208, struct.pack("<HHHHHHI", 5, 0, 3, 255, 0, 0, 0x120))
        + label(0, 0, "Duty rota")
        + label(1, 0, "Team") + label(1, 1, "Value") + label(1, 2, "Since") + label(1, 3, "Secret")
        + label(2, 0, "Green") + number(2, 1, 0.075, 1) + number(2, 2, _START, 2) + number(2, 3, 1)
        + number(3, 1, 471, 4) + number(3, 2, 1.5625, 3)
        + label(4, 0, "Sum") + record(0x0205, struct.pack("<HHHBB", 4, 1, 15, 7, 1)) + number(4, 2, 12)
        + label(5, 0, "hidden") + number(5, 1, 5)
        + record(0x00E5, merged)
    )  # fmt: skip

    assert text_of("a.xls", workbook([("Plan", 0, plan), ("Hidden", 1, label(0, 0, "secret"))])) == (
        "## Plan\n\nDuty rota\n\n| Team | Value | Since |\n| --- | --- | --- |\n"
        "| Green | 7.5% | 14.03.2026 (2026-03-14) |\n| Green | 00471 | 37:30 |\n| Sum | #DIV/0! | 12 |"
    )


def test_a_broken_workbook_says_so() -> None:
    """Neither this reader nor the parser make anything of it."""
    with pytest.raises(Unreadable):
        text_of("a.xls", make_compound({"Workbook": b"\x09\x08broken" * 20}))
