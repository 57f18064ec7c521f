"""The words of a PDF page and their places."""

import pytest
from reportlab.pdfgen.canvas import Canvas

from app.reading.pdf_layout import Layout, Word, group_lines, is_bold_font, read_layouts
from tests.reading.sources import lines_at, make_pdf


def column(signs: str, *, left: float) -> list[Word]:
    return [Word(sign, left, 14 * place, left + 12, 14 * place + 12, 12) for place, sign in enumerate(signs)]


@pytest.mark.parametrize(
    ("words", "is_vertical"),
    [
        (column("日本語の縦書き文書は", left=500) + column("右から左へ", left=476), True),
        ([Word("日本語の横書き文書は左から", 72, 0, 300, 12)] * 12, False),
        (column("abcdefghijkl", left=72), False),
        (column("日本語", left=72), False),
    ],
)
def test_columns_of_signs_are_noticed(words: list[Word], is_vertical: bool) -> None:
    """Where lines run across, several signs are one word; a few signs show nothing."""
    assert Layout(tuple(words)).is_vertical is is_vertical


def test_words_and_lines_have_their_places() -> None:
    """From the upper left corner; lines of any direction are rules."""

    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 742, "Dogs pay.")
        canvas.line(72, 700, 200, 700)
        canvas.line(72, 700, 72, 600)

    layout = read_layouts(make_pdf(draw, lines_at("Next.")), pages=2)[0]

    assert [[word.text for word in line] for line in group_lines(layout.words)] == [["Dogs", "pay."]]
    assert 85 < layout.words[0].top < 100
    assert {round(rule.place) for rule in layout.across} == {142}
    assert {round(rule.place) for rule in layout.down} == {72}
    assert layout.down[0].end - layout.down[0].start == pytest.approx(100, abs=3)


def test_what_cannot_be_laid_out_has_empty_pages() -> None:
    """The parser may still read it."""
    assert read_layouts(b"%PDF-1.4 broken", pages=2) == [Layout(), Layout()]


@pytest.mark.parametrize(
    ("font", "is_bold"),
    [
        ("Helvetica-Bold", True),
        ("ABCDEF+Calibri-Bold", True),
        ("Arial,Bold", True),
        ("NimbusRomNo9L-Medi", True),
        ("XKZQTR+CMBX12", True),
        ("CMSSBX10", True),
        ("ABCDEF+Inter-SemiBold", True),
        ("ABCDEF+CMR10", False),
        ("Helvetica-Oblique", False),
        ("SFRM1000", False),
        (None, False),
    ],
)
def test_bold_letters_are_known_by_their_font(font: str | None, *, is_bold: bool) -> None:
    """By its name, as programs and TeX call them, or by its weight."""
    assert is_bold_font(font, None) is is_bold
    assert is_bold_font(font, 700)
