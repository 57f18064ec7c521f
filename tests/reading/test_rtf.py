"""RTF files as a word processor shows them."""

import pytest

from app.reading.document import Unreadable
from tests.reading.sources import text_of

_HEAD = rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Times;}{\f1\fcharset204 Arial;}}"


def rtf(body: bytes) -> str:
    return text_of("a.rtf", _HEAD + body + b"}")


@pytest.mark.parametrize("footnote", [rb"\footnote", rb"\*\footnote", rb"\*\footnote\ftnalt"])
def test_notes_stand_at_their_marks(footnote: bytes) -> None:
    """As Word and LibreOffice write them; endnotes too."""
    note = rb"{\super\chftn{" + footnote + rb"\pard\plain{\super\chftn} Except on\par Sundays.}}"

    assert rtf(rb"Dogs travel free." + note + rb" Cats pay.\par") == (
        "Dogs travel free.[^1] Cats pay.\n\n[^1]: Except on Sundays."
    )


def test_comments_have_their_author() -> None:
    """They stand at the end, with a mark at what they are about."""
    comment = rb"{\*\atnid MS}{\*\atnauthor Mira}\chatn{\*\annotation{\*\atnref 1}\pard Check this.\par}"

    assert rtf(rb"The fare is 3." + comment + rb"\par") == (
        "The fare is 3.[^c1]\n\n[^c1]: Comment by Mira: Check this."
    )


def test_headers_and_footers_come_once() -> None:
    """However many sections repeat them, and below the title."""
    head, foot = rb"{\headerr\pard Line of Vale\par}", rb"{\footer\pard Valid from May\par}"
    body = rb"\pard\outlinelevel0 Rules\par\pard One.\par\sect" + head + rb"Two.\par"

    assert rtf(head + foot + body) == "# Rules\n\nLine of Vale\n\nOne.\n\nTwo.\n\nValid from May"


def test_tables_keep_their_cells() -> None:
    """Merged cells count for all that they span, several paragraphs of a cell are one text."""
    widths = rb"\cellx2000\cellx4000\cellx6000\intbl "
    rows = (
        rb"\trowd" + widths + rb"Line\cell Port\cell Fare\cell\row",
        rb"\trowd\clvmgf" + widths + rb"North\cell Vale\cell 3\par crowns\cell\row",
        rb"\trowd\clvmrg" + widths + rb"\cell Dale\cell\cell\row",
    )

    assert rtf(b"Fares.\\par" + b"".join(rows) + rb"\pard After.\par") == (
        "Fares.\n\n| Line | Port | Fare |\n| --- | --- | --- |\n| North | Vale | 3 crowns |\n| North | Dale |  |\n\nAfter."
    )


def test_a_table_in_a_cell_is_text_of_that() -> None:
    """Its cells are divided by commas, its rows by semicolons."""
    inner = rb"\pard\intbl\itap2 a\nestcell b\nestcell{\*\nesttableprops\trowd\cellx1\cellx2\nestrow}"

    assert rtf(inner + inner + rb"\pard\intbl\itap1 \cell B;\cell\trowd\cellx3\cellx4\row\pard\par") == (
        "| a, b; a, b | B; |\n| --- | --- |"
    )


def test_items_of_lists_are_indented_by_their_depth() -> None:
    """What the mark's own group says of paragraphs ends with it; a number that names its levels is not indented."""
    mark = rb"{\listtext\pard\plain \'b7\tab}"
    numbered = rb"{\listtext\pard\plain 1.2\tab}"
    first = mark + rb"\pard\ls1\ilvl0 Alpha\par " + mark + rb"\pard\ls1\ilvl1 Beta\par "
    rest = mark + rb"Gamma\par " + numbered + rb"\pard\ls2\ilvl1 Delta\par\pard End\par"

    assert rtf(first + rest) == "- Alpha\n  - Beta\n  - Gamma\n1.2 Delta\n\nEnd"


def test_numbers_of_lists_are_kept() -> None:
    """Bullets are dashes, and items stand one below another."""
    items = rb"{\listtext\tab 1.\tab}First\par{\pntext\tab 2.\tab}Second\par{\listtext\'b7\tab}Third\par"

    assert rtf(items) == "1. First\n2. Second\n- Third"


def test_headings_are_known_by_their_style() -> None:
    """A style's level counts for its paragraphs."""
    styles = rb"{\stylesheet{\s1\outlinelevel0 heading 1;}{\s2\outlinelevel1 heading 2;}}"

    assert rtf(styles + rb"\pard\s2 Fares\par\pard\s0 Dogs pay.\par") == "## Fares\n\nDogs pay."


def test_headings_are_known_by_the_names_of_styles() -> None:
    """Not every program writes their level."""
    styles = rb"{\stylesheet{\s1\b Heading 1;}{\s2 heading 2;}{\s3 Normal;}}"

    assert (
        rtf(styles + rb"\pard\s1 Leave\par\pard\s2 Parents\par\pard\s3 Text\par")
        == "# Leave\n\n## Parents\n\nText"
    )


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (rb"Gr\'fc\'dfe, K\u246?ln, \u8364?5, \uc2\u20320\'c4\'e3\uc1, \u-10179?\u-8704?", "Grüße, Köln, €5, 你, 😀"),
        (rb"\f1\'cf\'f0\'e8\'e2\'e5\'f2 {\f0 caf\'e9}", "Привет café"),
        (rb"5\~EUR, a\_b, hy\-phen, \{x\}, a\emdash b", "5 EUR, a-b, hyphen, {x}, a—b"),
        (rb"old {\deleted gone }{\revised new}{\v secret} text", "old new text"),
        (rb'See {\field{\*\fldinst HYPERLINK "http://a.example"}{\fldrslt the list}}.', "See the list."),
        (rb"A{\pict\wmetafile8\bin4 }{\}} B{\object\objemb{\*\objdata 01}{\result{ C}}}", "A B C"),
        (rb"10{\super \u8722?6} m\super 2\nosupersub , the 1{\super st}, x\sub 2\plain , a\up6 3\up0 b", "10⁻⁶ m², the 1st, x2, a³b"),
        (rb"A{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt boxed\par}}} B", "A\nboxed\n\nB"),
    ],
)  # fmt: skip
def test_texts_are_what_is_shown(body: bytes, shown: str) -> None:
    """Character sets of fonts, codes beyond the first plane, deleted and hidden text, fields, pictures, boxes."""
    assert rtf(body + rb"\par") == shown


def test_a_file_that_is_cut_off_keeps_a_raised_number() -> None:
    """Its last number has no end that would say so."""
    assert text_of("a.rtf", _HEAD + rb"x = 10\super 6") == "x = 10⁶"


def test_groups_without_end_are_refused() -> None:
    """A file of braces takes no memory."""
    with pytest.raises(Unreadable, match="nested"):
        rtf(b"{" * 100_000)


def test_wide_cells_count_for_all_columns_that_they_reach_over() -> None:
    """As Word and LibreOffice write them; a title over the whole table is wanted once."""

    def row(*cells: tuple[str, int]) -> str:
        return "".join((
            "\\trowd", *(f"\\cellx{right}" for _, right in cells), "\\pard\\intbl ",
            *(f"{text}\\cell " for text, _ in cells), "\\row ",
        ))  # fmt: skip

    groups = row(("Region", 1000), ("2025", 3010))
    others = row(("", 1000), ("Plan", 2000), ("Real", 3000)) + row(("North", 1000), ("1", 2000), ("2", 3000))

    assert text_of("a.rtf", f"{{\\rtf1 {groups}{others}\\pard End.\\par}}".encode()) == (
        "| Region | 2025 Plan | 2025 Real |\n| --- | --- | --- |\n| North | 1 | 2 |\n\nEnd."
    )
    assert text_of(
        "a.rtf", f"{{\\rtf1 {row(('Sales', 3000))}{groups}{others}\\pard End.\\par}}".encode()
    ).startswith("Sales\n\n| Region | 2025 Plan | 2025 Real |")
