"""Lines of a PDF page without columns are read from top to bottom."""

from collections.abc import Sequence

import pytest
from reportlab.pdfgen.canvas import Canvas

from app.reading.pdf_layout import Layout, Word
from app.reading.pdf_order import order_lines
from tests.reading.sources import make_pdf, text_of

Line = tuple[float, float, str]


def line_of(left: float, top: float, text: str) -> list[Word]:
    """Return the words of a line, each letter five points wide and ten high."""
    words = []
    for part in text.split():
        words.append(Word(part, left, top, left + 5 * len(part), top + 10))
        left += 5 * len(part) + 4
    return words


def page_of(*lines: Line) -> Layout:
    return Layout(tuple(word for line in lines for word in line_of(*line)))


def draw(canvas: Canvas, lines: Sequence[Line]) -> None:
    canvas.setFont("Helvetica", 10)
    for left, top, text in lines:
        canvas.drawString(left, 842 - top, text)


def test_a_letter_is_read_from_top_to_bottom() -> None:
    """Its date on the right makes no columns, and its sentences stay whole."""
    lines = (
        (78, 80, "Nordlicht GmbH"),
        (78, 92, "Hafenstr. 5"),
        (460, 130, "Oslo, 3 March 2025"),
        (78, 170, "Dear Ms Sato,"),
        (
            78,
            194,
            "thank you for your order. We deliver the two pumps on 12 May. The price is 2,400 euros, payable",
        ),
        (78, 206, "within 30 days after delivery of the goods."),
        (78, 240, "Kind regards"),
        (78, 280, "Ada Nilsen"),
        (190, 700, "Nordlicht GmbH - Oslo - IBAN NO93 8601 1117 947"),
    )

    text = text_of("letter.pdf", make_pdf(lambda canvas: draw(canvas, lines)))

    assert [line for line in text.split("\n") if line] == [words for _, _, words in lines]


def test_the_title_of_a_slide_comes_first() -> None:
    """And the pieces of its last line follow each other."""

    def slide(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 28)
        canvas.drawCentredString(300, 780, "Safety at sea")
        draw(
            canvas, ((80, 140, "Wear your vest"), (80, 170, "Check the radio"), (80, 200, "Never sail alone"))
        )
        draw(canvas, ((80, 800, "Harbour board"), (520, 800, "4")))

    text = text_of("slide.pdf", make_pdf(slide))

    assert [line for line in text.split("\n") if line] == [
        *("Safety at sea", "Wear your vest", "Check the radio", "Never sail alone", "Harbour board", "4"),
    ]


def test_a_table_keeps_its_place() -> None:
    """Below the title that stands in the middle above it."""
    rows = (("Pos", "Description", "Qty"), ("1", "Pump", "2"), ("2", "Installation", ""))

    def invoice(canvas: Canvas) -> None:
        draw(canvas, ((226, 80, "Invoice 2025-117"), (78, 107, "Nordlicht GmbH"), (78, 119, "20457 Hamburg")))
        for number, row in enumerate(rows):
            draw(canvas, [(x, 150 + 18 * number, cell) for x, cell in zip((160, 200, 420), row, strict=True)])
        draw(canvas, ((78, 230, "Payable within 14 days without deduction."),))

    assert text_of("invoice.pdf", make_pdf(invoice)).split("\n\n") == [
        "Invoice 2025-117",
        "Nordlicht GmbH\n20457 Hamburg",
        "| Pos | Description | Qty |\n| --- | --- | --- |\n| 1 | Pump | 2 |\n| 2 | Installation |  |",
        "Payable within 14 days without deduction.",
    ]


def test_lines_that_stand_near_are_one_paragraph() -> None:
    """Lines that the text has one after the other keep what is between them."""
    page = page_of((70, 50, "One two three"), (70, 62, "four five"), (70, 100, "six"), (70, 112, "seven"))

    assert order_lines("six\n\nseven\n\nOne two three\n\nfour five", page, ()) == (
        "One two three\n\nfour five\n\nsix\n\nseven"
    )
    assert order_lines("four five\nsix\nOne two three\nseven", page, ()) == (
        "One two three\nfour five\nsix\nseven"
    )


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        # Blocks beside each other.
        ("c\nab\nxy\nz", [(70, 80, "c"), (70, 50, "ab"), (300, 50, "xy"), (70, 62, "d"), (300, 62, "z")]),
        # Columns whose lines do not stand on the same height.
        ("ab\ncd\nef\nuv\nwx\nyz", [
            (70, 50, "cd"), (300, 56, "uv"), (70, 62, "ab"), (300, 68, "wx"), (70, 74, "ef"), (300, 80, "yz")]),
        # Columns far apart in height.
        ("ab\ncd\nef\nuv\nwx\nyz", [
            (70, 50, "cd"), (300, 70, "uv"), (70, 90, "ab"), (300, 110, "wx"), (70, 130, "ef"), (300, 150, "yz")]),
        # Not the lines of the page.
        ("cd\nab\nmore", [(70, 50, "ab"), (70, 62, "cd")]),
        ("cd\nab", [(70, 50, "ab"), (70, 62, "cd"), (70, 74, "more")]),
    ],
)  # fmt: skip
def test_what_may_be_columns_stays(text: str, lines: Sequence[Line]) -> None:
    """The parser's order counts unless it is known to be wrong."""
    assert order_lines(text, page_of(*lines), ()) == text
