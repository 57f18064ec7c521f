"""A document's text as people read it: its marks shown as what they mark, and nothing of it as HTML."""

import pytest

from app.api.source_text import text_html


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("# Leave\n\nIt lasts.", '<strong class="source-heading">Leave</strong>\n\nIt lasts.'),
        # A comment in a program is no heading.
        ("# Leave\nlasts = 9", "# Leave\nlasts = 9"),
        (
            "The first 16 weeks are at full pay. The\nleave is announced.",
            "The first 16 weeks are at full pay. The leave is announced.",
        ),
        # Addresses and poems keep their lines: there was room for the next word.
        (
            "Harbour Office\nQuay 4\n1234 Lantern Bay on the Sea\nLanternland",
            "Harbour Office\nQuay 4\n1234 Lantern Bay on the Sea\nLanternland",
        ),
        (
            "Bring all of these:\n- a passport\n- a photograph",
            "Bring all of these:\n- a passport\n- a photograph",
        ),
        ("<b>&\n\n# <i>", '&lt;b&gt;&amp;\n\n<strong class="source-heading">&lt;i&gt;</strong>'),
        ("| alone |", "| alone |"),
    ],
)
def test_text_reads_as_it_was_meant(text: str, shown: str) -> None:
    """Headings lose their marks, lines go on where only the column ended, the rest stays."""
    assert text_html(text) == shown


@pytest.mark.parametrize(
    ("text", "quotes", "shown"),
    [
        ("It lasts <9> months.", ["lasts <9>"], 'It <mark class="quote">lasts &lt;9&gt;</mark> months.'),
        (
            "One. Two. Three.",
            ["One", "Three"],
            '<mark class="quote">One</mark>. Two. <mark class="quote">Three</mark>.',
        ),
        # What overlaps is one quote's, and a document cannot make a mark of its own.
        (
            "\ufdd0a b c",
            ["a b", "b c"],
            '<mark class="quote">a b c</mark>',
        ),
        (
            "| a | b |\n|---|---|\n| 1 | 2 |",
            ["1 | 2"],
            (
                '<span class="source-table"><table><tr><th scope="col">a</th><th scope="col">b</th></tr><tr>'
                '<td><mark class="quote">1</mark></td><td><mark class="quote">2</mark></td></tr></table></span>'
            ),
        ),
        (
            "Steps:\n1. Go there.\n\n# Leave\n\nNow.",
            ["1. Go there.\n\n# Leave\n\nNow"],
            (
                'Steps:\n<mark class="quote">1. Go there.\n\n</mark><strong class="source-heading">'
                '<mark class="quote">Leave</mark></strong><mark class="quote">\n\nNow</mark>.'
            ),
        ),
    ],
)
def test_quotes_are_marked(text: str, quotes: list[str], shown: str) -> None:
    """Within lines, over cells and headings; the rest of the page stays as it was."""
    places = [(text.index(quote), text.index(quote) + len(quote)) for quote in quotes]

    assert text_html(text, places) == shown
    assert text_html("All.", [(-9, 2), (7, 9), (3, 3)]) == '<mark class="quote">Al</mark>l.'


def test_a_table_is_one() -> None:
    """Its header, if it is there, its rows, and bars that belong to a cell."""
    whole = text_html("Rates:\n| a | b |\n|---|---:|\n| 1 | x \\| <y> |\nEnd.")
    rest = text_html("| 1 | 2 |\n| 3 | 4 |")

    assert whole == (
        'Rates:<span class="source-table"><table><tr><th scope="col">a</th><th scope="col">b</th></tr>'
        "<tr><td>1</td><td>x | &lt;y&gt;</td></tr></table></span>End."
    )
    assert rest == (
        '<span class="source-table"><table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table></span>'
    )
