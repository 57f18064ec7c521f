"""Filters as values: which are of one shape."""

import pytest

from app.core.filters import Comparison, Compound, Filter, Membership, shape_of

YEAR = Comparison("gte", "year", 2024)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (YEAR, Comparison("gte", "year", 1.25)),
        (Membership("in", "team", ("a", "b")), Membership("in", "team", ("c", "d"))),
        (Compound("or", (YEAR, Comparison("eq", "ok", True))), Compound("or", (YEAR, Comparison("eq", "ok", False)))),
    ],
)  # fmt: skip
def test_values_of_one_type_are_of_one_shape(one: Filter, other: Filter) -> None:
    """They are searched for by one statement."""
    assert shape_of(one) == shape_of(other)


@pytest.mark.parametrize(
    "other",
    [
        Comparison("gte", "year", True),
        Comparison("gte", "year", "2024"),
        Comparison("gt", "year", 2024),
        Comparison("gte", "month", 2024),
        Membership("in", "year", (2024,)),
        Membership("in", "year", (2024, True)),
        Compound("and", (YEAR,)),
    ],
)
def test_what_makes_another_statement_is_another_shape(other: Filter) -> None:
    """The type of a value is a part of it: 1 equals True in Python, but not in a filter."""
    assert shape_of(other) != shape_of(YEAR)
    assert shape_of(other) != shape_of(Membership("in", "year", (1,) * 2))
