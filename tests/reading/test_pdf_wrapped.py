"""Cells of PDF tables without lines, which go on over several lines of the page."""

import io
from collections.abc import Sequence
from typing import Any

import pytest
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from tests.reading.sources import make_pdf, text_of

_STYLE = getSampleStyleSheet()["BodyText"]
_PARTS = (
    ("Part", "Depot", "What it is for", "Count"),
    ("Boiler valve", "North", "Closes the boiler when the pressure falls below two bar", "12"),
    ("Pump", "South harbour", "Lifts water", "7"),
    ("Crane hook of the old pier", "North", "Holds loads of up to nine tons at low tide", "3"),
    ("Rope", "East", "Ties boats", "140"),
)
_STOCK = (
    ("Part", "Depot", "What it is for", "Count"),
    ("Bolt M8", "North", "Holds plates", "12"),
    ("Nut M8", "", "Holds bolts", "80"),
    ("Washer, large, zinc plated", "", "", "4"),
    ("Rope", "East", "", "140"),
    ("Crane hook of the pier", "East", "Holds loads", "3"),
)
_SHIFTS = (
    ("Team", "Day", "Start", "End"),
    ("Green", "Monday", "08:10", "09:00"),
    ("", "Tuesday", "09:10", "10:00"),
    ("Blue", "Monday", "08:10", "09:00"),
    ("", "Friday", "09:10", "10:00"),
)


def printed(rows: Sequence[Sequence[str]], *, stands: str = "TOP", padding: float = 3) -> bytes:
    """Return a PDF as an office program prints it, with a sentence above and one below the table."""
    out = io.BytesIO()
    style: list[tuple[Any, ...]] = [("VALIGN", (0, 0), (-1, -1), stands)]
    style += [(f"{edge}PADDING", (0, 0), (-1, -1), padding) for edge in ("TOP", "BOTTOM")]
    table = Table([[Paragraph(cell, _STYLE) for cell in row] for row in rows], colWidths=[80, 80, 150, 50])
    table.setStyle(TableStyle(style))
    around = [Paragraph(text, _STYLE) for text in ("All is kept at depots.", "Counts are checked twice.")]
    SimpleDocTemplate(out).build([around[0], table, around[1]])
    return out.getvalue()


def markdown(rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join((lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]))


@pytest.mark.parametrize("rows", [_PARTS, _STOCK, _SHIFTS], ids=["wrapped", "gaps", "plain"])
@pytest.mark.parametrize("stands", ["TOP", "MIDDLE", "BOTTOM"])
def test_the_second_line_of_a_cell_joins_its_row(rows: Sequence[Sequence[str]], stands: str) -> None:
    """Wherever the shorter cells stand; rows with an empty first cell are rows of their own."""
    assert text_of("a.pdf", printed(rows, stands=stands)) == (
        f"All is kept at depots.\n\n{markdown(rows)}\n\nCounts are checked twice."
    )


def test_rows_that_are_as_near_as_lines_are_told_apart_by_their_words() -> None:
    """A word goes on if the line above had no place for it."""
    assert markdown(_PARTS) in text_of("a.pdf", printed(_PARTS, padding=0)).replace("|  |", "| |")
    assert markdown(_SHIFTS) in text_of("a.pdf", printed(_SHIFTS, padding=0))


def test_a_header_of_two_lines_is_one_row() -> None:
    """Its upper parts stand above the line that names all columns."""

    def draw(canvas: Canvas) -> None:
        rows = (
            (700, ("", "Unit", "Total")),
            (688, ("Part", "price", "price")),
            (668, ("Valve", "4.50", "54.00")),
            (648, ("Pump", "80.00", "560.00")),
            (628, ("Rope", "1.20", "168.00")),
        )
        for y, cells in rows:
            for x, cell in zip((72, 180, 260), cells, strict=True):
                canvas.drawString(x, y, cell)

    assert text_of("a.pdf", make_pdf(draw)).startswith(
        "| Part | Unit price | Total price |\n| --- | --- | --- |\n| Valve | 4.50 | 54.00 |"
    )


def test_the_title_of_a_group_of_rows_is_a_row() -> None:
    """As balance sheets have them. There is room for it behind the label above, before the amounts on the right."""
    rows = (
        *(
            ("in EUR thousand", "2024", "2023"),
            ("Assets", "", ""),
            ("Cash", "1,204", "987"),
            ("Stock", "7", "12"),
        ),
        *(("Total of assets", "1,211", "999"), ("Liabilities", "", ""), ("Loans", "5", "6")),
    )

    def draw(canvas: Canvas) -> None:
        for number, row in enumerate(rows):
            canvas.drawString(72, 760 - 18 * number, row[0])
            for place, cell in zip((350, 430), row[1:], strict=True):
                canvas.drawRightString(place, 760 - 18 * number, cell)

    assert text_of("a.pdf", make_pdf(draw)) == markdown(rows)
