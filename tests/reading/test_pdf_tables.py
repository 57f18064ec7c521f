"""Tables of PDF pages, by where their words and lines lie."""

from collections.abc import Callable, Sequence

from reportlab.pdfgen.canvas import Canvas

from app.reading.document import Document
from tests.reading.sources import lines_at, make_pdf, read_file, text_of

_COLUMNS = (72, 180, 250, 320, 400)
_ROWS = (
    ("Port", "Morning", "Noon", "Evening"),
    ("Vale", "08:10", "", "18:30"),
    ("Dale", "", "12:15", ""),
    ("Isle of Brae", "", "", "19:45"),
)
_TABLE = (
    "| Port | Morning | Noon | Evening |\n| --- | --- | --- | --- |\n| Vale | 08:10 |  | 18:30 |\n"
    "| Dale |  | 12:15 |  |\n| Isle of Brae |  |  | 19:45 |"
)


def draw_table(
    canvas: Canvas, rows: Sequence[Sequence[str]], *, top: float = 700, lines: bool = False
) -> None:
    """Draw a table column by column, as browsers may do."""
    for column in range(len(rows[0])):
        for number, row in enumerate(rows):
            canvas.drawString(_COLUMNS[column] + 2, top - 18 * number, row[column])
    if lines:
        for number in range(len(rows) + 1):
            y = top + 13 - 18 * number
            canvas.line(_COLUMNS[0], y, _COLUMNS[len(rows[0])], y)
        for x in _COLUMNS[: len(rows[0]) + 1]:
            canvas.line(x, top + 13, x, top + 13 - 18 * len(rows))


def page(*, lines: bool) -> bytes:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 760, "Times are local. The ferry runs daily unless the wind is strong.")
        draw_table(canvas, _ROWS, lines=lines)
        canvas.drawString(72, 600, "Dogs travel free on weekdays, and pay at the weekend.")

    return make_pdf(draw)


def test_empty_cells_stay_empty() -> None:
    """In a table that is drawn, and in one whose columns are seen from white space alone."""
    for lines in (True, False):
        assert text_of("a.pdf", page(lines=lines)) == (
            "Times are local. The ferry runs daily unless the wind is strong.\n\n"
            f"{_TABLE}\n\nDogs travel free on weekdays, and pay at the weekend."
        )


def test_merged_cells_count_for_all_that_they_span() -> None:
    """No line divides them."""

    def draw(canvas: Canvas) -> None:
        draw_table(canvas, (("Team", "Q1", "Q2"), ("Green", "10", "20"), ("", "30", "40")))
        for y in (713, 695, 659):
            canvas.line(72, y, 320, y)
        canvas.line(180, 677, 320, 677)
        for x in (72, 180, 250, 320):
            canvas.line(x, 713, x, 659)

    assert text_of("a.pdf", make_pdf(draw)) == (
        "| Team | Q1 | Q2 |\n| --- | --- | --- |\n| Green | 10 | 20 |\n| Green | 30 | 40 |"
    )


def test_a_header_of_groups_is_one_row() -> None:
    """A cell over two rows has its text in its middle or at its bottom; one over two columns names a group."""

    def draw(canvas: Canvas) -> None:
        draw_table(
            canvas, (("", "2023", ""), ("Region", "Plan", "Real"), ("North", "10", "20"), ("", "30", "40"))
        )
        for y in (713, 677, 641):
            canvas.line(72, y, 320, y)
        for y in (695, 659):
            canvas.line(180, y, 320, y)
        for x in (72, 180, 320):
            canvas.line(x, 713, x, 641)
        canvas.line(250, 695, 250, 641)

    assert text_of("a.pdf", make_pdf(draw)) == (
        "| Region | 2023 Plan | 2023 Real |\n| --- | --- | --- |\n| North | 10 | 20 |\n| North | 30 | 40 |"
    )


def test_prose_is_no_table() -> None:
    """Lines that begin alike, lists of numbers and contents stay lines."""
    prose = [f"Manual: line {number} of page 7 says what there is to say." for number in range(10, 22)]
    items = [f"{number}. The boiler of house {number} is serviced in spring." for number in range(1, 6)]

    def contents(canvas: Canvas) -> None:
        canvas.setFont("Courier", 8)
        for number, title in enumerate(
            ("1 Introduction", "2 Function reference", "conf_parse", "conf_merge")
        ):
            canvas.drawString(72, 700 - 9 * number, f"{title} {'.' * (60 - len(title))} {number + 2}")

    assert "|" not in text_of("a.pdf", make_pdf(lines_at(*prose), lines_at(*items), contents))


def _long_table(*, header_on_each: bool) -> Document:
    header = ("Part", "Depot", "Count", "Note")

    def draw(canvas: Canvas, first: int) -> None:
        rows = [
            (f"R{n:03}", f"Depot {n % 7}", str(3 * n), "" if n % 3 else "new")
            for n in range(first, first + 30)
        ]
        draw_table(canvas, [header, *rows] if header_on_each or not first else rows, lines=True)

    return read_file(
        "a.pdf", make_pdf(*((lambda canvas, first=first: draw(canvas, first)) for first in (0, 30, 60, 90)))
    )


def test_a_table_goes_on_over_pages() -> None:
    """Its header stands once, whether each page repeats it or not, so the chunker gives it to all rows."""
    for header_on_each in (True, False):
        pages = _long_table(header_on_each=header_on_each).pages

        assert pages[0].startswith(
            "| Part | Depot | Count | Note |\n| --- | --- | --- | --- |\n| R000 | Depot 0 | 0 | new |"
        )
        assert [one.split("\n")[0] for one in pages[1:]] == [
            "| R030 | Depot 2 | 90 | new |",
            "| R060 | Depot 4 | 180 | new |",
            "| R090 | Depot 6 | 270 | new |",
        ]


def test_a_new_table_on_the_next_page_keeps_its_header() -> None:
    """It has a text above it, or another number of columns."""

    def second(canvas: Canvas) -> None:
        canvas.drawString(72, 760, "The winter times are shorter than those of the summer.")
        draw_table(canvas, _ROWS, lines=True)

    first = make_pdf(lambda canvas: draw_table(canvas, _ROWS, lines=True), second)
    other = make_pdf(
        lambda canvas: draw_table(canvas, _ROWS, lines=True),
        lambda canvas: draw_table(canvas, [row[:3] for row in _ROWS[:3]], lines=True),
    )

    assert read_file("a.pdf", first).pages[1].endswith(_TABLE)
    assert "| Port | Morning | Noon |\n| --- | --- | --- |" in read_file("a.pdf", other).pages[1]


def test_a_line_below_the_last_row_of_a_table_ends_the_reading() -> None:
    """A word in a place of its own below a table, that belongs to its last row or not, is read once."""

    def draw(canvas: Canvas) -> None:
        draw_table(
            canvas,
            (
                ("Port", "Noon", "Evening"),
                ("Vale", "12:10", "18:30"),
                ("Dale", "12:15", "19:30"),
                ("Isle", "12:40", "19:45"),
            ),
        )
        canvas.drawString(_COLUMNS[1] + 2, 700 - 18 * 3 - 12, "late")

    text = text_of("a.pdf", make_pdf(draw))

    assert text.count("late") == 1


def test_a_table_may_have_dashes_for_nothing() -> None:
    """The two libraries that read pages write dashes in two ways."""

    def draw(canvas: Canvas) -> None:
        rows = (
            ("", "2025", "2024"),
            ("Revenue", "1,204", "1,100"),
            ("Other income", "—", "12"),
            ("Interest", "(15)", "—"),
        )
        for number, cells in enumerate(rows):
            for x, cell in zip((160, 380, 460), cells, strict=True):
                canvas.drawRightString(x, 760 - 14 * number, cell)
        canvas.drawString(72, 690, "All figures in thousands.")

    assert text_of("a.pdf", make_pdf(draw)) == (
        "|  | 2025 | 2024 |\n| --- | --- | --- |\n| Revenue | 1,204 | 1,100 |\n| Other income | - | 12 |\n"
        "| Interest | (15) | - |\n\nAll figures in thousands."
    )


def test_the_boxes_of_a_diagram_are_no_table() -> None:
    """Lines lead from one to another; each text stands once."""
    names = ("Order", "Stock", "Supplier", "Invoice", "Parcel", "Return", "Refund", "Customer", "Archive")

    def draw(canvas: Canvas) -> None:
        for place, name in enumerate(names):
            x, y = 72 + 150 * (place % 3), 700 - 70 * (place // 3) - 25 * (place % 3)
            canvas.rect(x, y, 90, 40)
            canvas.drawString(x + 8, y + 15, name)
            canvas.line(x + 90, y + 20, x + 150, y + 20)
            canvas.line(x + 45, y, x + 45, y - 30)

    text = text_of("a.pdf", make_pdf(draw))

    assert "|" not in text
    assert {text.count(name) for name in names} == {1}


def test_lines_of_the_same_words_stay_above_and_below_a_table() -> None:
    """As prices and conditions have them on one page."""
    lines = ("The first offer", "holds for one year.", "The second offer", "holds for one year.")

    def draw(canvas: Canvas) -> None:
        lines_at(*lines[:2], y=760)(canvas)
        draw_table(canvas, _ROWS, lines=True)
        lines_at(*lines[2:], y=600)(canvas)

    above, _, below = text_of("a.pdf", make_pdf(draw)).split("\n\n")

    assert (above, below) == ("\n".join(lines[:2]), "\n".join(lines[2:]))


def test_tables_that_stand_side_by_side_are_two() -> None:
    """Their rows have lines of the page in common. The left one comes first."""

    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 760, "Two lists:")
        draw_table(canvas, (("Part", "Count"), ("Rope", "3"), ("Bolt", "9")), lines=True)
        canvas.translate(230, 0)
        draw_table(canvas, (("Port", "Use"), ("80", "web"), ("22", "shell"), ("25", "mail")), lines=True)

    assert text_of("a.pdf", make_pdf(draw)) == (
        "Two lists:\n\n| Part | Count |\n| --- | --- |\n| Rope | 3 |\n| Bolt | 9 |\n\n"
        "| Port | Use |\n| --- | --- |\n| 80 | web |\n| 22 | shell |\n| 25 | mail |"
    )


def test_a_row_that_a_page_cuts_goes_on_in_its_column() -> None:
    """What is left of it on the next page is no title of a new table."""
    rest = ("", "as it is so", "")

    def draw(rows: Sequence[Sequence[str]]) -> Callable[[Canvas], None]:
        return lambda canvas: draw_table(canvas, rows, lines=True)

    pages = read_file(
        "a.pdf",
        make_pdf(
            draw((("Part", "What", "Count"), ("Rope", "It", "3"))), draw((rest, ("Bolt", "It is new", "9")))
        ),
    ).pages

    assert pages[1] == "|  | as it is so |  |\n| Bolt | It is new | 9 |"
