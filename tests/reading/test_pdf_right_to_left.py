"""Right-to-left lines of PDF files, with words of other scripts and ligatures in them."""

from app.reading.pdf_layout import Word
from app.reading.pdf_right_to_left import right_to_left_lines
from tests.reading.sources import text_of


def make_arabic_pdf(letters: str) -> bytes:
    """Return a PDF that draws letters one by one from right to left; `+` is one sign for lam with alef and hamza."""
    codes = "".join(
        f"<{ord(letter) % 256:02X}> <{'06440625' if letter == '+' else f'{ord(letter):04X}'}>\n"
        for letter in sorted(set(letters))
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def\n"
        "1 begincodespacerange <00> <FF> endcodespacerange\n"
        f"{len(set(letters))} beginbfchar\n{codes}endbfchar endcmap end end"
    )
    drawn = "\n".join(
        f"BT /F 12 Tf {500 - 8 * place} 700 Td <{ord(letter) % 256:02X}> Tj ET"
        for place, letter in enumerate(letters)
    )
    font = (
        "<< /Type /Font /Subtype /TrueType /BaseFont /Helvetica /FirstChar 0 /LastChar 255 "
        f"/Widths [{' '.join(['666'] * 256)}] /Encoding /WinAnsiEncoding /ToUnicode 6 0 R >>"
    )
    bodies = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F 4 0 R >> >> >>",
        font,
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
    )
    text, places = "%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(text))
        text += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(text)
    text += f"xref\n0 7\n0000000000 65535 f \n{table}trailer << /Size 7 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return text.encode("ascii")


def test_a_ligature_is_read_in_its_order() -> None:
    """Lam and alef of one sign keep their order, though the word around them is turned."""
    assert text_of("a.pdf", make_arabic_pdf("سياسة ا+جازات")) == "سياسة الإجازات"


def _words(*shown: tuple[str, float]) -> list[Word]:
    return [Word(text, left, 100, left + 6 * len(text), 112) for text, left in shown]


def test_words_of_other_scripts_stand_in_their_place() -> None:
    """Codes, addresses and numbers in a Hebrew line keep their order, and the full stop ends it."""
    words = _words(
        *((".31/12/2026", 100), ("עד", 172), ("office@example.org", 190), ("אל", 304), ("TX-9", 322)),
        *(("טופס", 352), ("לשלוח", 382), ("יש", 418)),
    )

    assert right_to_left_lines(words) == "יש לשלוח טופס TX-9 אל office@example.org עד 31/12/2026."


def test_words_that_are_stored_backwards_tell_nothing() -> None:
    """Then another reading of the page tells the order."""
    assert right_to_left_lines(_words(("םימי", 100), ("12", 130), ("םולש", 150))) == ""
