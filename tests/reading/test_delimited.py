"""CSV in its dialects: the rows as they are written, and where the header is."""

import pytest

from app.reading.delimited import find_delimiter
from tests.reading.sources import read_file


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b,c\n1,2,3\n4,5,6", ","),
        ("Artikel;Preis\nTür;12,50\nTor;3,00", ";"),
        ("a\tb\n1,5\t2\n2,5\t3", "\t"),
        ("a|b|c\n1|2|3", "|"),
        ('name,note\n"Sato, Iris","says ""no"""\nBob,x', ","),
        ("only one column\nand another line", None),
        ("", None),
    ],
)
def test_the_delimiter_is_seen(text: str, delimiter: str | None) -> None:
    """It is the sign that cuts most rows into the same number of cells."""
    assert find_delimiter(text) == delimiter


def test_rows_stay_as_they_are_written() -> None:
    """Blank rows are left out; a title above the header is none; line ends in cells become spaces."""
    data = b'Staff list\n\nid;name\n;\n1;"Iris\nSato"\n2;Bo\n'

    document = read_file("a.csv", data)

    assert document.text.splitlines() == ["Staff list", "id;name", '1;"Iris Sato"', "2;Bo"]
    assert document.header_line == 1


def test_the_dialect_that_excel_declares_counts() -> None:
    """``sep=`` is no row."""
    document = read_file("a.csv", b"sep=|\na|b\n1|2,5\n")

    assert document.text == "a|b\n1|2,5"
    assert document.header_line == 0
