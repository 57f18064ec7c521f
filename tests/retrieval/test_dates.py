"""Since when a question asks: written and spoken dates, in four languages."""

import datetime as dt

import pytest

from app.retrieval.dates import find_since

_TODAY = dt.date(2026, 11, 28)


@pytest.mark.parametrize(
    ("text", "day", "rest"),
    [
        ("what is new since march", dt.date(2026, 3, 1), "what is new"),
        ("since december 2025", dt.date(2025, 12, 1), ""),
        ("since december", dt.date(2025, 12, 1), ""),
        ("after 3rd of may which files", dt.date(2026, 5, 3), "which files"),
        ("since march 15 2026", dt.date(2026, 3, 15), ""),
        ("added since 2026 03 09", dt.date(2026, 3, 9), "added"),
        ("neu seit 09 03 2026", dt.date(2026, 3, 9), "neu"),
        ("neu seit dem 2 marz", dt.date(2026, 3, 2), "neu"),
        ("depuis le 1 aout 2026", dt.date(2026, 8, 1), ""),
        ("desde el 5 de enero de 2026", dt.date(2026, 1, 5), ""),
        ("since 2024", dt.date(2024, 1, 1), ""),
        ("new today", _TODAY, "new"),
        ("neu seit gestern", dt.date(2026, 11, 27), "neu"),
        ("new since last month", dt.date(2026, 10, 28), "new"),
        ("which files may i read", None, "which files may i read"),
        ("since 2026 13 45", dt.date(2026, 1, 1), "13 45"),
        ("since 29 february", None, "since 29 february"),
    ],
)
def test_since(text: str, day: dt.date | None, rest: str) -> None:
    """A month without a year is the last one; what is no date is left in the question."""
    assert find_since(text, _TODAY) == (day, rest)
