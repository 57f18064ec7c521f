"""Tables of texts with marks for people."""

import pytest

from tests.reading.sources import text_of

TABLE = "| Farm | Sheep |\n| --- | --- |\n| Riga | 12 big |\n| Bonn | 4 |"
GRID = """+------+-------+
| Farm | Sheep |
+======+=======+
| Riga | 12    |
|      | big   |
+------+-------+
| Bonn | 4     |
+------+-------+"""
SIMPLE = """=====  =====
Farm   Sheep
=====  =====
Riga   12
       big

Bonn   4
=====  ====="""
LIST = """.. list-table::
   :header-rows: 1

   * - Farm
     - Sheep
   * - Riga
     - 12
       big
   * - Bonn
     - 4
"""
CSV = """.. csv-table::
   :header: "Farm", "Sheep"

   Riga, "12 big"
   Bonn, 4
"""
ROWS = "|===\n|Farm |Sheep\n\n|Riga\n|12\nbig\n|Bonn |4\n|==="
COLUMNS = '[%header,cols="1,2a"]\n|===\n|Farm\n|Sheep\na|Riga ^|12 big\n|Bonn\n|4\n|==='
ORG = "| Farm | Sheep |\n|------+-------|\n| Riga | 12 big |\n|------+-------|\n| Bonn | 4 |"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        *(("a.rst", written) for written in (GRID, SIMPLE, LIST, CSV)),
        *(("a.adoc", ROWS), ("a.adoc", COLUMNS), ("a.org", ORG)),
    ],
)
def test_tables_are_tables(name: str, written: str) -> None:
    """Between other lines, which stay."""
    blocks = text_of(name, f"Before.\n\n{written}\n\nAfter.\n".encode()).split("\n\n")

    assert [block.strip("\n") for block in blocks if block.strip()] == ["Before.", TABLE, "After."]


@pytest.mark.parametrize(
    ("name", "written", "shown"),
    [
        ("a.rst", ".. list-table:: Ports\n\n   * - a\n     - h\n   * - b\n     -\n   * - c\n     - 2\n", "Ports\n\n| a | h |\n| --- | --- |\n| b |  |\n| c | 2 |"),
        ("a.rst", "======  ==\nName    \nFirst   cm\n------  --\n======  ==\nAnn     5\n======  ==", "| Name First | cm |\n| --- | --- |\n| Ann | 5 |"),
        ("a.rst", "==  ==\nx   1\ny   2\n==  ==\n\nText\n", "| x | 1 |\n| --- | --- |\n| y | 2 |\n\n\nText"),
        ("a.rst", "+---+---+\n| a both |\n+---+---+\n| b | c |\n+---+---+", "a both\n\n| b | c |\n| --- | --- |"),
        ("a.rst", "==  ==\nno end", "==  ==\nno end"),
        ("a.rst", ".. list-table::\n\n   nothing", ".. list-table::\n\n   nothing"),
        ("a.adoc", '[cols="2*"]\n|===\n2+|Size\n|a \\| b |1\n|===', "| Size | Size |\n| --- | --- |\n| a \\| b | 1 |"),
        ("a.adoc", "|===\n.2+|r |1\n|2\n|===", "|===\n.2+|r |1\n|2\n|==="),
        ("a.adoc", "|===\n|===\n----\n|===\n----\n|===\n| open", "|===\n|===\n----\n|===\n----\n| open"),
        ("a.org", "|---+---|\n| a | b |", "| a | b |"),
    ],
)  # fmt: skip
def test_other_tables(name: str, written: str, shown: str) -> None:
    """Titles, headers of two lines, cells over several columns; those that cannot be read stay as they are written."""
    assert text_of(name, written.encode()).strip("\n") == shown
