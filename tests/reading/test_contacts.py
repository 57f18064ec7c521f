"""Contacts as a person is shown them."""

from tests.reading.sources import text_of

_CONTACTS = """BEGIN:VCARD
VERSION:3.0
FN:Mira Tolland
ORG:Vale Ferries;Deck
item1.TEL;TYPE=CELL:+47 555 12 34
ADR;TYPE=HOME:;;Pier 4;Alta;;9510;Norway
NOTE:Likes tea\\, not
  coffee.
PHOTO;ENCODING=b;TYPE=JPEG:QUJDQUJD
END:VCARD
BEGIN:VCARD
VERSION:2.1
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=B6rg =
M=C3=BCller
TEL;WORK;VOICE:0711 1234
END:VCARD
"""


def test_a_contact_is_a_paragraph() -> None:
    """Letters that are quoted are themselves; pictures are no text."""
    assert text_of("a.vcf", _CONTACTS.replace("\n", "\r\n").encode()).splitlines() == [
        "Name: Mira Tolland",
        "Organisation: Vale Ferries, Deck",
        "Telephone (cell): +47 555 12 34",
        "Address (home): Pier 4, Alta, 9510, Norway",
        "Note: Likes tea, not coffee.",
        "",
        "Name: Jörg Müller",
        "Telephone (work): 0711 1234",
    ]


def test_a_file_without_contacts_is_text() -> None:
    """It may be broken, but somebody wrote it."""
    assert text_of("a.vcf", b"Mira, deck") == "Mira, deck"


def test_a_value_may_go_on_over_many_lines() -> None:
    """Quoted printable ends each of its lines with a sign that the next one belongs to it."""
    lines = [
        "BEGIN:VCARD",
        "FN:Mira",
        "NOTE;ENCODING=QUOTED-PRINTABLE:a=",
        *["b="] * 20_000,
        "c",
        "END:VCARD",
    ]

    assert text_of("a.vcf", "\n".join(lines).encode()).endswith("bbc")
