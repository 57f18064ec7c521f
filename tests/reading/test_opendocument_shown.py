"""What the pages of OpenDocument texts show: fields, text boxes, readings; nothing that is deleted or hidden."""

import pytest

from tests.reading.sources import text_of
from tests.reading.test_opendocument import written

_STYLES = '<style:style style:name="T1"><style:text-properties text:display="none"/></style:style>'
_STYLES += "".join(
    f'<style:style style:name="{name}"><style:text-properties style:text-position="{place}"/></style:style>'
    for name, place in (("Up", "super 58%"), ("Higher", "33% 58%"), ("Down", "-33% 58%"))
)
_CHANGES = (
    "<text:tracked-changes>"
    '<text:changed-region text:id="c1"><text:deletion/></text:changed-region>'
    '<text:changed-region text:id="c2"><text:insertion/></text:changed-region></text:tracked-changes>'
)


@pytest.mark.parametrize(
    ("inner", "shown"),
    [
        ("Issued <text:date>5.3.2024</text:date><text:s/>by us", "Issued 5.3.2024 by us"),
        ("Page <text:page-number>7</text:page-number> of 9", "Page 7 of 9"),
        ('Shown<text:span text:style-name="T1">secret</text:span>', "Shown"),
        (
            (
                '10<text:span text:style-name="Up">6</text:span> m<text:span text:style-name="Higher">2</text:span>, '
                'H<text:span text:style-name="Down">2</text:span>O, the 1<text:span text:style-name="Up">st</text:span>'
            ),
            "10⁶ m², H2O, the 1st",
        ),
        (
            "<text:ruby><text:ruby-base>東</text:ruby-base><text:ruby-text>とう</text:ruby-text></text:ruby>京",
            "東京",
        ),
        (
            (
                '<text:change-start text:change-id="c1"/>old <text:span>word</text:span><text:change-end text:change-id="c1"/>'
                '<text:change-start text:change-id="c2"/>new<text:change-end text:change-id="c2"/> text'
            ),
            "new text",
        ),
        (
            "Look: <draw:custom-shape><text:p>Wear gloves</text:p><text:p>at all times</text:p></draw:custom-shape>here",
            "Look: here\n\nWear gloves\n\nat all times",
        ),
    ],
)
def test_a_text_is_what_its_pages_show(inner: str, shown: str) -> None:
    """Fields have their values, boxes their own paragraphs."""
    text = f"{_CHANGES}<text:p>{inner}</text:p>"

    assert text_of("a.odt", written(text, automatic=_STYLES)) == shown
