"""Presentations: tables, speaker notes and charts of slides."""

import io
import re
import zipfile
from typing import Any

from lxml import etree
from PIL import Image
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import PROG_ID
from pptx.util import Inches

from tests.reading.sources import read_file, text_of, workbook


def deck() -> bytes:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Quarter two"
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for row, cells in enumerate((("Depot", "Dogs"), ("Riga", "7"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    slide.notes_slide.notes_text_frame.text = "Mention that the Antwerp depot closes in October."
    data = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = ["2019", "2020"]
    data.add_series("Cats", (4.5, 7))  # type: ignore[no-untyped-call]
    chart = slide.shapes.add_chart(
        XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(4), Inches(4), Inches(2), data
    )
    chart.chart.has_title = True
    chart.chart.chart_title.text_frame.text = "Cats per year"
    return saved(presentation)


def test_slides_with_tables_notes_and_charts() -> None:
    """Speaker notes and the values of charts are text, once, with their slide."""
    text = text_of("a.pptx", deck())

    assert "Quarter two" in text
    assert "| Riga | 7 |" in text
    assert "Notes: Mention that the Antwerp depot closes in October." in text
    assert "Chart: Cats per year\n\n| Category | Cats |\n| --- | --- |\n| 2019 | 4.5 |\n| 2020 | 7 |" in text
    assert text.count("Cats per year") == 1
    assert len(read_file("a.pptx", deck()).pages) == 1
    assert text.index("Chart:") < text.index("Notes:")


def test_merged_cells_count_for_all_that_they_span() -> None:
    """Across and down; blank rows are left out."""
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    table = slide.shapes.add_table(5, 3, Inches(1), Inches(2), Inches(4), Inches(2)).table
    rows = (("Depot", "Dogs", "Cats"), ("Riga", "7", ""), ("", "", ""), ("Oslo", "1", "2"), ("", "3", "4"))
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(1, 1).merge(table.cell(1, 2))
    table.cell(3, 0).merge(table.cell(4, 0))
    out = io.BytesIO()
    presentation.save(out)

    text = text_of("a.pptx", out.getvalue())

    assert (
        "| Depot | Dogs | Cats |\n| --- | --- | --- |\n| Riga | 7 | 7 |\n| Oslo | 1 | 2 |\n| Oslo | 3 | 4 |"
        in text
    )


def test_diagrams_and_comments_are_text() -> None:
    """Each text of a diagram is a line; a comment of either kind has its author."""
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
    point = '<d:pt><d:t><a:p xmlns:a="{}"><a:r><a:t>{}</a:t></a:r></a:p></d:t></d:pt>'
    points = "".join(point.format(drawing, text) for text in ("Plan", "Build"))
    parts = {
        "ppt/diagrams/data1.xml": f'<d:d xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/diagram">{points}</d:d>',
        "ppt/commentAuthors.xml": '<p:l xmlns:p="p"><p:cmAuthor id="0" name="Mira"/></p:l>',
        "ppt/comments/comment1.xml": '<p:l xmlns:p="p"><p:cm authorId="0"><p:text>Check this.</p:text></p:cm></p:l>',
        "ppt/comments/modernComment_1.xml": (
            f'<p:l xmlns:p="p"><p:cm authorId="x"><a:t xmlns:a="{drawing}">Is it new?</a:t></p:cm></p:l>'
        ),
    }
    out = io.BytesIO(deck())
    with zipfile.ZipFile(out, "a") as package:
        for name, xml in parts.items():
            package.writestr(name, xml)

    assert text_of("a.pptx", out.getvalue()).endswith(
        "Diagram:\n- Plan\n- Build\n\nComment by Mira: Check this.\nComment by unknown: Is it new?"
    )


def _renamed(data: bytes, names: dict[str, str]) -> bytes:
    """Return a presentation whose slides' parts have other names."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w") as copy:
        for name in package.namelist():
            content = package.read(name)
            if name.endswith(".rels"):
                content = re.sub(
                    rb"slide\d(?=\.xml)", lambda found: names[found[0].decode()].encode(), content
                )
            copy.writestr(re.sub(r"(?<=/)slide\d(?=\.xml)", lambda found: names[found[0]], name), content)
    return out.getvalue()


def test_slides_in_the_order_in_which_they_are_shown() -> None:
    """Not in that of their parts; each has its own notes, and one without has none."""
    presentation = Presentation()
    for title, notes in (("First", "one"), ("Second", ""), ("Third", "three\vfour")):
        slide = presentation.slides.add_slide(presentation.slide_layouts[5])
        slide.shapes.title.text = title
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
    out = io.BytesIO()
    presentation.save(out)

    text = text_of(
        "a.pptx", _renamed(out.getvalue(), {"slide1": "slide3", "slide2": "slide1", "slide3": "slide2"})
    )

    assert text == "## First\n\nNotes: one\n\n## Second\n\n## Third\n\nNotes: three\nfour"


def test_links_equations_and_what_stands_on_all_slides() -> None:
    """Links have their addresses, equations their place; the master's own text is shown once, at the end."""
    presentation = Presentation()
    layout = presentation.slide_layouts[6]
    for _ in range(2):
        box = presentation.slides.add_slide(layout).shapes.add_textbox(0, 0, 99, 99)
    link = box.text_frame.paragraphs[0].add_run()
    link.text, link.hyperlink.address = "Order form", "https://example.org/order"
    names = (
        'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main" '
        'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    )
    head = '<p:nvSpPr><p:cNvPr id="{}" name="x"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/>'
    shape = f"<p:sp {names}>{head}<p:txBody><a:bodyPr/><a:p>{{}}</a:p></p:txBody></p:sp>"
    firm = shape.format(98, "<a:r><a:t>Vale Ferries Ltd</a:t></a:r>")
    layout._element.cSld.spTree.append(etree.fromstring(firm))
    equation = "<a14:m><m:oMath><m:r><m:t>E=mc</m:t></m:r></m:oMath></a14:m>"
    said = f"<a:r><a:t>So </a:t></a:r><mc:AlternateContent><mc:Choice Requires='a14'>{equation}</mc:Choice></mc:AlternateContent>"
    presentation.slides[1].shapes._spTree.append(etree.fromstring(shape.format(99, said)))
    out = io.BytesIO()
    presentation.save(out)

    assert text_of("a.pptx", out.getvalue()) == (
        "## [Order form](https://example.org/order)\n\nSo E=mc\n\nVale Ferries Ltd"
    )


def test_a_header_of_groups_is_one_row() -> None:
    """As in tables of all other kinds."""
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    table = slide.shapes.add_table(3, 3, Inches(1), Inches(2), Inches(4), Inches(2)).table
    rows = (("Ship", "Crew", ""), ("", "Day", "Night"), ("Thistle", "9", "4"))
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(0, 2))
    out = io.BytesIO()
    presentation.save(out)

    assert text_of("a.pptx", out.getvalue()) == (
        "| Ship | Crew Day | Crew Night |\n| --- | --- | --- |\n| Thistle | 9 | 4 |"
    )


def test_words_that_are_formatted_in_part_stay_whole() -> None:
    """PowerPoint divides a line into runs, even within a word. A raised number has signs of its own."""
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    line = slide.placeholders[1].text_frame.paragraphs[0]
    for text in ("un", "believ", "able: 12", "% of 10", "6"):
        line.add_run().text = text
    line.runs[1].font.bold = True
    line.runs[4].font._element.set("baseline", "30000")

    assert text_of("a.pptx", saved(presentation)) == "## unbelievable: 12% of 10⁶"


def test_signs_of_a_slide_stay_as_they_are() -> None:
    """The parser escapes some of them, and takes a bar in a cell for the end of the cell."""
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.placeholders[1].text_frame.text = r"Bay #5 of C:\depot is < 3 m"
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for number, text in enumerate(("A|B", "Dogs", "Riga", "7")):
        table.cell(*divmod(number, 2)).text = text

    text = text_of("a.pptx", saved(presentation))

    assert r"Bay #5 of C:\depot is < 3 m" in text
    assert r"| A\|B | Dogs |" in text


def test_a_picture_is_what_is_said_of_it() -> None:
    """Its description stands in its place, and the path of its file nowhere."""
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    picture = slide.shapes.add_picture(one_pixel(), Inches(1), Inches(1))
    picture._element.nvPicPr.cNvPr.set("descr", "Dogs by depot (Riga leads)")

    assert text_of("a.pptx", saved(presentation)) == "(Picture: Dogs by depot (Riga leads))"


def test_an_embedded_workbook_is_read_under_its_name() -> None:
    """Its rows are a click away in PowerPoint, and the slide shows a picture of them."""
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Our depots"
    slide.shapes.add_ole_object(io.BytesIO(workbook()), PROG_ID.XLSX, Inches(1), Inches(2))

    text = text_of("a.pptx", saved(presentation))

    assert text.startswith("## Our depots")
    assert text.count("| Riga | 7 |") == 1


def saved(presentation: Any) -> bytes:
    out = io.BytesIO()
    presentation.save(out)
    return out.getvalue()


def one_pixel() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (1, 1)).save(out, "PNG")
    out.seek(0)
    return out


def test_runs_after_a_line_break_are_joined_too() -> None:
    """A paragraph may have several lines, and a link keeps its address."""
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    line = slide.placeholders[1].text_frame.paragraphs[0]
    for text in ("Ele", "phants", "\v", "at the ri", "ver, see "):
        if text == "\v":
            line.add_line_break()
        else:
            line.add_run().text = text
    link = line.add_run()
    link.text = "map"
    link.hyperlink.address = "https://depot.example/map"

    assert "Elephants at the river, see [map](https://depot.example/map)" in text_of(
        "a.pptx", saved(presentation)
    )
