"""Questions that quote a section's heading are answered from the section."""

import pytest

from app.core.types import Snippet
from app.providers.fallback.headed import headed_quotes

_MANUAL = (
    "# 1 Introduction\n\nThis manual describes the ferry. It has five parts. Short.\n\n"
    "## 1.1 Travel\n\nTrains are second class only."
)


def make_snippet(n: int, text: str, *, heading: str | None = None, start: int = 0) -> Snippet:
    return Snippet(n, f"c{n}", "file-1", "a.md", text, start, start + len(text), 0.5, heading=heading)


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        (
            "What is said about “Introduction”?",
            [(2, "This manual describes the ferry."), (2, "It has five parts.")],
        ),
        ('What does the manual say about "travel"?', [(2, "Trains are second class only.")]),
        # The passages of a section need not hold its heading: the first of them in the text.
        ("What is said about „Safety on board“?", [(3, "Boats leave with their full crew.")]),
        ("What is said about “Wharves”?", []),
        ("What is said about introduction?", []),
    ],
)
def test_a_named_section_is_quoted_from_its_beginning(question: str, quotes: list[tuple[int, str]]) -> None:
    """Up to the next heading, in whole sentences; a name that is no heading's gives nothing."""
    snippets = [
        make_snippet(1, "Life jackets are counted.", heading="Manual › 7 Safety on board", start=900),
        make_snippet(2, _MANUAL),
        make_snippet(3, "Boats leave with their full crew.", heading="Manual › 7 Safety on board", start=800),
    ]

    assert [(quote.n, quote.text) for quote in headed_quotes(question, snippets)] == quotes
