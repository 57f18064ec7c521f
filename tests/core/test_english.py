"""English words in both of their spellings, and with both of their plurals."""

import pytest

from app.core.english import other_spellings


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("colour", "color"),
        ("neighbors", "neighbours"),
        ("centre", "center"),
        ("liters", "litres"),
        ("organisation", "organization"),
        ("analyzed", "analysed"),
        ("catalog", "catalogue"),
        ("dialogues", "dialogs"),
        ("licence", "license"),
        ("traveled", "travelled"),
        ("modelling", "modeling"),
        ("fulfil", "fulfill"),
        ("enrollment", "enrolment"),
        ("paediatric", "pediatric"),
        ("anemia", "anaemia"),
        ("gray", "grey"),
        ("children", "child"),
        ("index", "indices indexes"),
        ("analysis", "analyses"),
        ("iii", "3"),
        ("2", "ii"),
        ("four", ""),
        ("error", ""),
        ("size", ""),
        ("login", ""),
        ("pedal", ""),
        ("calls", ""),
    ],
)
def test_a_word_is_spelled_in_two_ways(word: str, others: str) -> None:
    """And most words are not."""
    assert list(other_spellings(word)) == others.split()
