"""ZIP archives: the documents inside, and the bounds."""

import io
import zipfile

import pytest

from app.reading.document import Unreadable
from tests.reading.sources import lines_at, make_docx, make_pdf, make_zip, read_file

DOCX = make_docx(lambda document: document.add_paragraph("The pilot boat is repainted in May."))


def test_documents_inside_stand_under_their_names() -> None:
    """Every kind is read; what cannot be is named."""
    data = make_zip(
        [
            ("docs/keeper.pdf", make_pdf(lines_at("The keeper is paid in March."))),
            ("boat.docx", DOCX),
            ("buoy.txt", b"The buoy is green.\n\nIt is lit at night."),
            ("dump.bin", b"\x00\x01\x02\x03" * 100),
            ("__MACOSX/._buoy.txt", b"\x00junk"),
        ]
    )

    document = read_file("a.zip", data)

    assert "# docs/keeper.pdf\n\nThe keeper is paid in March." in document.text
    assert "# boat.docx\n\nThe pilot boat is repainted in May." in document.text
    assert "It is lit at night." in document.text
    assert document.warnings == ("'dump.bin' inside could not be read: files of this kind cannot be read",)


def test_an_archive_in_an_archive_is_read_to_a_depth() -> None:
    """Two levels are documents; a chain of them is refused at the fourth."""
    data = make_zip([("a.txt", b"deep inside")])
    assert "deep inside" in read_file("a.zip", make_zip([("b.zip", data)])).text

    for _ in range(5):
        data = make_zip([("next.zip", data)])
    with pytest.raises(Unreadable, match="nested too deeply"):
        read_file("a.zip", data)


@pytest.mark.parametrize("name", ["a.zip", "a.docx", "a.xlsx"])
def test_bombs_are_refused_before_they_unpack(name: str) -> None:
    """Archives and office files alike."""
    inner = {"a.zip": "a.txt", "a.docx": "word/document.xml", "a.xlsx": "xl/workbook.xml"}[name]
    data = make_zip([("[Content_Types].xml", b"<x/>"), (inner, b"0" * 20_000_000)])

    with pytest.raises(Unreadable, match="unpacks to more"):
        read_file(name, data)


def test_an_archive_without_documents_says_so() -> None:
    """A list of names is no text."""
    with pytest.raises(Unreadable, match="no documents"):
        read_file("a.zip", make_zip([]))
    with pytest.raises(Unreadable, match=r"'a\.bin' inside could not be read"):
        read_file("a.zip", make_zip([("a.bin", b"\x00\x01\x02" * 90)]))


def test_a_pdf_that_is_stored_first_is_one_of_the_documents() -> None:
    """Its mark is then near the start of the archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("keeper.pdf", make_pdf(lines_at("The keeper is paid in March.")))
        archive.writestr("buoy.txt", b"The buoy is green.")

    text = read_file("a.zip", out.getvalue()).text

    assert "# keeper.pdf\n\nThe keeper is paid in March." in text
    assert "# buoy.txt\n\nThe buoy is green." in text


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("Übergabe Müller.txt", "cp437"),
        ("Отчёт за год.txt", "cp866"),
        ("報告書案内.txt", "cp932"),
        ("年度报告.txt", "gbk"),
    ],
)
def test_names_are_in_the_letters_of_their_country(name: str, encoding: str) -> None:
    """Windows packs them so, and does not say which."""
    raw = name.encode(encoding)
    data = make_zip([("n" * len(raw), b"The buoy is green.")]).replace(b"n" * len(raw), raw)

    assert read_file("a.zip", data).text == f"# {name}\n\nThe buoy is green."
