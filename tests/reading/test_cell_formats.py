"""Cells say what the program shows."""

from datetime import date, datetime, time, timedelta

import pytest

from app.reading.cell_formats import cell_text


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (0.075, "0.0%", "7.5%"),
        (0.075, "0.0\\ %", "7.5 %"),
        (0.25, "0%", "25%"),
        (timedelta(hours=37, minutes=30), "[h]:mm", "37:30"),
        (timedelta(hours=1, seconds=5), "[h]:mm:ss", "1:00:05"),
        (time(8, 30), "hh:mm", "08:30"),
        (time(15, 5), "h:mm AM/PM", "3:05 PM"),
        (datetime(2026, 3, 14), "yyyy-mm-dd", "2026-03-14"),
        (datetime(2026, 3, 14), "dd.mm.yyyy", "2026-03-14"),
        (datetime(2026, 3, 14), "mm-dd-yy", "2026-03-14"),
        (datetime(2026, 3, 14, 8, 5), "dd/mm/yyyy hh:mm", "2026-03-14 08:05"),
        (datetime(2026, 3, 1), "mmm yyyy", "Mar 2026"),
        (date(2026, 3, 14), "General", "2026-03-14"),
        (471, "00000", "00471"),
        (1234.5, '#,##0.00 "€"', "1,234.50 €"),
        (1234567, "#,##0", "1,234,567"),
        (-3, "0;(0)", "(3)"),
        (-5, "0.0", "-5.0"),
        (2.5, "0.##", "2.5"),
        (1500000, '0.0,,"M"', "1.5M"),
        (3, "_-* #,##0.00\\ [$€-407]_-", "3.00 €"),
        (0.1 + 0.2, "General", "0.3"),
        (5500, "General", "5500"),
        (12.0, "General", "12"),
        (True, "General", "TRUE"),
        (None, "General", ""),
        ("00471", "@", "00471"),
    ],
)
def test_values_are_shown_by_their_format(value: object, number_format: str, shown: str) -> None:
    """Percentages, durations, times, leading zeros and currencies; whole dates in ISO 8601."""
    assert cell_text(value, number_format) == shown
