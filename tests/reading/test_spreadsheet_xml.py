"""Workbooks in one file of XML, as Excel 2003 and programs of firms write them."""

import pytest

from app.reading.document import Unreadable
from tests.reading.sources import read_file, text_of

_HEAD = (
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
)


def cell(text: str, kind: str = "String", attributes: str = "", after: str = "") -> str:
    return f'<Cell {attributes}><Data ss:Type="{kind}">{text}</Data>{after}</Cell>'


def row(*cells: str, attributes: str = "") -> str:
    return f"<Row {attributes}>{''.join(cells)}</Row>"


def workbook(*rows: str, styles: str = "", columns: str = "", options: str = "") -> bytes:
    sheet = f'<Worksheet ss:Name="Prices"><Table>{columns}{"".join(rows)}</Table>{options}</Worksheet>'
    return f"{_HEAD}<Styles>{styles}</Styles>{sheet}</Workbook>".encode()


def style(name: str, code: str) -> str:
    return f'<Style ss:ID="{name}"><NumberFormat ss:Format="{code}"/></Style>'


@pytest.mark.parametrize("name", ["prices.xls", "prices.xml", "prices"])
def test_a_sheet_is_a_table_whose_empty_cells_stay(name: str) -> None:
    """Cells and rows that say nothing are left out of the file, and the next ones say their place."""
    data = workbook(
        row(*map(cell, ("Article", "Stock", "Price"))),
        row(cell("Bolt M8"), cell("100", "Number"), cell("0.25", "Number")),
        row(cell("Nut M8"), cell("0.1", "Number", 'ss:Index="3"'), attributes='ss:Index="5"'),
    )

    assert text_of(name, data) == (
        "## Prices\n\n| Article | Stock | Price |\n| --- | --- | --- |\n| Bolt M8 | 100 | 0.25 |\n| Nut M8 |  | 0.1 |"
    )


@pytest.mark.parametrize(
    ("value", "kind", "code", "shown"),
    [
        ("0.075", "Number", "0.0%", "7.5%"),
        ("0.5", "Number", "Percent", "50.00%"),
        ("1234.5", "Number", '#,##0.00\\ "€"', "1,234.50 €"),
        ("471", "Number", "00000", "00471"),
        ("2026-03-14T00:00:00.000", "DateTime", "Short Date", "2026-03-14"),
        ("2026-03-14T00:00:00.000", "DateTime", "dd/mm/yyyy", "14/03/2026 (2026-03-14)"),
        ("1899-12-31T08:30:00.000", "DateTime", "Short Time", "8:30"),
        ("1900-01-01T13:30:00.000", "DateTime", "[h]:mm", "37:30"),
        ("1", "Boolean", "General", "TRUE"),
        ("#N/A", "Error", "General", "#N/A"),
        ("soon", "Number", "General", "soon"),
    ],
)
def test_values_are_shown_by_their_format(value: str, kind: str, code: str, shown: str) -> None:
    """Some formats have a name in place of a code."""
    data = workbook(
        row(cell("Name"), cell("Value")),
        row(cell("x"), cell(value, kind, 'ss:StyleID="s1"')),
        styles=style("s1", code.replace('"', "&quot;")),
    )

    assert text_of("a.xml", data).splitlines()[-1] == f"| x | {shown} |"


def test_a_style_has_the_format_of_its_parent() -> None:
    """And of a row, where the cell has no style of its own."""
    child = '<Style ss:ID="s2" ss:Parent="s1"><Font ss:Bold="1"/></Style>'
    data = workbook(
        row(cell("Name"), cell("Value")),
        row(cell("x"), cell("0.2", "Number", 'ss:StyleID="s2"')),
        row(cell("y"), cell("0.3", "Number"), attributes='ss:StyleID="s2"'),
        styles=style("s1", "0%") + child,
    )

    assert text_of("a.xml", data).splitlines()[-2:] == ["| x | 20% |", "| y | 30% |"]


def test_merged_cells_hidden_parts_and_comments() -> None:
    """Merged cells count for all that they span; what is hidden is no text."""
    note = '<Comment ss:Author="Ada"><ss:Data>Check this</ss:Data></Comment>'
    data = workbook(
        row(cell("Team"), cell("2025", "Number", 'ss:MergeAcross="1"'), cell("Secret")),
        row(cell("Q1", attributes='ss:Index="2"'), cell("Q2"), cell("x")),
        row(
            cell("Green", attributes='ss:MergeDown="1"'), cell("1", "Number", after=note), cell("2", "Number")
        ),
        row(cell("3", "Number", 'ss:Index="2"'), cell("4", "Number")),
        row(cell("Old"), cell("5", "Number"), attributes='ss:Hidden="1"'),
        columns='<Column ss:Width="80"/><Column ss:Span="1"/><Column ss:Index="4" ss:Hidden="1"/>',
    )

    assert text_of("a.xls", data) == (
        "## Prices\n\n| Team | 2025 Q1 | 2025 Q2 |\n| --- | --- | --- |\n| Green | 1 | 2 |\n| Green | 3 | 4 |\n\n"
        "Comment by Ada: Check this"
    )


def test_a_hidden_sheet_is_not_text() -> None:
    """It would be the only text here."""
    hidden = "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>"

    assert text_of("a.xls", workbook(row(cell("Secret")), options=hidden)) == ""


def test_a_workbook_that_is_cut_off_says_so() -> None:
    """Nothing of it is guessed."""
    with pytest.raises(Unreadable, match="damaged"):
        read_file("a.xls", workbook(row(cell("Bolt")))[:-30])
