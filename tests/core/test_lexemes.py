"""Lexemes and BM25 weights."""

import math

import pytest

from app.core.lexemes import chunk_weights, inverse_frequency, lexeme_counts


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("Leaves of absence", "leave absences", "eng"),
        ("Die Häuser", "haus", "deu"),
        ("ZX00007Q", "zx00007q", "eng"),
        ("Ｆｕｌｌ ｗｉｄｔｈ", "full width", "eng"),
        ("产假的长度", "产假", "cmn"),
        ("การลาเพื่อ", "การ", "tha"),
    ],
)
def test_forms_of_a_word_meet(one: str, other: str, language: str) -> None:
    """Inflected, in capitals, wide, or without spaces around it: a query's lexemes are among the text's."""
    assert lexeme_counts(other, language).keys() & lexeme_counts(one, language).keys()


def test_languages_have_their_own_stems() -> None:
    """What English cuts off, an unknown language keeps."""
    assert lexeme_counts("running", "eng") == lexeme_counts("run", "eng")
    assert lexeme_counts("running", "xxx") != lexeme_counts("run", "xxx")


def test_weights_are_those_of_bm25() -> None:
    """Tf / (tf + 1.2 (.25 + .75 dl / 100)), worked out by hand for a text of four words, one of them twice."""
    twice, once = (next(iter(lexeme_counts(word, "eng"))) for word in ("leave", "pay"))

    weights = chunk_weights("Leave and pay: leave", "eng")

    norm = 1.2 * (0.25 + 0.75 * 4 / 100)
    assert weights[twice] == pytest.approx(2 / (2 + norm))
    assert weights[once] == pytest.approx(1 / (1 + norm))


def test_two_pairs_of_characters_are_as_long_as_a_word() -> None:
    """Chinese counts by overlapping pairs: a text is about half as long in words."""
    (weight, *_) = chunk_weights("汉语词典", "zho").values()

    assert weight == pytest.approx(1 / (1 + 1.2 * (0.25 + 0.75 * 1.5 / 100)))


def test_rare_lexemes_weigh_more() -> None:
    """ln(1 + (N - n + .5) / (n + .5)); never negative, whatever the counters say."""
    assert inverse_frequency(1, 10) == pytest.approx(math.log(1 + 9.5 / 1.5))
    assert inverse_frequency(1, 10) > inverse_frequency(5, 10) > inverse_frequency(10, 10) > 0
    assert inverse_frequency(12, 10) > 0
