"""British and American spellings of a word."""

import pytest

from app.core.english import other_spellings


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("licence", "license"),
        ("defences", "defenses"),
        ("colour", "color"),
        ("behavioural", "behavioral"),
        ("favourable", "favorable"),
        ("organise", "organize"),
        ("organisations", "organizations"),
        ("analysed", "analyzed"),
        ("practising", "practicing"),
        ("theatres", "theaters"),
        ("catalogue", "catalog"),
        ("travelled", "traveled"),
        ("programmes", "programs"),
        ("grey", "gray"),
        ("judgement", "judgment"),
    ],
)
def test_both_spellings_lead_to_each_other(british: str, american: str) -> None:
    assert american in other_spellings(british)
    assert british in other_spellings(american)


@pytest.mark.parametrize(
    "word", ["filled", "filed", "four", "hour", "rise", "parental", "leave", "size", "for", "7"]
)
def test_other_words_have_one(word: str) -> None:
    """Filled is not filed."""
    assert list(other_spellings(word)) == []
