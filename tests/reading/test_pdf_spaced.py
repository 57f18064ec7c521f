"""PDF tables without lines, and lines beside them that are no rows."""

from reportlab.pdfgen.canvas import Canvas

from tests.reading.sources import make_pdf, text_of

ROWS = (("Item", "Qty", "Price"), ("Bolt", "12", "4.50"), ("Nut", "7", "1.20"), ("Washer", "100", "0.10"))


def test_a_line_with_a_wide_space_above_a_table() -> None:
    """It is a line of its own, and the row of names stays the table's header."""

    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 714, "Customer")
        canvas.drawString(300, 714, "Holm Glass")
        for number, row in enumerate((*ROWS, ("Total", "", "72.40"))):
            for x, text in zip((72, 200, 300), row, strict=True):
                canvas.drawString(x, 690 - 14 * number, text)

    assert text_of("order.pdf", make_pdf(draw)).split("\n") == [
        "Customer Holm Glass",
        "",
        "| Item | Qty | Price |",
        "| --- | --- | --- |",
        "| Bolt | 12 | 4.50 |",
        "| Nut | 7 | 1.20 |",
        "| Washer | 100 | 0.10 |",
        "| Total |  | 72.40 |",
    ]
