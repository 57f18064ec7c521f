"""Headers of PDF tables without lines that are wider than their columns, or stand over several."""

from collections.abc import Sequence

from reportlab.pdfgen.canvas import Canvas

from tests.reading.sources import make_pdf, text_of

DAYS = (("Ada", "3", "23", "1"), ("Bea", "12", "4", "0"), ("Cem", "7", "", "2"), ("Dora", "5", "6", "11"))
SITES = (
    ("Bergen", "-3", "21", "55", "90"),
    ("Oslo", "-12", "28", "40", "85"),
    ("Tromso", "-9", "19", "50", "88"),
)


def _draw(
    canvas: Canvas, texts: Sequence[str], places: Sequence[float], *, y: float, is_right: bool = False
) -> None:
    canvas.setFont("Helvetica", 10)
    for text, x in zip(texts, places, strict=True):
        (canvas.drawRightString if is_right and text[:1].isdigit() else canvas.drawString)(x, y, text)


def test_names_that_are_wider_than_their_columns() -> None:
    """A header of which the names leave no white space between the columns is the table's header."""

    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 740, "The days that are left, as of the third of March.")
        _draw(canvas, ("Name", "Days of leave", "Sick days", "Late"), (72, 124, 192, 243), y=700)
        for number, row in enumerate(DAYS):
            _draw(canvas, row, (72, 164, 215, 262), y=686 - 14 * number, is_right=True)

    assert text_of("days.pdf", make_pdf(draw)).split("\n") == [
        "The days that are left, as of the third of March.",
        "",
        "| Name | Days of leave | Sick days | Late |",
        "| --- | --- | --- | --- |",
        *(f"| {' | '.join(row)} |" for row in DAYS),
    ]


def test_names_of_groups() -> None:
    """A name over several columns stands before the names of all of them."""
    places = (72, 150, 190, 260, 300)

    def draw(canvas: Canvas) -> None:
        _draw(canvas, ("Temperature (C)", "Humidity (%)"), (150, 260), y=712)
        _draw(canvas, ("Site", "min", "max", "min", "max"), places, y=698)
        for number, row in enumerate(SITES):
            _draw(canvas, row, places, y=684 - 14 * number)

    header = "| Site | Temperature (C) min | Temperature (C) max | Humidity (%) min | Humidity (%) max |"
    assert text_of("sites.pdf", make_pdf(draw)).split("\n")[0] == header


def test_a_year_over_its_quarters() -> None:
    """A short name in the middle above several columns is the name of all of them."""
    places = (72, 150, 200, 250, 300)

    def draw(canvas: Canvas) -> None:
        _draw(canvas, ("2024", "2025"), (172, 272), y=712)
        _draw(canvas, ("Branch", "first", "second", "first", "second"), places, y=698)
        for number, row in enumerate(SITES):
            _draw(canvas, row, places, y=684 - 14 * number)

    header = "| Branch | 2024 first | 2024 second | 2025 first | 2025 second |"
    assert text_of("halves.pdf", make_pdf(draw)).split("\n")[0] == header


def test_a_sentence_above_is_no_header() -> None:
    """A caption keeps its line, and the table its rows."""
    caption = "Days of leave and of sickness, and how often late"

    def draw(canvas: Canvas) -> None:
        _draw(canvas, (caption,), (72,), y=700)
        for number, row in enumerate(DAYS):
            _draw(canvas, row, (72, 164, 215, 262), y=686 - 14 * number, is_right=True)

    assert text_of("days.pdf", make_pdf(draw)).split("\n")[:3] == [caption, "", "| Ada | 3 | 23 | 1 |"]
