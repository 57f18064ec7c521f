"""The runs of a paragraph in a DOCX file."""

import pytest
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.reading.sources import make_docx, text_of


def paragraph(*runs: str) -> str:
    """Return the text of a paragraph whose runs hold this XML."""

    def build(document: WordDocument) -> None:
        added = document.add_paragraph()
        for run in runs:
            added._p.append(parse_xml(f"<w:r {nsdecls('w')}>{run}</w:r>"))

    return text_of("a.docx", make_docx(build))


@pytest.mark.parametrize(
    ("position", "shown"), [("6", "10⁶"), ("+3pt", "10⁶"), ("-6", "106"), ("0", "106"), ("", "106")]
)
def test_numbers_that_stand_higher_than_their_line_are_raised(position: str, shown: str) -> None:
    """Without being superscripts. Lower ones stay numbers."""
    raised = f'<w:rPr><w:position w:val="{position}"/></w:rPr><w:t>6</w:t>'

    assert paragraph("<w:t>10</w:t>", raised) == shown


def test_a_place_at_the_margin_parts_words() -> None:
    """As in headers and footers, whose parts stand left, in the middle and right."""
    assert paragraph("<w:t>Draft</w:t><w:ptab/><w:t>Page</w:t>") == "Draft\tPage"
