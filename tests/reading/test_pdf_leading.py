"""Paragraphs whose lines stand far apart."""

from itertools import accumulate

import pytest

from app.reading.pdf_layout import Word
from app.reading.pdf_leading import join_paragraphs

_PROSE = ("The office keeps", "the register of all", "boats. The officer", "writes it.")
_CHINESE = ("本公司的员工每年享有二", "十二天带薪年假，工作", "满五年。")
_NOTICES = ("Wear gloves", "Report spills to", "the office", "Lock the gate", "Feed the dog")


@pytest.mark.parametrize(
    ("lines", "pitches", "joined"),
    [
        (_PROSE, (22, 22, 22), "\n".join(_PROSE)),
        (_CHINESE, (16, 16), "\n".join(_CHINESE)),
        (_PROSE, (22, 22, 40), "The office keeps\nthe register of all\nboats. The officer\n\nwrites it."),
        (_NOTICES, (22, 22, 22, 22), "\n\n".join(_NOTICES)),
    ],
)
def test_lines_as_far_apart_as_most_are_one_paragraph(
    lines: tuple[str, ...], pitches: tuple[int, ...], joined: str
) -> None:
    """Where sentences go on over their ends. A wider gap parts paragraphs; notices stay apart."""
    tops = accumulate(pitches, initial=0)
    words = [
        Word(text, 0, top, 9, top + 11)
        for line, top in zip(lines, tops, strict=True)
        for text in line.split()
    ]

    assert join_paragraphs("\n\n".join(lines), words) == joined
