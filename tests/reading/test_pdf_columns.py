"""Columns of a PDF page beside lines of the whole width."""

from collections.abc import Sequence

import pytest
from reportlab.pdfgen.canvas import Canvas

from app.reading.pdf_columns import order_columns
from app.reading.pdf_layout import Layout, Word
from tests.reading.sources import make_pdf, text_of

LEFT = ("The harbour office keeps the", "mooring register open every", "day from eight until four.")
RIGHT = ("Refuelling is allowed only at", "pontoon C between six and", "eight in the morning.")
THIRD = ("Boats under sail keep clear", "of the ferry at all times", "and sound one long blast.")
ABOVE = (
    "The council of the harbour met on Monday and decided on the rules that are printed",
    "below, which hold from May until the end of September.",
)
BELOW = (
    "Every vessel longer than nine metres reports its draught before entering the inner",
    "basin and waits for the pilot at the outer buoy.",
)


def _draw(canvas: Canvas, lines: Sequence[str], *, x: float = 72, y: float, size: float = 11) -> None:
    canvas.setFont("Helvetica", size)
    for number, line in enumerate(lines):
        canvas.drawString(x, y - 14 * number, line)


@pytest.mark.parametrize("above", [740, 728])
@pytest.mark.parametrize("second", [250, 310])
def test_whole_lines(above: float, second: float) -> None:
    """Lines of the whole width stay together above and below short columns, however near they stand."""

    def draw(canvas: Canvas) -> None:
        _draw(canvas, ABOVE, y=above)
        _draw(canvas, LEFT, y=700)
        _draw(canvas, RIGHT, y=700, x=second)
        _draw(canvas, BELOW, y=700 - 42 - (above - 728))

    parts = text_of("rules.pdf", make_pdf(draw)).split("\n\n")

    assert parts == ["\n".join(lines) for lines in (ABOVE, LEFT, RIGHT, BELOW)]


def test_three_columns() -> None:
    """Three columns are read one after the other, then the lines below them."""

    def draw(canvas: Canvas) -> None:
        for x, lines in ((60, LEFT), (230, RIGHT), (400, THIRD)):
            _draw(canvas, lines, x=x, y=700, size=9)
        _draw(canvas, BELOW, y=630)

    parts = text_of("rules.pdf", make_pdf(draw)).split("\n\n")

    assert parts == ["\n".join(lines) for lines in (LEFT, RIGHT, THIRD, BELOW)]


def test_sentences_are_not_read_across() -> None:
    """Columns that the parser reads across are parted where the sentences of both go on in the next line."""
    across = [f"{left} {right}" for left, right in zip(LEFT, RIGHT, strict=True)]
    words = [
        Word(word, 72 + start + 40 * place, 100 + 14 * row, 100 + start + 40 * place, 111 + 14 * row)
        for start, lines in ((0, LEFT), (280, RIGHT))
        for row, line in enumerate(lines)
        for place, word in enumerate(line.split())
    ]

    text = order_columns("\n".join(across), Layout(words=tuple(words)))

    assert text == "\n".join(LEFT) + "\n\n" + "\n".join(RIGHT)
