"""winmail.dat: the text and the attachments that Outlook packs for itself."""

import struct
from email.message import EmailMessage

import compressed_rtf
import pytest

from app.reading.document import Unreadable
from tests.reading.sources import lines_at, make_pdf, read_file

PDF = make_pdf(lines_at("The crane is inspected in October."))
SUBJECT, BODY, PROPERTIES, CODE_PAGE = 0x18004, 0x2800C, 0x69003, 0x69007
FILE_BEGINS, FILE_DATA, FILE_NAME, FILE_PROPERTIES = 0x69002, 0x6800F, 0x18010, 0x69005
TEXT, WIDE, BINARY, TIME = 0x1E, 0x1F, 0x102, 0x40


def make_tnef(*attributes: tuple[int, bytes]) -> bytes:
    data = b"\x78\x9f\x3e\x22\x01\x00"
    for attribute, value in attributes:
        level = 2 if attribute in (FILE_BEGINS, FILE_DATA, FILE_NAME, FILE_PROPERTIES) else 1
        data += (
            struct.pack("<BII", level, attribute, len(value)) + value + struct.pack("<H", sum(value) % 65536)
        )
    return data


def properties(*values: tuple[int, int, bytes]) -> bytes:
    data = struct.pack("<I", len(values))
    for number, kind, value in values:
        data += struct.pack("<HH", kind, number)
        if number >= 0x8000:
            name = "Keywords\0".encode("utf-16-le")
            data += bytes(16) + struct.pack("<II", 1, len(name)) + name.ljust(-(-len(name) // 4) * 4, b"\0")
        if kind != TIME:
            data += struct.pack("<II", 1, len(value))
        data += value.ljust(-(-len(value) // 4) * 4, b"\0")
    return data


RTF = compressed_rtf.compress(b"{\\rtf1\\ansi Der Kran wird im Oktober gepr\\'fcft.\\par}")
FILES = (
    (FILE_BEGINS, bytes(14)),
    (FILE_NAME, b"CRANE~1.PDF\0"),
    (FILE_DATA, PDF),
    (FILE_PROPERTIES, properties((0x3707, WIDE, "Kranprüfung.pdf\0".encode("utf-16-le")))),
    (FILE_BEGINS, bytes(14)),
    (FILE_NAME, "Märkte.txt\0".encode("cp1252")),
    (FILE_DATA, b"Hall 4 opens at six."),
)
PACKAGE = make_tnef(
    (CODE_PAGE, struct.pack("<II", 1252, 0)),
    (SUBJECT, "Prüfung\0".encode("cp1252")),
    (PROPERTIES, properties((0x0039, TIME, bytes(8)), (0x8001, TEXT, b"x\0"), (0x1009, BINARY, RTF))),
    *FILES,
)


def test_a_package_is_read_with_its_files() -> None:
    """Under their long names; the text comes from its RTF where there is no plain one."""
    text = read_file("winmail.dat", PACKAGE).whole_text

    assert text == (
        "Subject: Prüfung\n\nDer Kran wird im Oktober geprüft.\n\n# Kranprüfung.pdf\n\nThe crane is inspected in October."
        "\n\n# Märkte.txt\n\nHall 4 opens at six."
    )


@pytest.mark.parametrize("body", ["", "Please see the attachments."])
def test_a_mail_shows_what_lies_in_its_package(body: str) -> None:
    """As if each file were attached by itself. The package's text counts where the mail has none."""
    mail = EmailMessage()
    mail["Subject"] = "Crane"
    mail.set_content(body)
    mail.add_attachment(PACKAGE, maintype="application", subtype="ms-tnef", filename="winmail.dat")

    text = read_file("crane.eml", mail.as_bytes()).whole_text

    assert "Attachments: Kranprüfung.pdf, Märkte.txt" in text
    assert "# Kranprüfung.pdf\n\nThe crane is inspected in October." in text
    assert ("Der Kran wird im Oktober geprüft." in text) is not bool(body)
    assert body in text
    assert "winmail" not in text


def test_plain_text_and_html_are_read() -> None:
    """The plain text first."""
    html = "<p>Le grutier est en congé.</p>".encode("cp1252")
    as_html = make_tnef((PROPERTIES, properties((0x1013, BINARY, html))))
    both = make_tnef((PROPERTIES, properties((0x1000, TEXT, b"In plain words.\0"), (0x1013, BINARY, html))))

    assert read_file("winmail.dat", as_html).text == "Le grutier est en congé."
    assert read_file("winmail.dat", both).text == "In plain words."


@pytest.mark.parametrize("cut", [60, 120, 200])
def test_a_damaged_package_says_so(cut: int) -> None:
    """One that ends in the middle of an attribute."""
    with pytest.raises(Unreadable, match="damaged"):
        read_file("winmail.dat", PACKAGE[:cut])
