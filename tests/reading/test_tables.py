"""Tables as text: rows on lines, empty cells visible, blank rows gone."""

from app.reading.tables import join_group_headers, stream_rows, write_table


def test_rows_stay_rows_and_empty_cells_stay_visible() -> None:
    """A gap shifts nothing to the left."""
    table = write_table(
        [["Model", "Flow", "Pressure"], ["KX-440", "", "12.0"], ["", "", ""], ["KX-110", "18", "6.5"]]
    )

    assert table.splitlines() == [
        "| Model | Flow | Pressure |",
        "| --- | --- | --- |",
        "| KX-440 |  | 12.0 |",
        "| KX-110 | 18 | 6.5 |",
    ]


def test_bars_and_line_ends_in_cells_do_no_harm() -> None:
    """A cell stays one cell on one line."""
    assert "| a \\| b | c d |" in write_table([["h", "i"], ["a | b", "c\nd"]])


def test_a_title_above_a_table_is_no_header() -> None:
    """Rows of one cell above the first full row are text."""
    lines = list(stream_rows([["Price list 2026", ""], ["Part", "Price"], ["Bolt", "2"]]))

    assert lines == ["Price list 2026", "", "| Part | Price |", "| --- | --- |", "| Bolt | 2 |"]


def test_group_headers_name_each_column() -> None:
    """A header over several columns goes into each of theirs."""
    rows = [["", "2025", "2025"], ["Depot", "Q1", "Q2"], ["Riga", "1", "2"]]

    assert next(join_group_headers(enumerate(rows), grouped_rows={0})) == ["Depot", "2025 Q1", "2025 Q2"]


def test_three_rows_of_a_header() -> None:
    """Groups of groups go into each column as well."""
    rows = [
        ["Region", "Sales", "Sales", "Sales", "Sales"],
        ["Region", "2024", "2024", "2025", "2025"],
        ["Region", "Q1", "Q2", "Q1", "Q2"],
        ["North", "1", "2", "3", "4"],
    ]

    assert list(join_group_headers(enumerate(rows), grouped_rows={0, 1})) == [
        ["Region", "Sales 2024 Q1", "Sales 2024 Q2", "Sales 2025 Q1", "Sales 2025 Q2"],
        ["North", "1", "2", "3", "4"],
    ]


def test_a_header_of_two_rows_without_merged_cells() -> None:
    """Names or units below the names, above values, belong to the header; rows of a table whose first cell is empty do not."""
    units = [["Pump", "Flow", "Power"], ["", "m3/h", "kW"], ["KX-1", "120", "11"]]
    plain = [["Name", "City", "Street"], ["", "Oslo", "Quay"], ["Ada", "Bergen", "Mole"]]

    assert list(join_group_headers(enumerate(units), grouped_rows=())) == [
        ["Pump", "Flow m3/h", "Power kW"],
        ["KX-1", "120", "11"],
    ]
    assert list(join_group_headers(enumerate(plain), grouped_rows=())) == plain
