"""Raised numbers of PDF pages."""

from collections.abc import Sequence

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.reading.sources import make_pdf, text_of


def line(canvas: Canvas, parts: Sequence[str], *, y: float = 700, rise: float = 5) -> None:
    """Draw the parts of a line. Every other one is small and stands higher."""
    text = canvas.beginText(72, y)
    for number, part in enumerate(parts):
        text.setFont("Helvetica", 7 if number % 2 else 11)
        text.setRise(rise if number % 2 else 0)
        text.textOut(part)
    canvas.drawText(text)


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        (("Below 3.2 x 10", "-6", " mbar on 45 m", "2", " in all"), "Below 3.2 x 10⁻⁶ mbar on 45 m² in all"),
        (
            ("Growth in 2023", "4", " was strong,", "12", " they say"),
            "Growth in 2023⁴ was strong,¹² they say",
        ),
        (("There are (10", "6", ") cells"), "There are (10⁶) cells"),
        (("On 1 May at 10-6 and m2",), "On 1 May at 10-6 and m2"),
    ],
)
def test_a_raised_number_is_no_part_of_the_number_before_it(parts: Sequence[str], shown: str) -> None:
    """A power, a unit and the mark of a note stand above the line."""
    assert text_of("a.pdf", make_pdf(lambda canvas: line(canvas, parts))) == shown


def test_a_lowered_number_stays() -> None:
    """A formula has its numbers below the line."""
    assert (
        text_of("a.pdf", make_pdf(lambda canvas: line(canvas, ("CO", "2", " fell"), rise=-3))) == "CO2 fell"
    )


def test_a_word_that_stands_on_the_page_both_ways_stays() -> None:
    """Nothing in the text tells which of them is raised."""

    def draw(canvas: Canvas) -> None:
        line(canvas, ("The area is 45 m", "2", " here"))
        line(canvas, ("The road m2 is closed",), y=680)

    assert "45 m2 here" in text_of("a.pdf", make_pdf(draw))
