"""Words that a line end divides, as pure functions and in pages that the test draws."""

import pytest
from reportlab.pdfgen.canvas import Canvas

from app.reading.divided_words import FULL_LINE_END, mend_cell, mend_divided
from tests.reading.sources import make_pdf, text_of


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("THE ELE-\nMENT IS READY", "THE ELEMENT\nIS READY"),
        ("BETRIEBSAN-\nLEITUNG LESEN", "BETRIEBSANLEITUNG\nLESEN"),
        ("ORDER TK-\n2041 NOW", "ORDER TK-2041\nNOW"),
        ("or ASN1_TAG_\nERROR if", "or ASN1_TAG_ERROR\nif"),
        ("Name ____\nDate", "Name ____\nDate"),
        ("DAS USB-\nKABEL", "DAS USB-KABEL\n"),
        ("CODE ABC-\nXYZ", "CODE ABC-XYZ\n"),
        ("refri-\ngerator\nroom", "refrigerator\nroom"),
        ("Instand-\nhaltungs-\nkosten sparen", "Instandhaltungskosten\nsparen"),
        ("Instand\u00ad\u2010\nhaltung", "Instandhaltung\n"),
        ("TK-2041-\nB-77-\nRot", "TK-2041-B-77-Rot\n"),
    ],
)
def test_a_hyphen_at_a_line_end_goes_if_it_divides_a_word(text: str, whole: str) -> None:
    """Capitals are divided like small letters; a code and an abbreviation keep their hyphen."""
    assert mend_divided(text, {}) == whole


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (("Ansprechpartn", "er"), "Ansprechpartner"),
        (("Förderban", "dantriebs", "motor"), "Förderbandantriebsmotor"),
        (("buero.instandh", "altung@beispi", "el-werke.de"), "buero.instandhaltung@beispiel-werke.de"),
        (("DE89370400", "4405320130"), "DE893704004405320130"),
        (("Kupplung", "verzinkt"), "Kupplung verzinkt"),
        (("bearing", "housing"), "bearing housing"),
        (("1200", "1300"), "1200 1300"),
        (("Anna", "Meier"), "Anna Meier"),
        (("anna@example.org", "oder"), "anna@example.org oder"),
    ],
)
def test_what_stands_alone_on_a_full_line_may_go_on_with_the_next(lines: tuple[str, ...], whole: str) -> None:
    """If a word lies across the line's end; words that stand below one another stay apart."""
    assert mend_cell(FULL_LINE_END.join(lines), {}) == whole


@pytest.mark.parametrize("has_lines", [True, False])
def test_words_that_are_cut_in_narrow_cells_are_whole(has_lines: bool) -> None:
    """A program cuts what is too long for its column without a hyphen."""
    rows = (
        (("Teil",), ("Wartungsko", "sten"), ("Ort",)),
        (("Band",), ("120 EUR",), ("Halle 7",)),
        (("Rolle",), ("Gewährleis", "tung"), ("Hof 12",)),
        (("Kran",), ("90 EUR",), ("Tor 3",)),
    )

    def draw(canvas: Canvas) -> None:
        for number, row in enumerate(rows):
            for column, lines in enumerate(row):
                for place, line in enumerate(lines):
                    canvas.drawString(76 + 90 * column, 700 - 30 * number - 13 * place, line)
        for y in range(716, 590, -30) if has_lines else ():
            canvas.line(72, y, 342, y)
        for x in range(72, 343, 90) if has_lines else ():
            canvas.line(x, 716, x, 596)

    assert text_of("a.pdf", make_pdf(draw)) == (
        "| Teil | Wartungskosten | Ort |\n| --- | --- | --- |\n| Band | 120 EUR | Halle 7 |\n"
        "| Rolle | Gewährleistung | Hof 12 |\n| Kran | 90 EUR | Tor 3 |"
    )
