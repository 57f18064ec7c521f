"""Numbers of lists in HTML that the parser would count in its own way: letters, Roman ones, and those that an item says."""

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.reading.list_numbers import Level

_KINDS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


def write_numbers(tree: LexborHTMLParser) -> None:
    """Write the numbers of such lists into their items, and make the lists plain ones; inner lists first."""
    for node in reversed(tree.css("ol")):
        items = [child for child in node.iter() if child.tag == "li"]
        if node.attributes.get("type") not in _KINDS and not any(_value(item) for item in items):
            continue
        for item, number in zip(items, _numbers(node, items), strict=True):
            first = item.first_child
            if first is None:
                item.inner_html = number
            else:
                first.insert_before(f"{number} ")
        plain = LexborHTMLParser(f"<ul>{node.inner_html or ''}</ul>").css_first("ul")
        assert plain is not None, "it was just written"
        node.replace_with(plain)


def _numbers(node: LexborNode, items: list[LexborNode]) -> Iterator[str]:
    kind = _KINDS.get(node.attributes.get("type") or "", "decimal")
    level = Level(kind, "%1.")
    number = (_number(node.attributes.get("start")) or 1) - 1
    for item in items:
        number = _value(item) or number + 1
        yield level.write([number, *[0] * 8], {0: level})


def _value(item: LexborNode) -> int | None:
    return _number(item.attributes.get("value"))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.strip().isdecimal() and len(text) < 8 else None
