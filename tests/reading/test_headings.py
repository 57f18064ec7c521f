"""Headings of texts with marks for people."""

import pytest

from tests.reading.sources import text_of

_RST = """======
Manual
======

Intro with a list of words.

Linux
-----

Use apt.

From source
~~~~~~~~~~~

=====  ====
Name   Days
=====  ====
Riga   7
=====  ====

Windows
-------

Use msi.
"""


def test_titles_with_a_line_below_are_headings() -> None:
    """Levels are in the order in which their signs come. The lines of a table are none of a title."""
    lines = text_of("a.rst", _RST.encode()).splitlines()

    assert [line for line in lines if line.startswith("#")] == [
        "# Manual",
        "## Linux",
        "### From source",
        "## Windows",
    ]
    assert "| Riga | 7 |" in lines
    assert "======" not in lines


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        (
            "a.adoc",
            "= Manual\n\n== Linux\n\n----\n== no title\n----\n",
            "# Manual\n\n## Linux\n\n----\n== no title\n----",
        ),
        ("a.org", "#+TITLE: Manual\n* Linux\nText *bold*\n** Apt\n", "Manual\n# Linux\nText *bold*\n## Apt"),
        ("a.org", "#+BEGIN_SRC c\n* p = 1;\n#+END_SRC", "#+BEGIN_SRC c\n* p = 1;\n#+END_SRC"),
        ("a.wiki", "==Linux==\n* an item\n=== Apt ===\nx = 1", "## Linux\n* an item\n### Apt\nx = 1"),
    ],
)
def test_signs_before_a_title_make_a_heading(name: str, text: str, shown: str) -> None:
    """A program that a text shows has none."""
    assert text_of(name, text.encode()) == shown


def test_a_line_below_a_paragraph_divides_it_from_the_next() -> None:
    """A title stands alone, and its line is as long as it is."""
    text = "Two lines of a paragraph\nthat go on here\n---------------\n\nLonger than this\n----\n"

    assert text_of("a.rst", text.encode()) == text.rstrip("\n")
