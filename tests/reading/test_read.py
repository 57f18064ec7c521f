"""Files of any kind: what is wrong with them is said."""

import io
import random
import re
import zipfile
from datetime import date

import pytest
from docx.document import Document as WordDocument
from openpyxl import Workbook

from app.reading import kinds
from app.reading.document import Unreadable
from app.reading.read import _READERS
from tests.reading.compound import make_compound
from tests.reading.sources import make_docx, make_zip, read_file, text_of


def damaged_text() -> bytes:
    """Return an OpenDocument file whose list of parts is whole and whose content is not."""
    letters = "".join(random.Random(7).choices("abcdefgh ", k=5_000))
    kind = b"application/vnd.oasis.opendocument.text"
    data = make_zip([("mimetype", kind), ("content.xml", f"<a>{letters}</a>".encode())])
    middle = len(data) // 2
    return data[:middle] + b"\xff" * 200 + data[middle + 200 :]


def test_a_damaged_office_file_says_so() -> None:
    """The reading process does not break."""
    with pytest.raises(Unreadable, match="damaged"):
        read_file("a.odt", damaged_text())


def test_a_damaged_file_leaves_the_others_of_an_archive() -> None:
    """It is named in the warnings."""
    document = read_file("a.zip", make_zip([("a.odt", damaged_text()), ("b.txt", b"Still here.")]))

    assert document.text == "# b.txt\n\nStill here."
    assert "'a.odt' inside could not be read" in document.warnings[0]


def strict(data: bytes) -> bytes:
    """Return an office file as Word or Excel saves it as "Strict Open XML". The names of packages stay as they are."""
    names = re.compile(rb"http://schemas\.openxmlformats\.org/(?!package)(\w+)/2006/")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [(entry.filename, package.read(entry)) for entry in package.infolist()]
    return make_zip([(name, names.sub(rb"http://purl.oclc.org/ooxml/\1/", part)) for name, part in parts])


def test_strict_open_xml_is_read() -> None:
    def build(document: WordDocument) -> None:
        document.add_heading("Harbour", level=1)
        document.add_paragraph("The gate is closed at nine.")
        document.add_table(1, 2).cell(0, 1).text = "Keys"

    book, out = Workbook(), io.BytesIO()
    book.active.append(["Opened", date(2026, 3, 5)])
    book.save(out)

    for name, data in (("a.docx", make_docx(build)), ("a.xlsx", out.getvalue())):
        assert strict(data) != data
        assert text_of(name, strict(data)) == text_of(name, data) != ""


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", make_compound({"EncryptionInfo": b"\4\0\4\0", "EncryptedPackage": b"\1" * 99})),
        (
            "a.odt",
            make_zip(
                [
                    ("mimetype", b"application/vnd.oasis.opendocument.text"),
                    ("META-INF/manifest.xml", b"<manifest:encryption-data/>"),
                    ("content.xml", b"\1\2\3"),
                ]
            ),
        ),
        (
            "a.epub",
            make_zip(
                [
                    ("mimetype", b"application/epub+zip"),
                    ("META-INF/encryption.xml", b'<enc:CipherReference URI="OEBPS/one.xhtml"/>'),
                    ("OEBPS/one.xhtml", b"\1\2\3"),
                ]
            ),
        ),
    ],
)
def test_a_file_with_a_password_says_so(name: str, data: bytes) -> None:
    """Office files, OpenDocument files, and books that are bound to a reader's device."""
    with pytest.raises(Unreadable, match="encrypted"):
        read_file(name, data)


def test_every_kind_has_a_reader() -> None:
    """A kind that is recognised and not read would go to the parser library, which takes it for text or refuses it."""
    by_content = {kind for _, kind in (*kinds._SIGNATURES, *kinds._OFFICE_FOLDERS, *kinds._OLE_STREAMS)}
    recognised = by_content | {*kinds._TEXT_KINDS.values(), *kinds.OPEN_DOCUMENTS.values()}

    # A bitmap becomes an image once its head is looked at.
    assert recognised - set(_READERS) == {"bmp"}
