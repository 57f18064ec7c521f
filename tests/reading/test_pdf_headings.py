"""Headings of PDF files."""

from reportlab.pdfgen.canvas import Canvas

from tests.reading.sources import make_pdf, read_file

_BODY = "The ferry runs daily unless the wind is strong, and dogs travel free on weekdays."


def write(canvas: Canvas, *lines: tuple[float, str]) -> None:
    y = 780.0
    for size, text in lines:
        y -= size + 4
        canvas.setFont("Helvetica", size)
        canvas.drawString(72, y, text)


def test_larger_letters_are_headings() -> None:
    """The largest are the outermost; a heading of two lines is one; text of every size stays as it is."""

    def first(canvas: Canvas) -> None:
        write(
            canvas,
            (24, "Rules of the ferry"),
            *[(11, _BODY)] * 4,
            (16, "Fares for dogs and for"),
            (16, "other animals"),
        )
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, 600, "Dogs pay at the weekend.")

    def second(canvas: Canvas) -> None:
        write(canvas, (16, "Times"), *[(11, _BODY)] * 4)

    pages = read_file("a.pdf", make_pdf(first, second)).pages

    assert pages[0].startswith("# Rules of the ferry\n\nThe ferry runs")
    assert pages[0].endswith("\n\n## Fares for dogs and for other animals\n\nDogs pay at the weekend.")
    assert pages[1].startswith("## Times\n\nThe ferry runs")


def test_the_outline_tells_headings_of_any_size() -> None:
    """Its entries are found in the lines of their pages."""

    def draw(canvas: Canvas) -> None:
        write(
            canvas, (11, "Rules of the ferry"), (11, _BODY), (11, "Fares"), (11, "Dogs pay at the weekend.")
        )
        for level, title in enumerate(("Rules of the ferry", "Fares")):
            canvas.bookmarkPage(title)
            canvas.addOutlineEntry(title, title, level)

    assert read_file("a.pdf", make_pdf(draw)).pages[0] == (
        f"# Rules of the ferry\n\n{_BODY}\n\n## Fares\n\nDogs pay at the weekend."
    )


def test_text_in_many_sizes_has_no_headings() -> None:
    """A size that holds much of the text is none of headings; an item of a list is none in any size."""

    def draw(canvas: Canvas) -> None:
        write(canvas, *[(11, _BODY)] * 3, *[(14, "The wind is strong.")] * 4, (20, "- Dogs"))

    assert "#" not in read_file("a.pdf", make_pdf(draw)).pages[0]


def test_bold_lines_are_headings() -> None:
    """In letters as large as the text's, of one line or two; they lie below those in larger letters."""

    def draw(canvas: Canvas) -> None:
        write(canvas, (20, "Rules of the ferry"), *[(11, _BODY)] * 6)
        canvas.setFont("Times-Bold", 11)
        canvas.drawString(72, 600, "Fares for dogs and for")
        canvas.drawString(72, 587, "other animals")
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, 570, "Dogs pay at the weekend.")

    text = "\n".join([_BODY] * 6)
    assert read_file("a.pdf", make_pdf(draw)).pages[0] == (
        f"# Rules of the ferry\n\n{text}\n\n## Fares for dogs and for other animals\n\n"
        "Dogs pay at the weekend."
    )


def test_bold_words_are_no_headings() -> None:
    """Those amid a paragraph, sentences, labels of a form, and texts that are bold in most parts."""

    def draw(canvas: Canvas) -> None:
        write(canvas, *[(11, _BODY)] * 9)
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, 560, "Whoever comes late waits for the next ferry, and")
        canvas.drawString(72, 532, "Name")
        canvas.drawString(300, 532, "Mira Tolland")
        canvas.setFont("Helvetica-Bold", 11)
        canvas.drawString(72, 547, "never for longer than an hour")
        canvas.drawString(72, 510, "Dogs pay at the weekend.")
        canvas.drawString(72, 460, "Total: 3.292,14 €")
        canvas.drawString(72, 480, "Total")
        canvas.drawString(300, 480, "12 dogs")

    def bold(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 11)
        for number in range(3):
            canvas.drawString(72, 700 - 40 * number, f"Pier {number}")

    assert "#" not in read_file("a.pdf", make_pdf(draw)).pages[0]
    assert "#" not in read_file("a.pdf", make_pdf(bold)).pages[0]


def test_headings_are_found_in_columns() -> None:
    """Each stands beside text of the other column; larger letters and bold ones alike."""

    def draw(canvas: Canvas) -> None:
        for x, title, font, size in (
            (72, "1 Introduction", "Helvetica-Bold", 10),
            (320, "2 Results", "Helvetica", 13),
        ):
            for number in range(20):
                canvas.setFont("Helvetica", 10)
                if number == 9:
                    canvas.setFont(font, size)
                text = title if number == 9 else f"Line {number} of the text says what it says."
                canvas.drawString(x, 700 - 14 * number - 8 * (number >= 9) - (x > 300), text)

    text = read_file("a.pdf", make_pdf(draw)).pages[0]

    assert "\n\n# 2 Results\n\n" in text
    assert "\n\n## 1 Introduction\n\n" in text
