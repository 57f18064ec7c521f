"""How texts spell words: what is one, and what several are together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.spelling import runs


@pytest.mark.parametrize(
    ("text", "words", "joined"),
    [
        ("It's a state-of-the-art X_1.", "It s a state of the art X 1", "stateoftheart X1"),
        ("TK-2041-B, PO/2025/0117", "TK 2041 B PO 2025 0117", "TK2041B PO20250117"),
        ("1,500,000 1.500.000,50 1 500 000", "1 500 000 1 500 000 50 1 500 000", "1500000 1500000 1500000"),
        ("12,00,000 ۱۲۳ №5 п\u02bcять", "12 00 000 123 No 5 п ять", "1200000"),
        ("711 123-4567, e\u2011mail", "711 123 4567 e mail", "1234567 email"),
        ("1,2,3 a,b 2010 300", "1 2 3 a b 2010 300", ""),
        ("3.11.4 and 3,11", "3 11 4 and 3 11", "3.11.4 3.11"),
        ("C++, C# and g++; notepad++", "C++ C# and g++ notepad", "notepad++"),
        (".NET, ASP.NET ...and node.js", "NET ASP NET and node js", ".NET ASPNET nodejs"),
        ("A/B I/O R&D app/core/words", "A B I O R D app core words", "A/B I/O R&D"),
        ("self._max_tokens.foo", "self max tokens foo", "maxtokensfoo maxtokens"),
        ("#5 x+y -- __init__", "5 x y init", ""),
        ("产假的 is leave产假x", "产假的 is leave 产假 x", ""),
        ("", "", ""),
    ],
)
def test_words_and_what_they_are_together(text: str, words: str, joined: str) -> None:
    """Separators divide words. Codes, numbers and names are also kept whole."""
    found = runs(text)

    assert [word for run in found for word in run.words] == words.split()
    assert [name for run in found for name in run.joined] == joined.split()


@pytest.mark.parametrize(
    ("word", "humps"),
    [
        ("getUserName", ("get", "User", "Name")),
        ("HTTPServer", ("HTTP", "Server")),
        ("utf8Decoder", ("utf8", "Decoder")),
        ("iPhone", ("Phone",)),
        ("IDs", ()),
        ("Word", ()),
        ("UPPER", ()),
    ],
)
def test_camel_case_has_humps(word: str, humps: tuple[str, ...]) -> None:
    """A word in camel case is one word, and its parts."""
    (run,) = runs(word)

    assert run.words == (word,)
    assert (dict(run.humps).get(0) or ()) == humps


@given(st.text(max_size=60))
def test_any_text_has_runs(text: str) -> None:
    """Whatever a file holds, each run has a word."""
    assert all(run.words and all(run.words) for run in runs(text))
