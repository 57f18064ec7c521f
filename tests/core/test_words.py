"""Words of a text in any script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.words import tokens


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's a state-of-the-art X_1.", ["it", "s", "a", "state", "of", "the", "art", "x", "1"]),
        ("“Größe” — Straße №5", ["grösse", "strasse", "no5"]),
        ("e\u0301tude, नमस्ते", ["étude", "नमस्ते"]),
        ("产假 is leave产假x", ["产假", "is", "leave", "产假", "x"]),
        ("", []),
    ],
)
def test_words_are_folded_and_whole(text: str, words: list[str]) -> None:
    """Letters with their marks stay together, scripts without spaces are runs of their own."""
    assert tokens(text) == words


@given(st.text(alphabet="aZ9_é\u0301字 \n-’ß", max_size=40))
def test_what_stands_beside_a_word_does_not_change_it(text: str) -> None:
    """Plain text is read another way than the rest: both ways find the same words."""
    assert tokens(text + " 字") == [*tokens(text), "字"]
    assert [token for part in text.split() for token in tokens(part)] == tokens(text)
