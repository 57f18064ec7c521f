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


@pytest.mark.parametrize(
    ("text", "line", "height"),
    [
        ("Report\nMade on 1 March, by Mira\n\nPart,Depot,Count\nR1,Vale,3\nR2,Dale,4\n", 2, 1),
        ("Made by;Mira;;\nOn;1 March;;\nPart;Depot;Count;Price\nR1;Vale;3;4\nR2;Dale;4;5\n", 2, 1),
        (",2025,,2026,\nTeam,Q1,Q2,Q1,Q2\nGreen,1,2,3,4\nBlue,5,6,7,8\n", 0, 2),
        ("1,2,3\n4,5,6\n", 0, 1),
    ],
)
def test_the_header_is_below_a_preamble_and_holds_groups_of_columns(
    text: str, line: int, height: int
) -> None:
    """It is as wide as most rows, and at least half filled."""
    document = read_file("a.csv", text.encode())

    assert (document.header_line, document.header_height) == (line, height)


def test_a_text_of_tabs_is_a_table() -> None:
    """Whatever its name."""
    assert read_file("a.txt", b"Part\tCount\nR1\t3\nR2\t4\n").header_line == 0
    assert read_file("a.txt", b"One\ttab\nand none here\nnor here\n").header_line is None
