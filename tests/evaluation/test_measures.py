"""Measures, against values worked out by hand."""

import math

import pytest

from app.evaluation.measures import covered_share, ndcg, percentile, recall, reciprocal_rank


def test_ndcg_by_hand() -> None:
    """Found at places 1 and 3 of grades 2, 1 and 1: (2 + 1/log2 4) / (2 + 1/log2 3 + 1/log2 4)."""
    grades = {"a": 2.0, "b": 1.0, "c": 1.0}

    expected = (2 + 1 / 2) / (2 + 1 / math.log2(3) + 1 / 2)
    assert ndcg(["a", "x", "b"], grades, 10) == pytest.approx(expected)
    assert ndcg(["a", "b", "c"], grades, 10) == pytest.approx(1)
    assert ndcg(["x", "y"], grades, 10) == 0
    assert ndcg(["x", "a"], grades, 1) == 0


def test_recall_and_reciprocal_rank_by_hand() -> None:
    """One of two found, at the second place."""
    grades = {"a": 1.0, "b": 1.0}

    assert recall(["x", "a", "y"], grades, 10) == 0.5
    assert reciprocal_rank(["x", "a", "y"], grades, 10) == 0.5
    assert reciprocal_rank(["x", "y", "a"], grades, 2) == 0


def test_covered_share_counts_each_character_once() -> None:
    """Ten characters wanted, four of them found, twice."""
    assert covered_share([(10, 20)], [(0, 12), (11, 14)]) == pytest.approx(0.4)
    assert covered_share([(0, 5)], []) == 0


def test_percentiles_are_values_that_occurred() -> None:
    """Nearest rank."""
    assert percentile([3, 1, 2, 4], 0.5) == 2
    assert percentile([3, 1, 2, 4], 0.95) == 4
    assert percentile([], 0.5) == 0
