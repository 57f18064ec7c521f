"""OpenDocument files: tables as the program shows them, in sheets as in texts."""

import io
import zipfile

import pytest

from app.reading.document import Unreadable
from tests.reading.sources import text_of

NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
_MANIFEST = """<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"""
PRESENTATION = (
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"'
)
_KINDS = {".ods": "spreadsheet", ".odt": "text"}


def cell(text: str, attributes: str = "", more: str = "") -> str:
    return f"<table:table-cell {attributes}>{more}<text:p>{text}</text:p></table:table-cell>"


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def packed(suffix: str, *rows: str) -> bytes:
    return written(f'<table:table table:name="Plan">{"".join(rows)}</table:table>', kind=_KINDS[suffix])


def written(text: str, rims: str = "", *, kind: str = "text", automatic: str = "") -> bytes:
    """Return an OpenDocument file; `rims` are its headers and footers."""
    automatic = f"<office:automatic-styles>{automatic}</office:automatic-styles>"
    body = f"<office:body><office:{kind}>{text}</office:{kind}></office:body>"
    content = f'<office:document-content {NAMES} {PRESENTATION} office:version="1.2">{automatic}{body}</office:document-content>'
    styles = f"<office:document-styles {NAMES} {PRESENTATION}><office:master-styles>{rims}</office:master-styles></office:document-styles>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", content)
        archive.writestr("styles.xml", styles)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
    return out.getvalue()


HEAD = row(cell("Date"), cell("Share"), cell("Code"))


@pytest.mark.parametrize("suffix", [".ods", ".odt"])
def test_cells_say_what_the_program_shows(suffix: str) -> None:
    """Dates (in ISO 8601 as well), percentages and leading zeros; blank cells to the end of the sheet are none, blank rows are left out."""
    values = row(
        cell("05/03/2024", 'office:value-type="date" office:date-value="2024-03-05"'),
        cell("25.6 %", 'office:value-type="percentage" office:value="0.256"'),
        cell("0007", 'office:value-type="float" office:value="7"'),
        '<table:table-cell table:number-columns-repeated="16381"/>',
    )
    blank = row(
        '<table:table-cell table:number-columns-repeated="16384"/>',
        attributes='table:number-rows-repeated="1048000"',
    )

    text = text_of(f"a{suffix}", packed(suffix, HEAD, blank, values, blank))

    assert text.endswith(
        "| Date | Share | Code |\n| --- | --- | --- |\n| 05/03/2024 (2024-03-05) | 25.6 % | 0007 |"
    )


@pytest.mark.parametrize("suffix", [".ods", ".odt"])
def test_merged_cells_count_for_all_that_they_span(suffix: str) -> None:
    """Across and down, repeated ones too; a blank cell stays visible."""
    merged = row(
        cell("both", 'table:number-columns-spanned="2" table:number-rows-spanned="3"'),
        "<table:covered-table-cell/>",
        cell("1"),
    )
    covered = row(
        '<table:covered-table-cell table:number-columns-repeated="2"/>',
        cell("2"),
        attributes='table:number-rows-repeated="2"',
    )
    last = row(cell("x"), "<table:table-cell/>", cell("3"))

    text = text_of(f"a{suffix}", packed(suffix, HEAD, merged, covered, last))

    assert text.endswith("| both | both | 1 |\n| both | both | 2 |\n| both | both | 2 |\n| x |  | 3 |")


def test_a_header_of_groups_in_a_text_is_one_row() -> None:
    """A title over the whole table is none."""
    covered = "<table:covered-table-cell/>"
    groups = row(
        cell("Region", 'table:number-rows-spanned="2"'),
        cell("2025", 'table:number-columns-spanned="2"'),
        covered,
    )
    names = row(covered, cell("Plan"), cell("Real"))
    values = row(cell("North"), cell("1"), cell("2"))
    title = row(cell("Sales", 'table:number-columns-spanned="3"'), covered, covered)

    assert text_of("a.odt", packed(".odt", groups, names, values)).endswith(
        "| Region | 2025 Plan | 2025 Real |\n| --- | --- | --- |\n| North | 1 | 2 |"
    )
    assert "| North | 1 | 2 |\n| North | 1 | 2 |" in text_of("a.odt", packed(".odt", title, values, values))


def test_comments_of_cells_come_last() -> None:
    """They are no part of the cell's text."""
    note = "<office:annotation><dc:creator>Ann</dc:creator><text:p>check this</text:p></office:annotation>"

    text = text_of("a.ods", packed(".ods", HEAD, row(cell("a", more=note), cell("b"), cell("c"))))

    assert text.endswith("| a | b | c |\n\nComment: check this")


def test_sheets_have_titles_groups_of_columns_and_hidden_parts() -> None:
    """As in other spreadsheets; a hidden sheet, row or column is no text."""
    styles = '<style:style style:name="off" style:family="table"><style:table-properties table:display="false"/></style:style>'
    columns = '<table:table-column table:number-columns-repeated="3"/><table:table-column table:visibility="collapse"/>'
    over_all, over_two = 'table:number-columns-spanned="4"', 'table:number-columns-spanned="2"'
    rows = (
        row(cell("Rota", over_all), *["<table:covered-table-cell/>"] * 3),
        row(cell("Team"), cell("2025", over_two), "<table:covered-table-cell/>", cell("Secret")),
        row("<table:table-cell/>", cell("Q1"), cell("Q2"), cell("x")),
        row(cell("Green"), cell("1"), cell("2"), cell("3")),
        row(cell("Blue"), cell("4"), cell("5"), attributes='table:visibility="collapse"'),
    )
    sheet = f'<table:table table:name="Plan">{columns}{"".join(rows)}</table:table>'
    other = f'<table:table table:name="Off" table:style-name="off">{row(cell("secret"))}</table:table>'

    assert text_of("a.ods", written(sheet + other, kind="spreadsheet", automatic=styles)) == (
        "## Plan\n\nRota\n\n| Team | 2025 Q1 | 2025 Q2 |\n| --- | --- | --- |\n| Green | 1 | 2 |"
    )


def test_slides_have_labelled_notes_and_nothing_of_their_patterns() -> None:
    """What a pattern says is a hint to who writes the slide."""
    frame = "<draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
    number = frame.format("<text:page-number>1</text:page-number>")
    notes = f"<presentation:notes>{frame.format('Say hello')}{number}</presentation:notes>"
    slide = f'<draw:page draw:name="Fares">{frame.format("Dogs pay.")}{notes}</draw:page>'
    pattern = f"<style:master-page>{frame.format('Click to edit')}</style:master-page>"

    text = text_of("a.odp", written(slide, pattern, kind="presentation"))

    assert text == "## Fares\n\nDogs pay.\n\nNotes: Say hello"


def test_notes_and_comments_stand_at_their_marks() -> None:
    """Their texts come at the end, headers and footers once, and deleted text not at all."""
    note = (
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
        "<text:note-body><text:p>Except on Sundays.</text:p></text:note-body></text:note>"
    )
    comment = (
        "<office:annotation><dc:creator>Mira</dc:creator><text:p>Check this.</text:p></office:annotation>"
    )
    changes = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
    )
    body = f"{changes}<text:p>Dogs travel free.{note} Cats pay.{comment} Fish do.</text:p>"
    rims = "<style:header><text:p>Line of Vale</text:p></style:header><style:footer><text:p>7</text:p></style:footer>"

    text = text_of("a.odt", written(body, rims + rims))

    assert text == (
        "Line of Vale\n\nDogs travel free.[^1] Cats pay.[^c1] Fish do.\n\n"
        "[^1]: Except on Sundays.\n[^c1]: Comment by Mira: Check this."
    )


def test_broken_content_is_left_to_the_parser() -> None:
    """It says why, as for every file that is broken."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<office:document-content")

    with pytest.raises(Unreadable, match="damaged"):
        text_of("a.odt", out.getvalue())


def test_links_of_sheets_and_boxes_upon_them() -> None:
    """A link has its address; a box is text."""
    link = '<text:a xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="https://example.org/bolt">data <text:span>sheet</text:span></text:a>'
    box = "<draw:custom-shape><text:p>Pallets go back</text:p><text:p>on Fridays</text:p></draw:custom-shape>"
    shapes = f"<table:shapes>{box}</table:shapes>"

    text = text_of(
        "a.ods", packed(".ods", shapes, row(cell("Part"), cell("Sheet")), row(cell("Bolt"), cell(link)))
    )

    assert text.endswith("| Bolt | [data sheet](https://example.org/bolt) |\n\nPallets go back\non Fridays")
