"""Numbers that Word writes before paragraphs."""

import io

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.reading.sources import text_of


def with_numbering(levels: list[tuple[str, str]]) -> bytes:
    """Return a document of clauses on two levels of one list, numbered as the levels say."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    inner = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (kind, text) in enumerate(levels)
    )
    numbering.insert(
        0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{inner}</w:abstractNum>')
    )
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for depth, text in (
        (0, "Prices"),
        (1, "Fixed prices"),
        (1, "Discounts"),
        (0, "Notice"),
        (1, "Ninety days"),
    ):
        paragraph = document.add_paragraph(text)
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr>')
        )
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("levels", "shown"),
    [
        (
            [("decimal", "%1."), ("decimal", "%1.%2")],
            ["1. Prices", "1.1 Fixed prices", "1.2 Discounts", "2. Notice", "2.1 Ninety days"],
        ),
        (
            [("upperRoman", "Article %1"), ("lowerLetter", "(%2)")],
            [
                "Article I Prices",
                "  (a) Fixed prices",
                "  (b) Discounts",
                "Article II Notice",
                "  (a) Ninety days",
            ],
        ),
        (
            [("decimal", "§ %1"), ("ordinal", "%2 rule:")],
            [
                "§ 1 Prices",
                "  1st rule: Fixed prices",
                "  2nd rule: Discounts",
                "§ 2 Notice",
                "  1st rule: Ninety days",
            ],
        ),
        (
            [("chineseCounting", "第%1章"), ("russianLower", "%2)")],
            ["第一章 Prices", "  а) Fixed prices", "  б) Discounts", "第二章 Notice", "  а) Ninety days"],
        ),
    ],
)
def test_automatic_numbers_are_text(levels: list[tuple[str, str]], shown: list[str]) -> None:
    """Clauses are found by the numbers that Word writes before them."""
    assert text_of("a.docx", with_numbering(levels)).splitlines() == shown
