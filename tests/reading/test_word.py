"""DOCX: all that a reader of the program sees."""

import io
import re
import zipfile

import pytest
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from app.reading.document import Unreadable
from tests.reading.sources import make_docx, make_zip, read_file, text_of, workbook

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def test_headers_footers_and_comments_stand_once() -> None:
    """A letterhead is text, and what a reviewer says."""

    def build(document: WordDocument) -> None:
        document.add_heading("Lease", 1)
        paragraph = document.add_paragraph("The tenant pays nine hundred crowns.")
        document.add_comment(paragraph.runs, text="Raised in May.", author="Ivo")
        document.add_section()
        document.sections[0].header.paragraphs[0].text = "Contract HB-2291-K"
        document.sections[0].footer.paragraphs[0].text = "Tramway plc"

    text = text_of("a.docx", make_docx(build))

    assert text.startswith("# Lease")
    assert text.count("Contract HB-2291-K") == text.count("Tramway plc") == 1
    assert re.search(r"crowns\.\[\^c(\w+)\].*\[\^c\1\]: Comment by Ivo: Raised in May\.", text, re.DOTALL)


def test_tables_keep_rows_and_merged_cells() -> None:
    """A cell over several rows counts for each of them."""

    def build(document: WordDocument) -> None:
        table = document.add_table(3, 2)
        for row, cells in enumerate((("Team", "Day"), ("Green", "Friday"), ("", "Saturday"))):
            for column, text in enumerate(cells):
                table.cell(row, column).text = text
        table.cell(1, 0).merge(table.cell(2, 0))

    assert "| Green | Saturday |" in text_of("a.docx", make_docx(build))


@pytest.mark.parametrize(
    ("inner", "shown"),
    [
        (
            "<w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del>",
            "new",
        ),
        (
            "<w:moveFrom><w:r><w:t>here</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>there</w:t></w:r></w:moveTo>",
            "there",
        ),
        ("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t></w:r>", "a\tb"),
        ("<w:r><w:t>TK</w:t><w:noBreakHyphen/><w:t>20</w:t></w:r>", "TK-20"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:t>seen</w:t></w:r>", "seen"),
        ("<w:hyperlink><w:r><w:t>link</w:t></w:r></w:hyperlink>", "link"),
        ("<w:sdt><w:sdtContent><w:r><w:t>filled in</w:t></w:r></w:sdtContent></w:sdt>", "filled in"),
        ('<w:fldSimple w:instr="PAGE"><w:r><w:t>7</w:t></w:r></w:fldSimple>', "7"),
        (
            (
                '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>IF </w:instrText><w:fldChar w:fldCharType="begin"/>'
                '<w:instrText>REF x</w:instrText><w:fldChar w:fldCharType="separate"/><w:t>asked</w:t>'
                '<w:fldChar w:fldCharType="end"/><w:fldChar w:fldCharType="separate"/><w:t>shown</w:t>'
                '<w:fldChar w:fldCharType="end"/><w:t>, too</w:t></w:r>'
            ),
            "shown, too",
        ),
        (
            (
                '<w:r><w:sym w:font="Symbol" w:char="F0B1"/><w:t>5</w:t><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'
                '<w:r><w:rPr><w:rFonts w:ascii="Symbol"/></w:rPr><w:t>\uf06d</w:t></w:r>'
            ),
            "±5✓µ",
        ),
    ],
)
def test_runs_show_what_the_program_shows(inner: str, shown: str) -> None:
    """Inserted and moved text once, deleted text not, fields and links with their text."""

    def build(document: WordDocument) -> None:
        document.element.body.insert(0, parse_xml(f"<w:p {nsdecls('w')}>{inner}</w:p>"))

    assert text_of("a.docx", make_docx(build)) == shown


def test_footnotes_stand_at_their_marks() -> None:
    """A mark leads to its own note."""
    data = make_docx(lambda document: document.add_paragraph("Water damage is covered."))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = [(name, archive.read(name)) for name in archive.namelist()]
    space = nsdecls("w")
    notes = (
        f'<w:footnotes {space}><w:footnote w:type="separator" w:id="0"/>'
        '<w:footnote w:id="5"><w:p><w:r><w:t>Only with the stopcock closed.</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    relation = (
        '<Relationship Id="rId99" Target="footnotes.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"/></Relationships>'
    )
    kind = (
        '<Override PartName="/word/footnotes.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/></Types>'
    )
    changes = {
        "word/document.xml": (
            "</w:t></w:r></w:p>",
            '</w:t></w:r><w:r><w:footnoteReference w:id="5"/></w:r></w:p>',
        ),
        "word/_rels/document.xml.rels": ("</Relationships>", relation),
        "[Content_Types].xml": ("</Types>", kind),
    }
    changed = [
        (name, content.decode().replace(*changes[name]).encode() if name in changes else content)
        for name, content in files
    ]

    text = text_of("a.docx", make_zip([*changed, ("word/footnotes.xml", notes.encode())]))

    assert text == "Water damage is covered.[^5]\n\n[^5]: Only with the stopcock closed."


def test_a_broken_document_says_so() -> None:
    """A ZIP file that only looks like a document is damaged."""
    data = make_zip([("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<broken")])

    with pytest.raises(Unreadable):
        read_file("a.docx", data)


_NAMES = (
    f'{nsdecls("w")} xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)


def written(*elements: str) -> str:
    """Return the text of a document with these elements in its body."""

    def build(document: WordDocument) -> None:
        for xml in elements:
            name, _, rest = xml.partition(">")
            document.element.body.insert(len(document.element.body) - 1, parse_xml(f"{name} {_NAMES}>{rest}"))

    return text_of("a.docx", make_docx(build))


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def row(*cells: str, properties: str = "") -> str:
    inner = "".join(
        f"<w:tc>{cell if cell.startswith('<') else f'<w:p>{run(cell)}</w:p>'}</w:tc>" for cell in cells
    )
    return f"<w:tr>{properties}{inner}</w:tr>"


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    """As Word shows it when changes are accepted."""
    deleted = '<w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>'

    assert written(f"<w:p>{deleted}{run('Dogs pay ')}</w:p>", f"<w:p>{run('three crowns.')}</w:p>") == (
        "Dogs pay three crowns."
    )


def test_equations_are_written_in_a_line() -> None:
    """Fractions, powers, roots and sums keep what belongs together."""

    def part(name: str, inner: str) -> str:
        return f"<m:{name}>{inner}</m:{name}>"

    def letters(text: str) -> str:
        return part("r", part("t", text))

    fraction = part("f", part("num", letters("a")) + part("den", letters("b+1")))
    power = part("sSup", part("e", letters("x")) + part("sup", letters("2")))
    root = part("rad", part("deg", "") + part("e", letters("n")))
    total = part(
        "nary", '<m:naryPr><m:chr m:val="∑"/></m:naryPr>' + part("sub", letters("i=1")) + part("sup", letters("n"))
        + part("e", part("sSub", part("e", letters("y")) + part("sub", letters("i")))),
    )  # fmt: skip
    brackets = part("d", part("e", letters("p")))
    both = part("sSubSup", part("e", letters("z")) + part("sub", letters("1")) + part("sup", letters("2")))

    assert written(
        f"<w:p>{run('So ')}{part('oMath', fraction + power + root + brackets + both + total)}</w:p>"
    ) == ("So a/(b+1)x^2√n(p)z_1^2∑_(i=1)^n y_i")


def test_tables_in_cells_frames_and_rows_that_begin_later() -> None:
    """A table in a cell is a text of that; one of one column is a frame; cells stand under their columns."""
    inner = f"<w:tbl>{row('x', 'y')}{row('1', '2')}</w:tbl><w:p/>"
    later = '<w:trPr><w:gridBefore w:val="1"/></w:trPr>'

    assert written(
        f"<w:tbl>{row('A', 'B', 'C')}{row(inner, 'z', '')}{row('b', 'c', properties=later)}</w:tbl>"
    ) == ("| A | B | C |\n| --- | --- | --- |\n| x, y; 1, 2 | z |  |\n|  | b | c |")
    frame = f"<w:p>{run('One.')}</w:p><w:p>{run('Two.')}</w:p>"
    assert written(f"<w:tbl>{row(frame)}</w:tbl>") == "One.\n\nTwo."


def test_boxes_of_forms_and_letters_with_their_sounds() -> None:
    """A ticked box is one; how a sign is spoken does not divide words."""
    box = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="{}"/></w:checkBox></w:ffData></w:fldChar></w:r>'
    ruby = f"<w:r><w:ruby><w:rt>{run('かん')}</w:rt><w:rubyBase>{run('漢')}</w:rubyBase></w:ruby></w:r>"

    assert written(
        f"<w:p>{box.format(1)}{run(' yes ')}{box.format(0)}{run(' no ')}{ruby}{run('字')}</w:p>"
    ) == ("☒ yes ☐ no 漢字")


def test_lists_below_each_other() -> None:
    """Word's styles "List Bullet 2" and "List Number 2" are lists within the list above; so are styles based on them."""

    def build(document: WordDocument) -> None:
        own = document.styles.add_style("House rule", WD_STYLE_TYPE.PARAGRAPH)
        own.base_style = document.styles["List Bullet 3"]
        for style, text in (
            ("List Bullet", "Boats"),
            ("List Bullet 2", "with sails"),
            ("House rule", "red sails"),
            ("List Number", "Bicycles"),
            ("List Number 2", "with bells"),
            ("List Number", "Dogs"),
        ):
            document.add_paragraph(text, style=style)

    assert text_of("a.docx", make_docx(build)) == (
        "- Boats\n  - with sails\n    - red sails\n1. Bicycles\n  1. with bells\n2. Dogs"
    )


def test_a_row_that_was_deleted_is_not_shown() -> None:
    """A deletion that is not yet accepted takes the row out of its table."""

    def build(document: WordDocument) -> None:
        table = document.add_table(3, 2)
        for row, cells in zip(table.rows, (("Name", "Leave"), ("Ada", "3"), ("Gone", "9")), strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
        table.rows[2]._tr.get_or_add_trPr().append(
            parse_xml(f"<w:del {nsdecls('w')} w:id='9' w:author='x'/>")
        )

    assert text_of("a.docx", make_docx(build)) == "| Name | Leave |\n| --- | --- |\n| Ada | 3 |"


def test_raised_numbers() -> None:
    """A power is no part of its number; raised letters stay as they are."""

    def build(document: WordDocument) -> None:
        paragraph = document.add_paragraph("10")
        for text, is_raised in (("-6", True), (" m", False), ("2", True), (" on the 1", False), ("st", True)):
            paragraph.add_run(text).font.superscript = is_raised

    assert text_of("a.docx", make_docx(build)) == "10⁻⁶ m² on the 1st"


def test_links_and_pictures_say_what_they_are() -> None:
    """A link has its address, unless that is its text; a picture what is said of it."""

    def build(document: WordDocument) -> None:
        paragraph = document.add_paragraph("See ")
        for text, address in (
            ("the handbook", "https://example.org/book"),
            ("example.org", "https://example.org/"),
        ):
            relation = document.part.relate_to(address, f"{_RELATIONS}/hyperlink", is_external=True)
            paragraph._p.append(
                parse_xml(
                    f'<w:hyperlink {nsdecls("w", "r")} r:id="{relation}"><w:r><w:t>{text}</w:t></w:r></w:hyperlink>'
                )
            )
            paragraph.add_run(". ")
        for said in ("Map of the yard. Description automatically generated", "scan 1.png", "scan.png", "12"):
            picture = f'<wp:inline {nsdecls("wp")}><wp:docPr id="1" name="P" descr="{said}"/></wp:inline>'
            paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:drawing>{picture}</w:drawing></w:r>"))

    assert text_of("a.docx", make_docx(build)) == (
        "See [the handbook](https://example.org/book). example.org. (Picture: Map of the yard)(Picture: scan 1.png)"
    )


def test_rows_and_cells_in_content_controls() -> None:
    """As the sections of forms that repeat have them."""

    def control(inner: str) -> str:
        return f"<w:sdt><w:sdtContent>{inner}</w:sdtContent></w:sdt>"

    cell = f"<w:tc><w:p>{run('9.5 m')}</w:p></w:tc>"
    second = control(f"<w:tr><w:tc><w:p>{run('P7')}</w:p></w:tc>{control(cell)}</w:tr>")

    assert written(f"<w:tbl>{row('Pier', 'Depth')}{second}</w:tbl>") == (
        "| Pier | Depth |\n| --- | --- |\n| P7 | 9.5 m |"
    )


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        ('<w:result w:val="2"/>', "Berth: south"),
        ('<w:default w:val="1"/>', "Berth: north"),
        ("", "Berth: none"),
        ('<w:result w:val="7"/>', "Berth:"),
    ],
)
def test_the_chosen_entry_of_a_list_in_a_form(chosen: str, shown: str) -> None:
    """Old forms keep it as a number in the field, which has no text of its own."""
    entries = "".join(f'<w:listEntry w:val="{entry}"/>' for entry in ("none", "north", "south"))
    data = f"<w:ffData><w:ddList>{chosen}{entries}</w:ddList></w:ffData>"

    assert (
        written(
            f'<w:p>{run("Berth: ")}<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r>'
            "<w:r><w:instrText> FORMDROPDOWN </w:instrText></w:r>"
            '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        )
        == shown
    )


def with_inserted(name: str, data: bytes) -> bytes:
    """Return a document of two paragraphs between which a file is inserted as a whole, as programs for the web do."""

    def build(document: WordDocument) -> None:
        document.add_paragraph("Before")
        part = Part(PackURI(f"/word/{name}"), "text/html", data, document.part.package)
        relation = document.part.relate_to(part, f"{_RELATIONS}/aFChunk")
        chunk = parse_xml(f'<w:altChunk {nsdecls("w", "r")} r:id="{relation}"/>')
        document.element.body.insert(1, chunk)
        document.add_paragraph("After")

    return make_docx(build)


def test_what_is_inserted_as_a_whole_stands_in_its_place() -> None:
    """A web page, or a document within the document."""
    page = b"<html><body><h1>Warranty</h1><p>24 months on pumps.</p></body></html>"
    inner = make_docx(lambda document: document.add_paragraph("24 months on pumps."))

    assert text_of("a.docx", with_inserted("afchunk.htm", page)) == (
        "Before\n\n# Warranty\n\n24 months on pumps.\n\nAfter"
    )
    assert text_of("a.docx", with_inserted("afchunk.docx", inner)) == "Before\n\n24 months on pumps.\n\nAfter"


def test_what_is_inserted_and_cannot_be_read_is_a_warning() -> None:
    """The other text stays."""
    document = read_file("a.docx", with_inserted("afchunk.docx", b"PK\x03\x04 broken"))

    assert document.text == "Before\n\nAfter"
    assert "afchunk.docx" in document.warnings[0]


def test_an_embedded_workbook_is_read_under_its_name() -> None:
    """Its rows are a click away in Word, and the document shows a picture of them."""

    def build(document: WordDocument) -> None:
        document.add_paragraph("The dogs of our depots:")
        name = PackURI("/word/embeddings/Microsoft_Excel_Worksheet.xlsx")
        part = Part(name, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook())
        document.part.relate_to(part, f"{_RELATIONS}/package")

    text = text_of("a.docx", make_docx(build))

    assert text.startswith("The dogs of our depots:\n\n# Microsoft_Excel_Worksheet.xlsx")
    assert "| Riga | 7 |" in text
