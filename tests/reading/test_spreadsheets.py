"""Workbooks as the program shows them."""

import io
import zipfile
from datetime import datetime, timedelta

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment

from app.reading.document import Unreadable
from tests.reading.sources import make_zip, read_file, text_of


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_merged_cells_count_for_all_that_they_span() -> None:
    """A team's name stands in each of its rows, a year above each of its quarters, a title once."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Rota"
    for row in (
        ["Duty rota of the ferry", None, None, None],
        ["Team", "2025", None, "2026"],
        [None, "Q1", "Q2", "Q1"],
        ["Green", 1, 2, 3],
        [None, 4, 5, 6],
    ):
        sheet.append(row)
    for merged in ("A1:D1", "B2:C2", "A4:A5"):
        sheet.merge_cells(merged)

    assert text_of("a.xlsx", saved(book)).splitlines() == [
        "## Rota",
        "",
        "Duty rota of the ferry",
        "",
        "| Team | 2025 Q1 | 2025 Q2 | 2026 Q1 |",
        "| --- | --- | --- | --- |",
        "| Green | 1 | 2 | 3 |",
        "| Green | 4 | 5 | 6 |",
    ]


def test_values_comments_and_hidden_sheets() -> None:
    """Cells show what the program shows; comments are text; hidden sheets are not."""
    book = Workbook()
    sheet = book.active
    sheet.append(["Item", "Value"])
    sheet.append(["Discount", 0.075])
    sheet.append([None, None])
    sheet.append(["Working week", timedelta(hours=37, minutes=30)])
    sheet.append(["Start", datetime(2026, 3, 14)])
    sheet["B2"].number_format = "0.0%"
    sheet["B4"].number_format = "[h]:mm"
    sheet["B5"].number_format = "dd.mm.yyyy"
    sheet["A2"].comment = Comment("Only for members.", "Mira")
    book.create_sheet("Secret").append(["not", "shown"])
    book["Secret"].sheet_state = "hidden"

    text = text_of("a.xlsx", saved(book))

    assert "| Discount | 7.5% |\n| Working week | 37:30 |\n| Start | 14.03.2026 (2026-03-14) |" in text
    assert "Comment on A2 by Mira: Only for members." in text
    assert "not" not in text


def test_charts_say_their_title_and_values() -> None:
    """What a chart shows is text."""
    book = Workbook()
    sheet = book.active
    for row in (["Year", "Dogs"], [2019, 4], [2020, 7]):
        sheet.append(row)
    chart = BarChart()
    chart.title = "Dogs on the ferry"
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(chart, "E5")

    assert "Chart: Dogs on the ferry" in text_of("a.xlsx", saved(book))


def test_a_broken_workbook_says_so() -> None:
    """A ZIP file that only looks like a workbook is damaged."""
    data = make_zip([("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<broken")])

    with pytest.raises(Unreadable):
        read_file("a.xlsx", data)


def test_hidden_rows_and_columns_are_not_text() -> None:
    """What is folded or filtered out is one click away, and is text."""
    book = Workbook()
    sheet = book.active
    for row in (["Part", "Cost", "Depot"], ["R1", 3, "Vale"], ["R2", 4, "Dale"], ["R3", 5, "Brae"]):
        sheet.append(row)
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[3].hidden = True
    sheet.row_dimensions[4].hidden, sheet.row_dimensions[4].outlineLevel = True, 1

    assert text_of("a.xlsx", saved(book)).endswith(
        "| Part | Depot |\n| --- | --- |\n| R1 | Vale |\n| R3 | Brae |"
    )


def test_a_sheet_may_hold_several_tables() -> None:
    """A blank row and a header of its own begin one; a blank row alone does not."""
    book = Workbook()
    sheet = book.active
    for row in (["Part", "Count"], ["R1", 3], [], ["R2", 4], [], ["Crew"], ["Name", "Age"], ["Mira", 33]):
        sheet.append(row)

    assert text_of("a.xlsx", saved(book)) == (
        "## Sheet\n\n| Part | Count |\n| --- | --- |\n| R1 | 3 |\n| R2 | 4 |\n\n"
        "Crew\n\n| Name | Age |\n| --- | --- |\n| Mira | 33 |"
    )


def test_formulas_without_values_are_a_warning() -> None:
    """A program that only writes workbooks does not calculate them."""
    book = Workbook()
    book.active.append(["Sum", "=1+2", 3])

    assert read_file("a.xlsx", saved(book)).warnings == (
        "1 formulas have no values: open and save the file in a spreadsheet program, and add it again",
    )


def test_comments_of_a_conversation_come_without_the_notice() -> None:
    """It is for programs that do not know conversations."""
    book = Workbook()
    book.active.append(["Name", "Id"])
    notice = "[Threaded comment]\n\nYour version of Excel allows you to read this.\n\nComment:\n    Check\nReply:\n    Done"
    book.active["A1"].comment = Comment(notice, "tc={1}")

    assert text_of("a.xlsx", saved(book)).endswith("Comment on A1: Check Reply: Done")


def test_a_title_stays_one_beside_a_note() -> None:
    """The note makes the sheet wider than the title's merged cells are; a group of columns is none."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Sales"], [], ["Region", "Q1", "Q2", "", "Note: preliminary"], ["North", 7, 8]):
        sheet.append(row)
    sheet.merge_cells("A1:C1")

    text = text_of("a.xlsx", saved(book))

    assert "Sales\n\n| Region | Q1 | Q2 |" in text


def test_links_and_boxes_are_text() -> None:
    """A link has its address; what stands in a box upon the sheet is shown, too."""
    book = Workbook()
    book.active.append(["Part", "Sheet"])
    book.active.append(["Bolt", "data sheet"])
    book.active["B2"].hyperlink = "https://example.org/bolt"
    chart = BarChart()
    book.active.add_chart(chart, "E5")
    names = {
        "xdr": "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    }
    declared = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in names.items())
    lines = "".join(f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" for text in ("Pallets go back", "on Fridays"))
    box = f"<xdr:wsDr {declared}><xdr:twoCellAnchor><xdr:sp><xdr:txBody>{lines}</xdr:txBody></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>"
    data = io.BytesIO(saved(book))
    with zipfile.ZipFile(data, "a") as package:
        package.writestr("xl/drawings/drawing2.xml", box)

    text = text_of("a.xlsx", data.getvalue())

    assert "| Bolt | [data sheet](https://example.org/bolt) |" in text
    assert text.endswith("Pallets go back\non Fridays")
