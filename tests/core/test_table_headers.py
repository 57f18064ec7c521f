"""Headers of tables that have several rows."""

import pytest

from app.core.table_headers import continues_header, join_header_rows


@pytest.mark.parametrize(
    ("above", "row", "below", "goes_on"),
    [
        (["Region", "2024", ""], ["", "Q1", "Q2"], ["North", "120", "130"], True),
        (["", "Temperature", "", "Rain"], ["Site", "min", "max", "mean"], ["Oslo", "-12", "28 C", "9"], True),
        (["Pump", "Flow", "Power"], ["", "m3/h", "kW"], ["KX-1", "120", "11"], True),
        (["Name", "Leave", "Sick"], ["Ada", "n/a", "none"], ["Bea", "12", "4"], False),
        (["Name", "Leave", "Sick"], ["", "3", "23"], ["Bea", "12", "4"], False),
        (["Name", "City", "Street"], ["", "Oslo", "Quay"], ["Ada", "Bergen", "Mole"], False),
        (["Title", "", ""], ["Name", "Leave", "Sick"], ["Bea", "12", "4"], False),
        ([], [], [], False),
    ],
)
def test_what_goes_on_with_a_header(
    above: list[str], row: list[str], below: list[str], *, goes_on: bool
) -> None:
    """Names above values, under names; no row of values, and none of another table."""
    assert continues_header(above, row, below) is goes_on


def test_a_group_counts_for_the_blank_cells_to_its_right() -> None:
    """As far as there are names below it."""
    joined = join_header_rows(["Region", "2024", "", "Note", ""], ["", "Q1", "Q2", "", ""])

    assert joined == ["Region", "2024 Q1", "2024 Q2", "Note", ""]
