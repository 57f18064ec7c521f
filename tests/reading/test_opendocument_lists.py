"""Lists of OpenDocument texts: depth, numbers, headings."""

from tests.reading.sources import text_of
from tests.reading.test_opendocument import cell, row, written

_STYLE = (
    '<text:list-style style:name="L1">'
    '<text:list-level-style-number text:level="1" style:num-suffix="." style:num-format="1"/>'
    '<text:list-level-style-number text:level="2" style:num-suffix=")" style:num-format="a"/>'
    '<text:list-level-style-bullet text:level="3" text:bullet-char="•"/></text:list-style>'
    '<text:list-style style:name="L2">'
    '<text:list-level-style-number text:level="1" style:num-format="1"/>'
    '<text:list-level-style-number text:level="2" text:display-levels="2" style:num-format="1"/></text:list-style>'
)
_OUTLINE = (
    '<text:outline-style style:name="Outline">'
    '<text:outline-level-style text:level="1" style:num-format="1"/>'
    '<text:outline-level-style text:level="2" text:display-levels="2" style:num-format="1"/></text:outline-style>'
)


def item(text: str, inner: str = "") -> str:
    return f"<text:list-item><text:p>{text}</text:p>{inner}</text:list-item>"


def listed(*items: str, style: str = "", more: str = "") -> str:
    named = f' text:style-name="{style}"' if style else ""
    return f"<text:list{named}{more}>{''.join(items)}</text:list>"


def shown(text: str) -> str:
    return text_of("a.odt", written(text, automatic=_STYLE + _OUTLINE))


def test_items_are_indented_by_their_depth() -> None:
    """Each has the number or bullet of its level."""
    inner = listed(item("Parents", listed(item("of twins"))), item("Carers"))

    assert shown(
        f"<text:p>Who</text:p>{listed(item('Leave', inner), item('Travel'), style='L1')}<text:p>End</text:p>"
    ) == ("Who\n\n1. Leave\n  a) Parents\n    - of twins\n  b) Carers\n2. Travel\n\nEnd")


def test_numbers_that_name_the_levels_above_say_the_depth() -> None:
    assert shown(listed(item("A", listed(item("B"), item("C"))), style="L2")) == "1 A\n1.1 B\n1.2 C"


def test_a_list_goes_on_where_it_says_so() -> None:
    """Else it begins again."""
    first = listed(item("A"), style="L1", more=' xml:id="one"')
    later = listed(item("B"), style="L1", more=' text:continue-list="one"')
    between = "<text:p>Between</text:p>"

    assert shown(first + between + later) == "1. A\n\nBetween\n\n2. B"
    assert shown(first + between + listed(item("B"), style="L1")) == "1. A\n\nBetween\n\n1. B"


def test_headings_have_their_numbers() -> None:
    """As the outline of the document counts them."""
    headings = "".join(
        f'<text:h text:outline-level="{level}">{text}</text:h><text:p>Text.</text:p>'
        for level, text in ((1, "Leave"), (2, "Parents"), (1, "Travel"))
    )

    assert shown(headings) == "# 1 Leave\n\nText.\n\n## 1.1 Parents\n\nText.\n\n# 2 Travel\n\nText."


def test_lists_in_cells_are_on_one_line() -> None:
    items = listed(item("rope"), item("boat"), style="L1")
    rows = row(cell("Who"), cell("What")) + row(cell("Ann"), f"<table:table-cell>{items}</table:table-cell>")
    table = f"<table:table>{rows}</table:table>"

    assert "| Ann | 1. rope 2. boat |" in shown(table)
