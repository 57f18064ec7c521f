"""Cleaning of text."""

from hypothesis import given
from hypothesis import strategies as st

from app.core.text import clean_pieces, clean_text

_PIECES = st.lists(st.text(alphabet="ae\u0301\u0308 \r\n\x00\x07字\ud800", max_size=6), max_size=8)


@given(_PIECES)
def test_pieces_are_cleaned_as_the_whole(pieces: list[str]) -> None:
    """Wherever a text is cut, what comes out is the same."""
    assert "".join(clean_pieces(pieces)) == clean_text("".join(pieces))


def test_endless_marks_are_not_held() -> None:
    """A letter with a hundred thousand marks does not pile up in memory."""
    pieces = ["e" + "\u0301" * 20_000] * 3

    assert all(len(piece) < 50_000 for piece in clean_pieces(pieces))


def test_colours_of_a_terminal_are_no_text() -> None:
    """Logs hold them."""
    assert "".join(clean_pieces(["08:00 \x1b[1;", "31mERROR\x1b", "[0m bad"])) == "08:00 ERROR bad"
    assert clean_text("08:00 \x1b[1;31mERROR\x1b[0m bad") == "08:00 ERROR bad"
