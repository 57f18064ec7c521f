"""Names and values beside each other, as on invoices."""

from reportlab.pdfgen.canvas import Canvas

from tests.reading.sources import lines_at, make_pdf, text_of

_FIELDS = (
    ("Invoice number", "RE-2024-0815"),
    ("Invoice date:", "3 April 2024"),
    ("Customer", "K-4711"),
    ("Contact", "Mira Tolland"),
)


def draw_fields(canvas: Canvas) -> None:
    # Column by column, so that values are apart from their names in the file.
    for number, (name, _) in enumerate(_FIELDS):
        canvas.drawString(72, 700 - 24 * number, name)
    for number, (_, value) in enumerate(_FIELDS):
        canvas.drawString(320, 700 - 24 * number, value)


def test_a_name_stands_before_its_value() -> None:
    """Each on a line of its own, with what surrounds them where it was."""

    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 760, "Nordwerk Ltd, 12 Harbour Street, Hamburg")
        draw_fields(canvas)
        canvas.drawString(72, 560, "We charge you for the following services of the month.")

    assert text_of("a.pdf", make_pdf(draw)) == (
        "Nordwerk Ltd, 12 Harbour Street, Hamburg\n\n"
        "Invoice number: RE-2024-0815\nInvoice date: 3 April 2024\nCustomer: K-4711\nContact: Mira Tolland\n\n"
        "We charge you for the following services of the month."
    )


def test_columns_of_prose_are_no_fields() -> None:
    """Neither are two addresses beside each other."""

    def draw(canvas: Canvas) -> None:
        for number in range(8):
            y = 700 - 14 * number
            canvas.drawString(72, y, "The ferry runs daily unless the wind is")
            canvas.drawString(320, y, f"Dogs travel free on weekday {number} of each month")
        lines_at("Vale Shipping", "3 Market Square", "80331 Munich", y=400)(canvas)
        lines_at("Nordwerk", "12 Harbour Street", "20457 Hamburg", x=320, y=400)(canvas)

    assert ":" not in text_of("a.pdf", make_pdf(draw))


def test_names_that_end_with_a_colon() -> None:
    """Names with colons stand before their values, though no value has a digit."""
    names = ("Day of the first delivery:", "Place of the first delivery:", "Person who takes it over:")
    values = ("Monday the third of March", "Gate three at the depot", "Ada Nilsen of the office")

    def draw(canvas: Canvas) -> None:
        lines_at(*names, y=700)(canvas)
        lines_at(*values, x=240, y=700)(canvas)

    assert text_of("a.pdf", make_pdf(draw)).split("\n") == [
        f"{name} {value}" for name, value in zip(names, values, strict=True)
    ]
