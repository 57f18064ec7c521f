"""Numbers on slides, typed and counted."""

import io
from collections.abc import Sequence

import pptx
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls

from tests.reading.sources import text_of


def slide(*lines: str | tuple[str, int, str]) -> bytes:
    """Return a slide of these lines, some of them with their level and the attributes of their numbers."""
    show = pptx.Presentation()
    page = show.slides.add_slide(show.slide_layouts[1])
    page.shapes.title.text = "4. Costs"
    frame = page.placeholders[1].text_frame
    frame.text = "\n".join(line if isinstance(line, str) else line[0] for line in lines)
    for paragraph, line in zip(frame.paragraphs, lines, strict=True):
        if not isinstance(line, str):
            paragraph.level = line[1]
            number = parse_xml(f"<a:buAutoNum {nsdecls('a')} {line[2]}/>")
            paragraph._p.get_or_add_pPr().append(number)
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


def lines_of(*lines: str | tuple[str, int, str]) -> Sequence[str]:
    return [line for line in text_of("a.pptx", slide(*lines)).splitlines() if line]


def test_numbers_that_were_typed_stay() -> None:
    """A year or a number at the beginning of a line is no place in a list."""
    lines = ("3. Rent", "1986. A year", "12.", "2.5 km", "- left", "7) Tax")

    assert lines_of(*lines) == ["## 4. Costs", *lines]


def test_numbers_that_are_counted_go_on_where_the_program_goes_on() -> None:
    """From where they start, each level for itself, again after a line without a number and with another kind of number."""
    arabic, letters = 'type="arabicPeriod"', 'type="alphaLcParenR"'

    assert lines_of(
        ("Rent", 0, 'type="arabicPeriod" startAt="5"'),
        ("Tax", 0, 'type="arabicPeriod" startAt="5"'),
        ("Flat", 1, letters),
        ("Barn", 1, letters),
        ("Heat", 0, 'type="arabicPeriod" startAt="5"'),
        ("Oil", 1, letters),
        "Then:",
        ("Sell", 0, arabic),
        ("Buy", 0, 'type="romanUcParenBoth"'),
        ("Keep", 0, 'type="thaiNumPeriod"'),
    ) == [
        "## 4. Costs",
        *("5. Rent", "6. Tax", "  a) Flat", "  b) Barn", "7. Heat", "  a) Oil", "Then:"),
        *("1. Sell", "(I) Buy", "1. Keep"),
    ]
