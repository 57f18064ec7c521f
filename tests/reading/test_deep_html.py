"""Pages that are nested deeply keep their text."""

import pytest

from tests.reading.sources import text_of

_CONTENT = (
    "<h2>Pumps</h2><p>The pump weighs 14 kg.</p><table><tr><th>Part<th>Mass</tr><tr><td>Rotor<td>3 kg</tr></table>"
    "<ul><li>one<ul><li>two</ul></ul>"
)


@pytest.mark.parametrize("tag", ["div", "span", "ul><li", "dl><dd", "table><tr><td", "blockquote", "my-part"])
@pytest.mark.parametrize("depth", [70, 3_000])
def test_no_text_is_lost(tag: str, depth: int) -> None:
    """However deep it stands, and in which elements."""
    end = "".join(f"</{name}>" for name in reversed(tag.split("><")))
    page = f"<p>start</p>{f'<{tag}>' * depth}kernel{end * depth}<p>end</p>"

    assert text_of("a.html", page.encode()).split()[-1] == "end"
    assert "kernel" in text_of("a.html", page.encode())


def test_elements_that_only_hold_another_are_none() -> None:
    """Pages that scripts have made are deep; headings, tables and lists in them stay what they are."""
    page = f"<title>T</title><body>{'<div><section>' * 60}<h1>Manual</h1>{_CONTENT}{'</section></div>' * 60}"

    assert text_of("a.html", page.encode()) == (
        "# T\n\n# Manual\n\n## Pumps\n\nThe pump weighs 14 kg.\n\n| Part | Mass |\n| --- | --- |\n| Rotor | 3 kg |\n\n"
        "- one\n  * two"
    )


def test_content_stays_where_text_stands_around_it() -> None:
    """What only gives a page its shape is taken out first."""
    page = f"{'<div>x<section>' * 60}{_CONTENT}{'</section></div>' * 60}"

    assert "## Pumps" in text_of("a.html", page.encode())
    assert "| Rotor | 3 kg |" in text_of("a.html", page.encode())
