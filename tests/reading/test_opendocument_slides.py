"""Slides of OpenDocument presentations: whatever shape a text stands in."""

from tests.reading.sources import text_of
from tests.reading.test_opendocument import cell, row, written

_FRAME = "<draw:frame{}><draw:text-box>{}</draw:text-box></draw:frame>"
_TITLE = _FRAME.format(' presentation:class="title"', "<text:p>Pump station</text:p>")


def shown(*slides: str) -> str:
    return text_of("a.odp", written("".join(slides), kind="presentation"))


def slide(*shapes: str, name: str = "page1") -> str:
    return f'<draw:page draw:name="{name}">{"".join(shapes)}</draw:page>'


def test_every_shape_is_read_once() -> None:
    """The title is the heading and no text besides; names that programs give are none."""
    shape = "<draw:custom-shape><text:p>Wear<text:s/>gloves</text:p></draw:custom-shape>"
    group = f"<draw:g><draw:g>{shape.replace('Wear', 'Take')}</draw:g></draw:g>"

    assert shown(slide(_TITLE, shape, group), slide(shape, name="page2")) == (
        "## Pump station\n\nWear gloves\n\nTake gloves\n\nWear gloves"
    )


def test_items_are_indented_by_their_depth() -> None:
    inner = "<text:list><text:list-item><text:p>Seal</text:p></text:list-item></text:list>"
    items = f"<text:list><text:list-item><text:p>Pump</text:p>{inner}</text:list-item></text:list>"

    assert shown(slide(_TITLE, _FRAME.format("", f"{items}<text:p>End</text:p>"))) == (
        "## Pump station\n\n- Pump\n  - Seal\n\nEnd"
    )


def test_tables_are_tables() -> None:
    table = f"<draw:frame><table:table>{row(cell('Part'), cell('Mass'))}{row(cell('Rotor'), cell('3 kg'))}</table:table></draw:frame>"

    assert shown(slide(table, name="Parts")) == "## Parts\n\n| Part | Mass |\n| --- | --- |\n| Rotor | 3 kg |"
