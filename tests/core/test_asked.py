"""What queries ask for."""

import pytest

from app.core.asked import read_query
from app.core.lexemes import number


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("What does the bearing cost?", ["bearing", "cost"]),
        ("what is the", ["what", "is", "the"]),
        ("Does IT pay?", ["it", "pay"]),
        ("WHO IS IT", ["who", "is", "it"]),
        ("who did it", ["who", "did", "it"]),
    ],
)
def test_stop_words_are_dropped(query: str, told: list[str]) -> None:
    """All words are kept if none is left, and names in capitals."""
    asked = read_query(query, ["xxx", "eng"])

    assert [word.same[0] for word in asked.words] == [number(word) for word in told]


def test_stop_words_are_those_of_the_querys_language() -> None:
    """In a store of English and German texts "die" is a word of English questions, and none of German ones."""
    english = read_query("How does the die casting work?", ["deu", "eng"])
    german = read_query("Wann ist die Bescheinigung da?", ["eng", "deu"])

    assert [len(english.words), len(german.words)] == [3, 2]


def test_a_word_is_found_in_each_language_of_the_stores() -> None:
    """With the stem of each, as one word."""
    (word,) = read_query("running", ["eng", "xxx"]).words

    assert {number("run"), number("running")} <= set(word.same)


def test_neighbours_may_be_a_code() -> None:
    """Only where one of them has a digit, and all are short."""
    joined = {joined.lexeme: joined.places for joined in read_query("bearing tk 2041 b", ["xxx"]).joined}

    assert joined[number("tk2041b")] == (1, 2, 3)
    assert number("bearingtk") not in joined
    assert read_query("annual report northern depot", ["xxx"]).joined == ()
