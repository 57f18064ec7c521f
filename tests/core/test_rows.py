"""Rows of CSV files among lines of text."""

import pytest

from app.core.rows import delimiter_of, with_cells_apart


@pytest.mark.parametrize(
    ("block", "delimiter"),
    [
        (["id,name,days", "1,Ada,13", '2,"Bo, jr",5'], ","),
        (["id;price", "1;2,50", "2;3,00"], ";"),
        (["One, two, three.", "Prose with a comma, here."], None),
        (["1,2,3", "4,5,6"], None),
        (["id,name,days"], None),
    ],
)
def test_a_block_of_equal_lines_under_a_header_is_a_table(block: list[str], delimiter: str | None) -> None:
    """Prose with commas is none, nor are numbers without a header."""
    assert delimiter_of(block) == delimiter


def test_cells_come_apart_where_they_are() -> None:
    """The length stays, and other text as it is."""
    text = "Staff, of May, in all.\n\nid,name,days\n1,Ada,13\n"

    assert with_cells_apart(text) == "Staff, of May, in all.\n\nid\tname\tdays\n1\tAda\t13\n"
