"""Words that the parser runs together are apart where the page has them apart."""

import pytest

from app.reading.pdf_layout import Layout, Word
from app.reading.pdf_spaces import part_words


def layout(words: str) -> Layout:
    return Layout(tuple(Word(word, 0, 0, 1, 1) for word in words.split()))


@pytest.mark.parametrize(
    ("run_together", "on_the_page"),
    [
        ("Set thealterationGlyphsproperty of it", "Set the alterationGlyphs property of it"),
        ("as if invokedasalogin shell", "as if invoked as a login shell"),
        ("3AProblem: fonts", "3 A Problem: fonts"),
        ("see inNotation Reference", "see in Notation Reference"),
        ("die Stelle heißtHafenmeister und", "die Stelle heißt Hafenmeister und"),
    ],
)
def test_words_are_apart_as_on_the_page(run_together: str, on_the_page: str) -> None:
    """Where the font changes, in headings, and between code and prose."""
    assert part_words(run_together, layout(on_the_page)) == on_the_page


@pytest.mark.parametrize(
    ("text", "on_the_page"),
    [
        ("a simple Water pump", "a simple W ater pump"),
        ("the COSCO line", "the C O S C O line"),
        ("Sum 13002 in all", "Sum 1300 2 in all"),
        ("the files.txt here", "the files .txt here"),
        ("(see there), then", "(see there ) , then"),
        ("was carefully planned", "was care fully planned"),
        ("保存期間は十年です", "保存 期間は 十年です"),
        ("מחזיק מפתחות", "מחז יק מפת חות"),
    ],
)
def test_words_that_the_page_has_in_pieces_stay_whole(text: str, on_the_page: str) -> None:
    """Letters with wide spaces, numbers, signs beside words, frequent words, and scripts that are read elsewhere."""
    assert part_words(text, layout(on_the_page)) == text
