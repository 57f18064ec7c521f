"""Rows of tables for the numbers that a question gives."""

import pytest

from app.providers.fallback.ranges import is_for, numbers_given

CASES = [
    ("leave after 7 years", "Years of service: 6 to 10 · Days: 30", True),
    ("leave after 7 years", "Years of service: 2 to 5 · Days: 27", False),
    ("leave after 10 years", "Years of service: 6 to 10 · Days: 30", True),
    ("leave after 10 years", "Years of service: more than 10 · Days: 33", False),
    ("leave after 12 years", "Years of service: more than 10 · Days: 33", True),
    ("leave after seven years", "Years of service: 6–10 · Days: 30", True),
    ("leave after 1 year", "Years of service: less than 2 · Days: 25", True),
    ("leave after 2 years", "Years of service: less than 2 · Days: 25", False),
    ("a parcel of 5 kg", "Weight in kg: up to 5 · Price: 6", True),
    ("a parcel of 5.5 kg", "Weight in kg: up to 5 · Price: 6", False),
    ("a group of 20 people", "People: at least 20 · Discount: 10 %", True),
    ("a group of 20 people", "People: 20 or more · Discount: 10 %", True),
    ("a group of 19 people", "People: 20+ · Discount: 10 %", False),
    ("leave after 7 years", "Days: 6 to 10 · Notice: 2 weeks", None),
    ("leave after 7 years", "Years of service: 7 · Days: 30", None),
    ("how much leave is there", "Years of service: 6 to 10 · Days: 30", None),
]


def stem(word: str) -> str:
    return word.removesuffix("s")


@pytest.mark.parametrize(("question", "row", "expected"), CASES)
def test_a_range_holds_the_number_or_not(question: str, row: str, expected: bool | None) -> None:
    """Only the range of the column that the number's unit names counts."""
    assert is_for(row, numbers_given(question, stem), stem) is expected
