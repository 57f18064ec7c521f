"""CSV in its dialects: the rows as they are written, and where the header is."""

from pathlib import Path

import pytest

from app.reading.delimited import find_delimiter, write_delimited
from app.reading.document import Unreadable
from tests.reading.sources import make_zip, read_file


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b,c\n1,2,3\n4,5,6", ","),
        ("Artikel;Preis\nTür;12,50\nTor;3,00", ";"),
        ("a\tb\n1,5\t2\n2,5\t3", "\t"),
        ("a|b|c\n1|2|3", "|"),
        ("a^b^c\n1,5^2^3\n2,5^3^4", "^"),
        ("a~b~c\n1,5~2~3\n2,5~3~4", "~"),
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
        ("Region,2024,,2025,\n,Q1,Q2,Q1,Q2\nGreen,1,2,3,4\nBlue,5,6,7,8\n", 0, 2),
        ("1,2,3\n4,5,6\n", 0, 0),
        ("Iris Sato,iris@example.org\nTom Reed,tom@example.org\n", 0, 0),
        ("Bolt,1.50\nNut,0.30\n", 0, 0),
        ("Region,2024,2025\nNorth,1.5,2.5\n", 0, 1),
        ("Id,Price\n1,2.50\n", 0, 1),
    ],
)
def test_the_header_is_below_a_preamble_and_holds_groups_of_columns(
    text: str, line: int, height: int
) -> None:
    """It is as wide as most rows, and at least half filled. Where the first row is data there is none."""
    document = read_file("a.csv", text.encode())

    assert (document.header_line, document.header_height) == (line, height)


def test_a_text_of_tabs_is_a_table() -> None:
    """Whatever its name."""
    assert read_file("a.txt", b"Part\tCount\nR1\t3\nR2\t4\n").header_line == 0
    assert read_file("a.txt", b"One\ttab\nand none here\nnor here\n").header_line is None


@pytest.mark.parametrize(
    "data",
    [
        b'Staff list\n\nid;name\n;\n1;"Iris\nSato"\n2;Bo\n',
        b"sep=|\r\na|b\r\n1|2,5\r\n",
        "Artikel;Größe\nTür;groß\n".encode("cp1252"),
        "a,b\n1,ü\n".encode("utf-16"),
        b"just\nlines\n",
        "a,b\n1,one\u2028two\n2,one\x0btwo\n".encode(),
        b'a,b\n1,"' + b"x" * 1_100_000,
    ],
)
def test_large_files_are_written_as_small_ones_are_read(data: bytes, tmp_path: Path) -> None:
    """Row by row, from one file to the other."""
    path, target = tmp_path / "a.csv", tmp_path / "text"
    path.write_bytes(data)

    header = write_delimited(path, target)

    document = read_file("a.csv", data)
    assert target.read_text(encoding="utf-8") == document.text
    assert header == (document.header_line, document.header_height)


def test_large_files_that_are_no_text_say_so(tmp_path: Path) -> None:
    """As small ones do."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,2\0\n" * 3)

    with pytest.raises(Unreadable, match="NUL"):
        write_delimited(path, tmp_path / "text")


def test_a_table_inside_of_another_file_is_marked_as_one() -> None:
    """The chunker finds it there, and gives its header to each of its parts."""
    rows = "Report 2024;;\nDepot;2023;;;2024;;\n;Q1;Q2;Q3;Q1;Q2;Q3\nNorth;1|2;2;3;4;5;6\n"

    text = read_file("a.zip", make_zip([("a.txt", b"Before."), ("depots.csv", rows.encode())])).text

    assert text == (
        "# a.txt\n\nBefore.\n\n# depots.csv\n\nReport 2024\n\n"
        "| Depot | 2023 Q1 | 2023 Q2 | 2023 Q3 | 2024 Q1 | 2024 Q2 | 2024 Q3 |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n"
        "| North | 1\\|2 | 2 | 3 | 4 | 5 | 6 |"
    )


def test_rows_may_leave_out_their_last_cells() -> None:
    """The header is as wide as any."""
    document = read_file("a.csv", b"id,name,city\n1,Ann\n2,Bob,Rome\n3,Cid\n4,Dan\n")

    assert (document.header_line, document.header_height) == (0, 1)


@pytest.mark.parametrize("sign", ["\u2028", "\x85", "\x0b", "\x0c"])
def test_a_sign_of_a_new_line_in_a_cell_does_not_end_the_row(sign: str) -> None:
    """Texts from the web hold them, and programs write such cells without quotation marks."""
    document = read_file("a.csv", f"id,note,price\n1,one{sign}two,10\n2,x,20\n".encode())

    assert document.text.splitlines() == ["id,note,price", "1,one two,10", "2,x,20"]
