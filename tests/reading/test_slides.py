"""Presentations: tables, speaker notes and charts of slides."""

import io

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from tests.reading.sources import text_of


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
    out = io.BytesIO()
    presentation.save(out)
    return out.getvalue()


def test_slides_with_tables_notes_and_charts() -> None:
    """Speaker notes and the values of charts are text."""
    text = text_of("a.pptx", deck())

    assert "Quarter two" in text
    assert "| Riga | 7 |" in text
    assert "Notes: Mention that the Antwerp depot closes in October." in text
    assert "Chart: Cats per year\n\n| Category | Cats |\n| --- | --- |\n| 2019 | 4.5 |\n| 2020 | 7 |" in text


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
