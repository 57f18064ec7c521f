"""Sums that are the same on every machine: embeddings are bytes that caches and other servers compare."""

import math

import numpy as np
import pytest

from app.core.vectors import exact_sums, unit_rows


@pytest.mark.parametrize("size", [1, 2, 3, 384, 1_536, 3_072])
def test_sums_are_rounded_once(size: int) -> None:
    """As `math.fsum` has it, whatever lies far apart in size."""
    random = np.random.default_rng(size)
    rows = random.normal(size=(20, size)) * 10.0 ** random.integers(-12, 12, size=(20, size))
    rows = np.vstack([rows, rows**2, np.zeros((1, size))])

    assert exact_sums(rows).tolist() == [math.fsum(row) for row in rows.tolist()]


def test_a_row_of_zeros_has_a_direction() -> None:
    """A vector without a length could not be compared."""
    assert unit_rows(np.array([[0.0, 0.0], [3.0, 4.0]])).tolist() == [
        [1.0, 0.0],
        [np.float32(0.6), np.float32(0.8)],
    ]
