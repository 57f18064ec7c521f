"""What the parsing library writes, as it is shown."""

import pytest

from app.reading.parser import unescaped
from tests.reading.sources import text_of


@pytest.mark.parametrize(
    "line", ["1. Dig a hole", "2) Fill it", "1986. A year", "- dash", "+ plus", "* star"]
)
def test_paragraphs_that_begin_like_items_have_no_backslash(line: str) -> None:
    """The library marks them so that they are no lists."""
    assert text_of("a.html", f"<p>Do:</p><p>{line}</p>".encode()) == f"Do:\n\n{line}"


def test_other_backslashes_stay() -> None:
    """Those of headings and of paths."""
    assert (
        unescaped("\\# no heading\n\na\\-b\n- 3\\. x\n# 2\\. y") == "\\# no heading\n\na\\-b\n- 3. x\n# 2. y"
    )
