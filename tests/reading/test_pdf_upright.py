"""Pages of a PDF that are turned when they are shown."""

import io

import pypdfium2
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from app.reading.pdf_upright import upright
from tests.reading.sources import lines_at, make_pdf, text_of

TABLE = "| Farm | Sheep | Cows |\n| --- | --- | --- |\n| Riga | 12 | 3 |\n| Bonn |  | 4 |"
WIDTH, HEIGHT = 500, 700
# Where the lower left corner of what is shown lies on the sheet, and how it is turned there.
TURNS = {90: (WIDTH, 0, 90), 180: (WIDTH, HEIGHT, 180), 270: (0, HEIGHT, -90)}


def draw_farms(canvas: Canvas) -> None:
    """Draw two lines above a ruled table."""
    canvas.drawString(80, 400, "The farms were counted twice.")
    canvas.drawString(80, 380, "The second count is shown here.")
    for row, cells in enumerate((("Farm", "Sheep", "Cows"), ("Riga", "12", "3"), ("Bonn", "", "4"))):
        for column, cell in enumerate(cells):
            canvas.rect(80 + 90 * column, 320 - 20 * row, 90, 20)
            canvas.drawString(84 + 90 * column, 325 - 20 * row, cell)


def turned(
    rotation: int, *, left: float = 0, bottom: float = 0, encrypt: StandardEncryption | None = None
) -> bytes:
    """Return a page that shows two lines above a ruled table once a program has turned it."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), encrypt=encrypt)
    x, y, angle = TURNS[rotation]
    canvas.translate(x + left, y + bottom)
    canvas.rotate(angle)
    draw_farms(canvas)
    canvas.save()
    document = pypdfium2.PdfDocument(out.getvalue())
    document[0].set_mediabox(left, bottom, WIDTH + left, HEIGHT + bottom)
    document[0].set_rotation(rotation)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


@pytest.mark.parametrize("rotation", [90, 180, 270])
@pytest.mark.parametrize(("left", "bottom"), [(0, 0), (-40, 300)])
def test_a_turned_page_is_read_as_it_is_shown(rotation: int, left: float, bottom: float) -> None:
    """Landscape pages of many programs are upright sheets that are turned: their lines, tables and order count."""
    text = text_of("a.pdf", turned(rotation, left=left, bottom=bottom))

    assert text == f"The farms were counted twice.\n\nThe second count is shown here.\n\n{TABLE}"


def test_what_is_cut_away_of_a_turned_page_is_not_read() -> None:
    """Its crop box is turned with it."""
    document = pypdfium2.PdfDocument(turned(90))
    document[0].set_cropbox(112, 0, WIDTH, HEIGHT)
    out = io.BytesIO()
    document.save(out)

    text = text_of("a.pdf", out.getvalue())

    assert "counted twice" not in text
    assert text.startswith("The second count is shown here.")


def test_a_turned_page_of_a_file_that_only_its_owner_may_change_is_read() -> None:
    """Such files are encrypted, and need no password to be read."""
    assert TABLE in text_of("a.pdf", turned(90, encrypt=StandardEncryption("", "owner")))


def test_a_file_without_turned_pages_stays_as_it_is() -> None:
    """So does what is no PDF."""
    data = make_pdf(lines_at("The gate is closed at nine."))

    assert upright(data) is data
    assert upright(b"%PDF-1.4 nothing") == b"%PDF-1.4 nothing"


@pytest.mark.parametrize(("x", "y", "angle"), [(WIDTH, 0, 90), (0, HEIGHT, -90)])
def test_a_page_that_stands_sideways_is_read_as_its_readers_turn_it(x: float, y: float, angle: int) -> None:
    """Upright, it shows what runs above all pages, and its number. They are read, too."""

    def draw(canvas: Canvas) -> None:
        canvas.setPageSize((WIDTH, HEIGHT))
        canvas.drawString(72, HEIGHT - 30, "Annual report")
        canvas.drawString(240, 20, "17")
        canvas.translate(x, y)
        canvas.rotate(angle)
        draw_farms(canvas)

    text = text_of("a.pdf", make_pdf(draw))

    assert TABLE in text
    assert text.index("counted twice") < text.index("second count") < text.index(TABLE)
    assert sorted(line for line in text.splitlines() if line in ("Annual report", "17")) == [
        "17",
        "Annual report",
    ]
