"""Styles of a DOCX file: which of them are headings, and which hide their text."""

import pytest
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.reading.sources import make_docx, text_of


def add_style(document: WordDocument, name: str, *, base: str, outline: int | None = None) -> None:
    """Add a style of paragraphs as the templates of firms have them."""
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles[base]
    if outline is not None:
        level = parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{outline}"/>')
        style.element.get_or_add_pPr().append(level)


@pytest.mark.parametrize(
    ("base", "outline", "shown"),
    [
        ("Heading 2", None, "## Hotels"),
        ("Title", None, "# Hotels"),
        ("Normal", 0, "# Hotels"),
        ("Heading 1", 2, "### Hotels"),
        ("Heading 1", 9, "Hotels"),
        ("Normal", None, "Hotels"),
    ],
)
def test_headings_are_known_by_what_their_style_is_based_on(
    base: str, outline: int | None, shown: str
) -> None:
    """Its own outline level counts more, and the tenth is that of text."""

    def build(document: WordDocument) -> None:
        add_style(document, "Chapter of ours", base=base, outline=outline)
        document.add_paragraph("Hotels", "Chapter of ours")

    assert text_of("a.docx", make_docx(build)) == shown


def test_a_long_clause_with_an_outline_level_is_text() -> None:
    """Templates of contracts give whole clauses a level, so that they can be numbered and folded."""
    clause = "The tenant pays the rent on the third day of each month. " * 4

    def build(document: WordDocument) -> None:
        add_style(document, "Clause", base="Normal", outline=1)
        document.add_paragraph(clause, "Clause")

    assert text_of("a.docx", make_docx(build)) == clause.strip()


def test_what_a_style_hides_is_not_text() -> None:
    """A run that says itself that it is shown is."""

    def build(document: WordDocument) -> None:
        document.styles.add_style("Advice", WD_STYLE_TYPE.CHARACTER).font.hidden = True
        add_style(document, "Top of form", base="Normal")
        document.styles["Top of form"].font.hidden = True
        document.add_paragraph("Start of the form", "Top of form")
        paragraph = document.add_paragraph("Hotels cost 120 euros")
        paragraph.add_run(", write the price here", style="Advice")
        paragraph.add_run(" a night.", style="Advice").font.hidden = False

    assert text_of("a.docx", make_docx(build)) == "Hotels cost 120 euros a night."
