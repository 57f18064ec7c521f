"""HTML that is nested more deeply than the parser goes, which would leave out the text there without a word."""

from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser, LexborNode

# The parser stops at the 57th level. What gives a page its shape is taken out first, to leave levels to lists and tables.
_DEEPEST, _DEEPEST_SHAPE = 50, 36
_INLINE = frozenset(
    (
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "code",
        "em",
        "font",
        "i",
        "mark",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
    )
)
_CONTENT = frozenset(
    (
        *(
            "a",
            "blockquote",
            "caption",
            "code",
            "dd",
            "dl",
            "dt",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "li",
            "ol",
        ),
        *("pre", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)


def flatten(tree: LexborHTMLParser) -> None:
    """Take elements that only hold another one out of a page that is too deep; then all that still lie too deep, not their text."""
    if tree.body is None or not _deeper(tree.body, _DEEPEST):
        return
    for node in _elements(tree.body):
        if node.tag not in _CONTENT and node.tag not in _INLINE and _is_wrapper(node):
            node.unwrap()
    _unwrap(node for node in _deeper(tree.body, _DEEPEST_SHAPE) if node.tag not in _CONTENT)
    _unwrap(_deeper(tree.body, _DEEPEST))


def _unwrap(nodes: Iterable[LexborNode]) -> None:
    for node in nodes:
        if node.tag not in _INLINE:
            node.insert_before(" ")
            node.insert_after(" ")
        node.unwrap()


def _elements(body: LexborNode) -> list[LexborNode]:
    return [node for node in body.traverse() if node.parent is not None and node.mem_id != body.mem_id]


def _deeper(body: LexborNode, level: int) -> list[LexborNode]:
    """Return the elements that lie deeper than a level, the outer ones first."""
    depths = {body.mem_id: 0}
    deep = []
    for node in _elements(body):
        assert node.parent is not None, "those without were left out"
        depth = depths[node.mem_id] = depths.get(node.parent.mem_id, 0) + 1
        if depth > level:
            deep.append(node)
    return deep


def _is_wrapper(node: LexborNode) -> bool:
    """Whether an element holds one other element and nothing else."""
    children = [child for child in node.iter(include_text=True) if not _is_blank(child)]
    return len(children) == 1 and children[0].is_element_node


def _is_blank(node: LexborNode) -> bool:
    return node.is_comment_node or (node.is_text_node and not (node.text() or "").strip())
