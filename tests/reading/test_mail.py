"""E-mail: head, body, quoted replies and attachments."""

import base64
import mailbox
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

import pytest

from app.reading.document import Document
from tests.reading.sources import make_docx, read_file, text_of


def message(body: str = "The lathe arrives on 19 March.", subject: str = "The lathe") -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = subject
    mail["From"] = "Mira Tolland <mira@vale.example>"
    mail["To"] = "office@vale.example"
    mail.set_content(body)
    return mail


@pytest.mark.parametrize(
    "plain",
    [
        " \n",
        "Your email client does not support HTML.",
        "Zobrazte zprávu v prohlížeči: https://vale.example/1",
    ],
)
def test_a_plain_part_that_says_nothing_gives_way_to_the_page(plain: str) -> None:
    """Programs write a notice for those who cannot see the page. The text is in the page."""
    mail = message(plain)
    mail.add_alternative("<p>The lathe costs 4,300 crowns.</p>", subtype="html")

    text = text_of("a.eml", mail.as_bytes())

    assert text.endswith("The lathe costs 4,300 crowns.")
    assert plain.strip() == "" or plain not in text


def test_attachments_are_read_under_their_names() -> None:
    """Text and office files inside a message are found with it; what cannot be read is named."""
    mail = message()
    mail.add_attachment("Serial number LT-55821-Q", filename="packing.txt")
    docx = make_docx(lambda document: document.add_paragraph("The warranty ends in 2029."))
    mail.add_attachment(docx, maintype="application", subtype="octet-stream", filename="warranty.docx")
    mail.add_attachment(
        b"\x00\x01\x02" * 50, maintype="application", subtype="octet-stream", filename="a.bin"
    )

    document = read_file("a.eml", mail.as_bytes())

    assert "Attachments: packing.txt, warranty.docx, a.bin" in document.text
    assert "# packing.txt\n\nSerial number LT-55821-Q" in document.text
    assert "# warranty.docx\n\nThe warranty ends in 2029." in document.text
    assert document.warnings == ("'a.bin' inside could not be read: files of this kind cannot be read",)


def test_alternatives_count_once_and_html_is_read() -> None:
    """A body in two forms is one body; one of HTML alone is text."""
    mail = message("The gate code is 7712.")
    mail.add_alternative("<p>The gate code is <b>7712</b>.</p>", subtype="html")
    only_html = EmailMessage()
    only_html["Subject"] = "x"
    only_html.set_content("<p>The gate code is <b>7712</b>.</p>", subtype="html")

    assert text_of("a.eml", mail.as_bytes()).count("7712") == 1
    assert "7712" in text_of("b.eml", only_html.as_bytes())


def test_quoted_lines_stay_marked_lines() -> None:
    """A reply's quotation can be told from what the writer says."""
    text = text_of(
        "a.eml", message("On 19 March.\n\nOffice wrote:\n> When does it arrive?\n> On the 12th?\n").as_bytes()
    )

    assert text.endswith("On 19 March.\n\nOffice wrote:\n> When does it arrive?\n> On the 12th?")


def test_a_forwarded_message_is_read() -> None:
    """With its own head."""
    mail = message("See attached.", "Fwd")
    mail.add_attachment(message("The meeting moved to room Juniper.", "Meeting"))

    text = text_of("a.eml", mail.as_bytes())

    assert "# Meeting.eml\n\nSubject: Meeting" in text
    assert "room Juniper" in text


def test_a_mailbox_holds_its_messages(tmp_path: Path) -> None:
    """Each one stands in it, in order."""
    with closing(mailbox.mbox(tmp_path / "box")) as box:
        for number in range(3):
            box.add(message(f"Letter number {number}.", f"Subject {number}"))

    document: Document = read_file("box.mbox", (tmp_path / "box").read_bytes())

    assert [f"Letter number {number}." in document.text for number in range(3)] == [True] * 3
    assert document.text.index("Subject 0") < document.text.index("Subject 2")


def test_a_saved_page_is_read() -> None:
    """Browsers save pages as messages (MHTML)."""
    page = (
        b"From: <Saved by Blink>\r\nSubject: Ferry\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"<html><body><p>Caf=C3=A9 opens</p></body></html>\r\n--b--\r\n"
    )

    assert text_of("a.mhtml", page).endswith("Café opens")


def test_invitations_and_what_stands_below_the_body_are_text() -> None:
    """A calendar beside the body, and the lines that a mailing list adds."""
    mail = message("Please come.")
    mail.add_alternative(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Ferry meeting\nEND:VEVENT\nEND:VCALENDAR", subtype="calendar"
    )
    mail.make_mixed()
    footer = EmailMessage()
    footer.set_content("Sent to the list of the harbour.")
    mail.attach(footer)

    assert text_of("a.eml", mail.as_bytes()).endswith(
        "Please come.\n\nTitle: Ferry meeting\n\nSent to the list of the harbour."
    )


def test_lines_that_flow_are_whole() -> None:
    """A line that ends in a space goes on; a quotation and a signature do not."""
    head = b"Subject: x\r\nContent-Type: text/plain; format=flowed\r\n\r\n"

    assert text_of("a.eml", head + b"This line \r\nflows.\r\n> quoted \r\nHere.\r\n-- \r\nMira\r\n") == (
        "Subject: x\n\nThis line flows.\n> quoted\nHere.\n--\nMira"
    )


def test_html_is_read_in_the_encoding_of_its_part() -> None:
    """The page need not say it."""
    head = b"Subject: x\r\nContent-Type: text/html; charset=koi8-r\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"

    assert text_of("a.eml", head + "<p>Паром ходит.</p>".encode("koi8-r")).endswith("Паром ходит.")


def test_marked_lines_of_a_mailbox_are_as_they_were_written() -> None:
    """A line that would begin a message is marked in the file."""
    box = b"From a@b Mon Jan  1 00:00:00 2024\nSubject: One\n\n>From here on.\n> a quotation\n"

    assert text_of("a.mbox", box) == "Subject: One\n\nFrom here on.\n> a quotation"


def test_a_line_that_begins_with_from_is_text() -> None:
    """A message begins only where the line has a time, as programs write it; a mark before "From" is taken away."""
    box = (
        b"From a@x Tue Mar  5 10:00:00 2024\nSubject: One\n\nBody.\n>From here on.\nFrom the start of a line.\n\n"
        b"From - Tue Mar 05 11:00:00 2024\nSubject: Two\n\nBye.\n"
    )

    assert text_of("a.mbox", box).split("\n\n") == [
        "Subject: One",
        "Body.\nFrom here on.\nFrom the start of a line.",
        "Subject: Two",
        "Bye.",
    ]


def test_a_workbook_that_is_saved_as_a_page_has_all_of_its_sheets() -> None:
    """Excel names it .xls, too. Its first part says only that the page uses frames."""

    def part(name: str, body: str) -> str:
        return f"--b\nContent-Location: file:///C:/a/{name}\nContent-Type: text/html; charset=utf-8\n\n<html>{body}</html>\n\n"

    def sheet(name: str, value: str) -> str:
        return f"<body><table><tr><td>Code</td><td>Depth</td></tr><tr><td>{name}</td><td>{value}</td></tr></table></body>"

    head = "MIME-Version: 1.0\nX-Document-Type: Workbook\nContent-Type: multipart/related; boundary=b\n\n"
    frames = '<frameset rows="*,39"><frame src="a/sheet001.htm"></frameset>'
    parts = (
        part("a.htm", frames),
        part("a/sheet001.htm", sheet("P7", "9.5")),
        part("a/sheet002.htm", sheet("Q8", "4")),
    )
    text = text_of("depths.xls", f"{head}{''.join(parts)}--b--\n".encode())

    assert "| P7 | 9.5 |" in text
    assert "| Q8 | 4 |" in text


@pytest.mark.parametrize("header", ["From", "To", "Subject"])
def test_a_name_that_is_divided_is_whole(header: str) -> None:
    """Programs divide long names, some within a letter. The space between the pieces belongs to none of them."""
    name = "Администрация города Мурманска"
    first, second = (base64.b64encode(piece).decode() for piece in (name.encode()[:31], name.encode()[31:]))
    mail = f"{header}: =?utf-8?B?{first}?=\r\n =?UTF-8?b?{second}?= <a@vale.example>\r\n\r\nHi.\r\n"

    assert text_of("a.eml", mail.encode()) == f"{header}: {name} <a@vale.example>\n\nHi."


def test_words_of_an_unknown_encoding_do_no_harm() -> None:
    """They stand as the mail program of Python has them."""
    text = text_of("a.eml", b"From: =?x-none?Q?An?= =?x-none?Q?na?= <a@vale.example>\n\nHi.\n")

    assert "a@vale.example" in text
    assert text.endswith("Hi.")


def test_a_message_that_came_back_says_why() -> None:
    """What the server says is text, beside the message that it could not deliver; a signature is no file."""
    mail = b"""From: MAILER-DAEMON@example.org
Subject: Undelivered
Content-Type: multipart/report; boundary=B

--B
Content-Type: text/plain

Sorry.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; carl@example.org
Status: 5.1.1
--B
Content-Type: text/rfc822-headers

Subject: Hello
--B
Content-Type: application/pkcs7-signature; name=smime.p7s
Content-Disposition: attachment; filename=smime.p7s
Content-Transfer-Encoding: base64

MIIB
--B--
"""

    document = read_file("a.eml", mail)

    assert document.text.split("\n\n")[1:] == [
        "Sorry.",
        "Reporting-MTA: dns; mx.example.org",
        "Final-Recipient: rfc822; carl@example.org\nStatus: 5.1.1",
        "Subject: Hello",
    ]
    assert not document.warnings
