"""What the fallback quotes of whole files."""

from app.core.types import Snippet
from app.providers.fallback.summaries import summarise


def snippet(n: int, text: str, filename: str = "a.txt") -> Snippet:
    return Snippet(n, f"chunk_{n}", f"file-{filename}", filename, text, 0, len(text), 1.0)


def test_a_summary_quotes_every_part() -> None:
    """The first telling sentence of each snippet, evenly where there are many; less of each of several files."""
    parts = [
        snippet(n, f"# Part {n}\n\nPart {n} says that desk {n} is cleaned. More follows.")
        for n in range(1, 21)
    ]

    (one,) = summarise(parts)
    several = summarise(
        [snippet(1, "The first file is about badges.", "a"), snippet(2, "The second one is about keys.", "b")]
    )

    assert [quote.n for quote in one.quotes] == [1, 4, 7, 11, 14, 17]
    assert one.quotes[0].text == "Part 1 says that desk 1 is cleaned."
    assert [(each.filename, len(each.quotes)) for each in several] == [("a", 1), ("b", 1)]
    assert summarise([snippet(1, "12")]) == []


def test_a_short_file_is_summarised_from_all_of_its_sentences() -> None:
    """One passage may be the whole of it."""
    text = "Leave lasts nine months in all. It is paid in full. Laptops are replaced every four years. " * 2

    (summary,) = summarise([snippet(1, text)])

    assert [quote.text for quote in summary.quotes] == [
        "Leave lasts nine months in all.",
        "It is paid in full.",
        "Laptops are replaced every four years.",
    ]


def test_a_page_of_short_lines_is_quoted() -> None:
    """Where no sentence is long enough to tell something."""
    (summary,) = summarise([snippet(1, "## Agenda\n\nFirst\n\n- Prices\n- 12")])

    assert [quote.text for quote in summary.quotes] == ["Agenda", "First", "Prices"]
