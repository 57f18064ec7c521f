"""Tables of a PDF page with lines between their rows, and none between their columns."""

from collections.abc import Callable, Sequence

from reportlab.pdfgen.canvas import Canvas

from tests.reading.sources import make_pdf, text_of

Row = Sequence[Sequence[str]]
PLACES = (72, 150, 420)
RIGHT = 520
HEADER: Row = (("Clause",), ("Duty",), ("Due",))
FIRST: Row = (
    ("1.1",),
    ("The supplier shall deliver all goods that are", "listed in the annex within one week."),
    ("1 May",),
)
SECOND: Row = (
    ("1.2",),
    ("The buyer shall pay for them within a month", "after they were delivered, in euros."),
    ("3 June",),
)
ROWS = (
    "| Clause | Duty | Due |\n| --- | --- | --- |\n"
    "| 1.1 | The supplier shall deliver all goods that are listed in the annex within one week. | 1 May |\n"
    "| 1.2 | The buyer shall pay for them within a month after they were delivered, in euros. | 3 June |"
)  # fmt: skip
BEFORE, AFTER = (
    "The table says by which day each of the duties has to be done.",
    "Both have agreed to all of this, and signed it on the last page.",
)


def table(
    *rows: Row, places: Sequence[float] = PLACES, pieces: bool = False, line_above: bool = True
) -> Callable[[Canvas], None]:
    """Return a page with a table between two lines of prose; `pieces` draws its lines cell by cell."""

    def draw(canvas: Canvas) -> None:
        y = 740.0
        canvas.drawString(72, 780, BEFORE)
        ends = [*[place - 4 for place in places[1:]], RIGHT] if pieces else [RIGHT]
        starts = [68, *[place - 4 for place in places[1:]]] if pieces else [68]
        for number, row in enumerate(rows):
            for start, end in zip(starts, ends, strict=True):
                if number or line_above:
                    canvas.line(start, y, end, y)
            for place, cell in zip(places, row, strict=True):
                for line, text in enumerate(cell):
                    canvas.drawString(place, y - 14 - 14 * line, text)
            y -= 14 * max(map(len, row)) + 8
        for start, end in zip(starts, ends, strict=True):
            canvas.line(start, y, end, y)
        canvas.drawString(72, y - 40, AFTER)

    return draw


def test_the_lines_of_a_cell_stay_together() -> None:
    """Lines between rows tell where a row ends. They may be drawn in pieces, and the header may have none above it."""
    whole = text_of("a.pdf", make_pdf(table(HEADER, FIRST, SECOND)))
    in_pieces = text_of("a.pdf", make_pdf(table(HEADER, FIRST, SECOND, pieces=True)))
    below = text_of("a.pdf", make_pdf(table(HEADER, FIRST, SECOND, line_above=False)))

    assert whole == in_pieces == below == f"{BEFORE}\n\n{ROWS}\n\n{AFTER}"


def test_a_title_over_all_columns_is_the_first_cell_of_its_row() -> None:
    """Its words cross the space between the columns below."""
    title: Row = (("Duties of the supplier, of the buyer and of all others",), (), ())

    text = text_of("a.pdf", make_pdf(table(HEADER, title, FIRST, SECOND)))

    assert "| Duties of the supplier, of the buyer and of all others |  |  |" in text.splitlines()
    assert text.splitlines()[-3] == ROWS.splitlines()[-1]


def test_lines_between_groups_of_rows_do_not_join_them() -> None:
    """A table with lines after some rows only is read by its rows."""
    groups: Sequence[Row] = (
        (("Farm",), ("Sheep",), ("Cows",)),
        (("Riga", "Bonn"), ("12", "4"), ("3", "4")),
        (("Kiel", "Ulm"), ("7", "9"), ("5", "8")),
    )

    lines = text_of("a.pdf", make_pdf(table(*groups))).splitlines()

    assert [line for line in lines if line.startswith("| ")][2:] == [
        *("| Riga | 12 | 3 |", "| Bonn | 4 | 4 |", "| Kiel | 7 | 5 |", "| Ulm | 9 | 8 |"),
    ]


def test_lines_between_paragraphs_make_no_table() -> None:
    """Nor do paragraphs in two columns between them."""
    prose: Row = (("The ferry sails at noon on Sundays, and at nine", "on all other days of the week."),)
    columns: Row = (
        ("The ferry sails at noon", "and at nine on all days."),
        ("It comes back at four", "in the afternoon."),
    )

    for page in (
        table(prose, prose, prose, places=(72,)),
        table(columns, columns, columns, places=(72, 320)),
    ):
        assert "|" not in text_of("a.pdf", make_pdf(page))


def test_cells_that_hold_paragraphs_stay_beside_each_other() -> None:
    """A comment belongs to the requirement at its side, and is not read after all requirements."""
    rows: Sequence[Row] = (
        (("ID",), ("Requirement",), ("Comment",)),
        *(
            (
                (f"R-{number}",),
                (f"Pump {number} shall deliver at least ten litres", "a minute at a head of thirty metres,", "measured at the flange of its outlet."),
                (f"Test {number} was done in the hall of", "the maker, and its report was sent", "to the buyer on the same day."),
            )
            for number in (1, 2, 3)
        ),
    )  # fmt: skip

    lines = text_of("a.pdf", make_pdf(table(*rows, places=(72, 120, 340)))).splitlines()

    assert (
        "| R-2 | Pump 2 shall deliver at least ten litres a minute at a head of thirty metres, measured at the flange of its outlet. "
        "| Test 2 was done in the hall of the maker, and its report was sent to the buyer on the same day. |"
    ) in lines
