"""Terms and what stands beside them are read together."""

import pytest
from reportlab.pdfgen.canvas import Canvas

from app.reading.pdf_layout import Word
from app.reading.pdf_terms import find_terms
from tests.reading.sources import make_pdf, text_of

Row = tuple[str, tuple[str, ...]]
_GLOSSARY: tuple[Row, ...] = (
    (
        "Backup",
        ("A copy of data that is kept elsewhere, so that", "it can be used when the original is lost."),
    ),
    ("Replica", ("A second server that follows the first one and", "answers reads.")),
    ("Quorum", ("The number of servers that must agree.",)),
)
_FACTS: tuple[Row, ...] = (
    ("Name", ("Ada Lund",)),
    ("Department", ("Finance",)),
    ("Manager", ("Kim Berg",)),
    ("Start date", ("5 March 2026",)),
)
_ADDRESSES: tuple[Row, ...] = (
    ("Sold to", ("Shipped to",)),
    ("Lund Boats", ("Berg Harbour",)),
    ("Quay Street 5", ("Mole 7",)),
    ("Vale", ("Dale",)),
)
_PROSE: tuple[Row, ...] = (
    ("The office keeps", ("Fuel is sold only",)),
    ("a list of boats", ("at the long pier", "from six to eight.")),
    ("that are at sea", ("Spills are reported", "to the office.")),
    ("over the winter.", ("It is open daily.",)),
)


def columns(rows: tuple[Row, ...], *, step: int) -> bytes:
    """Return a page with two columns, the right one of which may have more lines."""

    def draw(canvas: Canvas) -> None:
        y = 760.0
        for term, said in rows:
            canvas.drawString(72, y, term)
            for line in said:
                canvas.drawString(220, y, line)
                y -= 13
            y -= step - 13

    return make_pdf(draw)


@pytest.mark.parametrize(("rows", "step"), [(_GLOSSARY, 24), (_GLOSSARY, 14), (_FACTS, 18)])
def test_terms_stand_with_what_is_said_of_them(rows: tuple[Row, ...], step: int) -> None:
    """In glossaries, close together or not, and in sheets of facts."""
    expected = [line for term, (first, *others) in rows for line in (f"{term} {first}", *others)]

    assert list(filter(None, text_of("a.pdf", columns(rows, step=step)).split("\n"))) == expected


@pytest.mark.parametrize("rows", [_ADDRESSES, _PROSE])
def test_columns_are_not_read_across(rows: tuple[Row, ...]) -> None:
    """Two addresses, and prose in narrow columns."""
    text = text_of("a.pdf", columns(rows, step=14))

    assert not any(f"{term} {said[0]}" in text for term, said in rows[1:])


def test_right_to_left_terms_are_left_alone() -> None:
    """Their terms stand in the right column."""

    def page(left: str, right: str) -> list[Word]:
        return [
            Word(text, x, 20.0 * row, x + 40, 20.0 * row + 10)
            for row in range(4)
            for text, x in ((left, 72), (right, 220))
        ]

    assert [len(entries) for entries in find_terms(page("Gate", "closed"))] == [4]
    assert find_terms(page("סגור", "שער")) == []
