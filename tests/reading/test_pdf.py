"""PDF: what a reader of the page reads, in that order."""

import ctypes
import io
from collections.abc import Callable

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from app.reading.document import Unreadable
from tests.reading.sources import lines_at, make_pdf, read_file, text_of


def picture(canvas: Canvas, *, width: float = 500, height: float = 700) -> None:
    from PIL import Image

    image = Image.new("RGB", (40, 60), (200, 210, 190))
    out = io.BytesIO()
    image.save(out, "PNG")
    canvas.drawImage(ImageReader(io.BytesIO(out.getvalue())), 40, 60, width, height)


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (("the refri-", "gerator room"), "refrigerator"),
        (("the refri- ", "gerator room"), "refrigerator"),
        (("order the bearing TK-", "2041 today"), "TK-2041"),
        (("an E-", "Bike of the town"), "E-Bike"),
        (("in the years 1990-", "1995 only"), "1990-1995"),
        (("the Anglo-", "Saxon chronicle"), "Anglo-Saxon"),
    ],
)
def test_a_hyphen_goes_only_where_a_word_was_divided(lines: tuple[str, str], whole: str) -> None:
    """A divided word is joined; codes, names and ranges keep their hyphen."""
    assert whole in text_of("a.pdf", make_pdf(lines_at(*lines)))


def test_the_document_itself_shows_which_hyphens_belong() -> None:
    """A compound that stands elsewhere in parts keeps its hyphen; a word that stands elsewhere whole loses it."""
    page = lines_at(
        "The widget price and the widget price again, for the whole cooperation.",
        "It sells below its widget-",
        "price in co-",
        "operation and in widget sales.",
    )

    text = text_of("a.pdf", make_pdf(page))

    assert "widget-price" in text


def test_lines_of_lists_and_rows_stay_lines() -> None:
    """Nothing joins what stands on lines of its own."""
    text = text_of(
        "a.pdf", make_pdf(lines_at("Wear gloves at all times", "Report spills to Ann", "Lock the gate"))
    )

    assert text.splitlines() == ["Wear gloves at all times", "Report spills to Ann", "Lock the gate"]


def test_running_lines_stand_once() -> None:
    """Headers and footers that repeat come at the end, page numbers alone not at all."""

    def page(number: int) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(72, 800, "Vantor Engines - Service manual")
            canvas.drawString(
                72, 700, f"Chapter {'ABCDE'[number]} deals with part {'vwxyz'[number]} of the engine."
            )
            canvas.drawString(280, 30, f"- {number + 1} -")

        return draw

    document = read_file("a.pdf", make_pdf(*(page(number) for number in range(5))))

    assert document.whole_text.count("Vantor Engines") == 1
    assert "- 3 -" not in document.whole_text
    assert document.pages[1] == "Chapter B deals with part w of the engine."
    assert document.pages[4].endswith("Vantor Engines - Service manual")


def test_columns_are_read_one_after_the_other() -> None:
    """Also where the file draws line by line across the page."""
    left = [
        "The harbour office keeps the",
        "mooring register. Every vessel",
        "longer than nine metres must",
        "report its draught at once.",
    ]
    right = [
        "Refuelling is allowed only at",
        "pontoon C between six and",
        "eight in the evening. Spills",
        "must be reported at once too.",
    ]

    def draw(canvas: Canvas) -> None:
        for number, (first, second) in enumerate(zip(left, right, strict=True)):
            canvas.drawString(72, 760 - 14 * number, first)
            canvas.drawString(320, 760 - 14 * number, second)

    text = " ".join(text_of("a.pdf", make_pdf(draw)).split())

    assert " ".join(left) in text
    assert " ".join(right) in text


def table_page(canvas: Canvas) -> None:
    canvas.drawString(72, 790, "The depot keeps these parts ready for the night shift of each week.")
    rows = (
        ("Part", "Stock", "Shelf"),
        ("Bolt M8", "1200", "A-3"),
        ("Nut M8", "", "A-4"),
        ("Washer", "90", "B-1"),
    )
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            canvas.rect(72 + 120 * column, 700 - 20 * row, 120, 20)
            canvas.drawString(78 + 120 * column, 706 - 20 * row, cell)
    for number, line in enumerate(
        ("Wear gloves at all times", "Report spills to Ann", "Lock the gate at nine")
    ):
        canvas.drawString(72, 560 - 16 * number, f"- {line}")


def test_a_table_stands_in_its_place_and_keeps_its_gaps() -> None:
    """Its rows are Markdown rows; the list below it keeps its lines."""
    text = text_of("a.pdf", make_pdf(table_page))

    assert (
        "| Part | Stock | Shelf |\n| --- | --- | --- |\n| Bolt M8 | 1200 | A-3 |\n| Nut M8 |  | A-4 |" in text
    )
    assert text.index("night shift") < text.index("| Part") < text.index("Wear gloves")
    assert "- Report spills to Ann\n- Lock the gate at nine" in text


def test_form_values_are_text() -> None:
    """What was filled in stands with the name of its field, in any alphabet, and not what nobody sees."""

    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 760, "Application for a berth")
        form = canvas.acroForm
        form.textfield(name="vessel", value="Sea Thistle", x=72, y=700)
        form.textfield(name="port", value="Zürich", tooltip="Home port", x=72, y=670)
        form.textfield(name="crew", value="", x=72, y=640)
        form.textfield(name="pin", value="4711", fieldFlags="password", x=72, y=610)
        form.textfield(name="route", value="inland", annotationFlags="hidden", x=72, y=580)
        form.checkbox(name="insured", checked=True, x=72, y=550)
        form.checkbox(name="leased", checked=False, x=72, y=520)
        form.radio(name="stay", value="summer", selected=True, x=72, y=490)
        form.radio(name="stay", value="winter", selected=False, x=92, y=490)
        form.choice(name="pier", value="B", options=[("Pier A", "A"), ("Pier B", "B")], x=72, y=460)

    assert text_of("a.pdf", make_pdf(draw)) == (
        "Application for a berth\n\nvessel: Sea Thistle\nHome port: Zürich\ninsured: yes\nstay: summer\npier: Pier B"
    )


def test_comments_are_text() -> None:
    """A reviewer's note is found, and so is what was typed over the page; what became of a note is not."""

    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 760, "The boiler is serviced every spring.")
        canvas.freeTextAnnotation("Ask Ada.", DA="/Helv 12 Tf", Rect=[72, 600, 200, 620])

    document = pypdfium2.PdfDocument(make_pdf(draw))
    for kind, entries in (
        (pdfium.FPDF_ANNOT_TEXT, {"Contents": "Moved to October, says Łukasz.", "T": "Zoë"}),
        (pdfium.FPDF_ANNOT_SQUARE, {"Contents": "Which boiler?"}),
        (pdfium.FPDF_ANNOT_TEXT, {"Contents": "Accepted set by Zoë", "StateModel": "Review"}),
    ):
        annotation = pdfium.FPDFPage_CreateAnnot(document[0], kind)
        for key, value in entries.items():
            wide = ctypes.create_string_buffer(value.encode("utf-16-le") + b"\0\0")
            pdfium.FPDFAnnot_SetStringValue(
                annotation, key.encode(), ctypes.cast(wide, ctypes.POINTER(pdfium.FPDF_WCHAR))
            )
        pdfium.FPDFPage_CloseAnnot(annotation)
    out = io.BytesIO()
    document.save(out)

    assert text_of("a.pdf", out.getvalue()) == (
        "The boiler is serviced every spring.\n\n"
        "Comment by Zoë: Moved to October, says Łukasz.\nComment: Which boiler?\n\nAsk Ada."
    )


def test_attached_files_are_read() -> None:
    """Under their names; an invoice for programs says what the page says."""
    document = pypdfium2.PdfDocument(make_pdf(lines_at("See the attached prices.", "• Net", "• Without VAT")))
    for name, data in (("prices.csv", b"part,price\nseal,4.50\n"), ("factur-x.xml", b"<a>net</a>")):
        document.new_attachment(name).set_data(data)
    out = io.BytesIO()
    document.save(out)

    assert text_of("a.pdf", out.getvalue()) == (
        "See the attached prices.\n• Net\n• Without VAT\n\n# prices.csv\n\n| part | price |\n| --- | --- |\n| seal | 4.50 |"
    )


def test_a_rotated_page_is_read() -> None:
    """Landscape pages too."""

    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.saveState()
        canvas.translate(300, 100)
        canvas.rotate(90)
        canvas.drawString(0, 0, "The ferry sails at noon on Sundays.")
        canvas.restoreState()

    assert "The ferry sails at noon on Sundays." in text_of("a.pdf", make_pdf(draw))


def test_pages_without_text_are_reported() -> None:
    """A scan among pages of text is named; so is one that shows nothing but a stamped number."""
    data = make_pdf(
        lines_at("Cover letter: please find the permit on the next pages."),
        picture,
        picture,
        lambda canvas: None,
    )

    document = read_file("a.pdf", data)

    assert [warning.partition(":")[0] for warning in document.warnings] == ["no text on pages 2-3"]


def test_scans_with_nothing_but_stamped_page_numbers_are_reported() -> None:
    """Small pictures on pages whose only text is their number: the numbers are no text, whatever they are worth."""

    def stamped(number: int) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            picture(canvas, height=77)
            canvas.drawString(280, 20, f"Page {number}")

        return draw

    document = read_file("a.pdf", make_pdf(*map(stamped, (1, 2, 3))))

    assert [warning.partition(":")[0] for warning in document.warnings] == ["no text on pages 1-3"]
    assert "Page" not in "".join(document.pages)


def test_a_locked_file_says_so() -> None:
    """The reason names the missing password."""
    out = io.BytesIO()
    canvas = Canvas(out, encrypt="secret")
    canvas.drawString(72, 760, "hidden")
    canvas.save()

    with pytest.raises(Unreadable, match="encrypted"):
        read_file("a.pdf", out.getvalue())


def test_pages_that_all_say_the_same_keep_their_text() -> None:
    """Copies of one sheet are no running headers."""
    sheet = lines_at("Please close the gate.", "The dog is asleep.")

    assert read_file("a.pdf", make_pdf(sheet, sheet, sheet)).pages[0].startswith("Please close the gate.")


def test_pages_of_nothing_but_their_numbers_have_no_text() -> None:
    """So that scans below a stamped number are noticed."""
    pages = [lines_at(f"Page {number}") for number in range(1, 5)]

    assert not any(read_file("a.pdf", make_pdf(*pages)).pages)


def test_text_that_stands_sideways_is_read() -> None:
    """As on pages that were turned after they were written."""

    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.drawString(72, 700, "The gate is closed at nine.")

    assert text_of("a.pdf", make_pdf(draw)) == "The gate is closed at nine."


@pytest.mark.parametrize("angle", [90, -90])
def test_a_table_that_stands_sideways_is_read_by_its_rows(angle: int) -> None:
    """Wide tables are turned on upright pages."""
    rows = (("Pump", "Flow", "Head"), ("P-101", "12 l", "30 m"), ("P-102", "18 l", "25 m"))

    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 790, "Table 4 lists the pumps.")
        canvas.translate(300, 400)
        canvas.rotate(angle)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                canvas.drawString(120 * column - 200, -18 * number, cell)

    text = text_of("a.pdf", make_pdf(draw))

    assert "Table 4 lists the pumps." in text.splitlines()
    assert "| P-101 | 12 l | 30 m |" in text.splitlines()
