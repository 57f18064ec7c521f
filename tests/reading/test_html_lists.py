"""Numbers of lists in HTML."""

import pytest

from tests.reading.sources import text_of


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        (
            "<ol type=a><li>Dogs pay</li><li>Cats <b>do</b> not<ol type=i><li>in bags</li></ol></li></ol>",
            "- a. Dogs pay\n- b. Cats **do** not\n  * i. in bags",
        ),
        (
            "<ol start=7><li>Gates</li><li value=9>Fires</li><li>Keys</li></ol>",
            "7. Gates\n9. Fires\n10. Keys",
        ),
        ("<ol type=A start=2><li></li><li>Boats</li></ol>", "- B.\n- C. Boats"),
        ("<ol><li>Gates</li><li>Fires</li></ol>", "1. Gates\n2. Fires"),
    ],
)
def test_items_have_the_numbers_that_are_shown(html: str, shown: str) -> None:
    """People ask for rule b, and for rule 9."""
    assert text_of("a.html", f"<html><body>{html}</body></html>".encode()) == shown
