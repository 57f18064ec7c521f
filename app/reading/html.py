"""HTML: the title first, then the main content, then what surrounds it; no scripts, no hidden parts."""

import re
from collections.abc import Iterable, Sequence
from html import escape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.reading.deep_html import flatten
from app.reading.document import Document, Source
from app.reading.encodings import byte_order_mark, decode
from app.reading.html_lists import write_numbers
from app.reading.parser import parse, unescaped
from app.reading.raised import is_raised, raised, raised_classes
from app.reading.tables import join_group_headers, stream_rows

_DECLARED = re.compile(
    rb"""<meta[^>]+charset\s*=\s*["']?([\w.:-]+)|<\?xml[^>]+encoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE
)
_DECLARED_WITHIN = 4_096
_NEVER_SHOWN = "rt, rp, dialog:not([open]), script, style, template, noscript, iframe, object, svg, [hidden], [aria-hidden=true], [style*='display:none'], [style*='display: none']"
_AROUND = "nav, footer, aside, [role=navigation], [role=banner], [role=contentinfo], [role=complementary], [role=dialog], dialog"
_AROUND_NAMES = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|banner|breadcrumbs?|nav(?:bar|igation)?|menu|side-?bar|footer|"
    r"site-?header|masthead|share|social|newsletter|advert(?:isement)?|ads?|popup|modal|skip-?link)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LINKS_OF_TITLES = "h1 a, h2 a, h3 a, h4 a, h5 a, h6 a, dt a, caption a, figcaption a"
_SIGNS_OF_LINKS = " \t\n¶#§🔗∞\uf0c1\ufe0e\ufe0f\u200b"
_NAMED = "div, section, header, ul, p, span, form"
# What surrounds the content never holds most of the text; an element that does is content, whatever its name.
_LARGEST_AROUND = 0.5
_TABLES = "table, [role=table], [role=grid]"
_ROWS, _CELLS = (
    "tr, [role=row]",
    "th, td, [role=cell], [role=gridcell], [role=columnheader], [role=rowheader]",
)
# The parser leaves the first of these out as boilerplate, which is sorted before. Tables that hold no values are layout.
_PARTS = re.compile(
    r"<(/?)(?:nav|header|footer|aside|dialog|form|table|tbody|thead|tfoot|tr|td|th|caption)\b", re.IGNORECASE
)
_FILLED_IN = "input:not([type=hidden]):not([type=checkbox]):not([type=radio]), textarea, select, option"
# Pictures without a name, and those that lie in the page itself.
_PICTURE = re.compile(r"!\[\]\([^)\s]*\)|!\[([^\]]*)\]\(data:[^)]*\)")
# An item that begins with its number.
_NUMBERED = re.compile(r"(?m)^( *)[-*] (\d+)\\\. ")
_TABLE_PLACE = "footnotetableplace{}end"


def read_html(source: Source) -> Document:
    """Return a page as Markdown under its title. What surrounds the content comes last, under the title again."""
    tree = LexborHTMLParser(decode(source.data, declared=declared_encoding(source.data)))
    title = " ".join((_title(tree) or "").split())
    raising = set[str]().union(*(raised_classes(node.text()) for node in tree.css("style")))
    for node in tree.css(_NEVER_SHOWN):
        node.decompose()
    _raise_numbers(tree, raising)
    _drop_permalinks(tree)
    for node in tree.css("p.title"):
        heading = LexborHTMLParser(f"<h1>{escape(node.text())}</h1>").css_first("h1")
        assert heading is not None, "it was just written"
        node.replace_with(heading)
    body = tree.body
    if body is None:
        return Document(title)
    around = _take_around(body)
    main = _markdown(source, body.html or "")
    if title and not _begins_with(main, title):
        main = f"# {title}\n\n{main}"
    rest = "\n\n".join(filter(None, (_markdown(source, html) for html in around)))
    rest = re.sub(r"(?m)^#+ ", "", rest)
    return Document(f"{main}\n\n# {title or source.name}\n\n{rest}" if rest else main)


def _raise_numbers(tree: LexborHTMLParser, raising: set[str]) -> None:
    """Write numbers that stand raised in signs of their own."""
    for node in tree.css("sup, span"):
        stands = node.tag == "sup" or is_raised(
            node.attributes.get("style"), node.attributes.get("class"), raising
        )
        if stands and (number := raised(node.text())) != node.text() and not node.css_first("a"):
            node.replace_with(number)


def _drop_permalinks(tree: LexborHTMLParser) -> None:
    """Take out the signs beside titles by which their address is copied."""
    for node in tree.css(_LINKS_OF_TITLES):
        is_sign = not node.text().strip(_SIGNS_OF_LINKS) and node.css_first("img") is None
        if is_sign and "#" in (node.attributes.get("href") or ""):
            node.decompose()


def declared_encoding(data: bytes) -> str | None:
    """Return the encoding that a page or an XML file declares for itself."""
    found = None if byte_order_mark(data) else _DECLARED.search(data[:_DECLARED_WITHIN])
    return (found[1] or found[2]).decode("ascii").lower() if found else None


def _title(tree: LexborHTMLParser) -> str | None:
    # Documents of Google's have no title of a page, and their own title is no heading.
    for selector in ("title", "p.title", "h1"):
        node = tree.css_first(selector)
        if node is not None and (text := node.text(strip=True)):
            return text
    return None


def _begins_with(text: str, title: str) -> bool:
    """Whether a text begins with its title as a heading."""
    first = text.lstrip().partition("\n")[0]
    return first.startswith("#") and first.lstrip("# ").strip() == title


def _take_around(body: LexborNode) -> list[str]:
    """Remove navigation, banners and similar parts from the page; return their HTML in order."""
    most = _LARGEST_AROUND * len(body.text())
    taken = _take_outside_of_main(body, most)
    for node in [*body.css(_AROUND), *(node for node in body.css(_NAMED) if _is_named_around(node))]:
        if (
            node.parent is not None
            and 0 < len(node.text()) <= most
            and not node.css_first("main, article, h1")
        ):
            taken.append(node.html or "")
            node.decompose()
    return taken


def _take_outside_of_main(body: LexborNode, most: float) -> list[str]:
    """Take out all that lies outside of the page's main part, where it has one that holds most of the text."""
    main = body.css_first("main, [role=main]")
    if main is None or len(main.text()) < most:
        return []
    content = main.html or ""
    main.decompose()
    outside = body.inner_html or ""
    body.inner_html = content
    return [outside] if body.text().strip() and outside.strip() else []


def _is_named_around(node: LexborNode) -> bool:
    names = f"{node.attributes.get('id') or ''} {node.attributes.get('class') or ''}"
    return _AROUND_NAMES.search(names) is not None


def _markdown(source: Source, html: str) -> str:
    """Return a part of a page as Markdown. Its tables are written by us: cells that span others count for all."""
    tree = LexborHTMLParser(html)
    flatten(tree)
    tree.unwrap_tags(["ins"])
    write_numbers(tree)
    _write_values(tree)
    _write_equations(tree)
    _drop_line_numbers(tree)
    tables = []
    for node in tree.css(_TABLES):
        if node.parent is None or not _is_data(node):
            continue
        _flatten_inner(node)
        tables.append(_table(node))
        node.replace_with(f" {_TABLE_PLACE.format(len(tables) - 1)} ")
    body = _PARTS.sub(r"<\1div", (tree.body.html or "") if tree.body else "")
    page = f"<!DOCTYPE html><html><head><meta charset=utf-8></head>{body}</html>"
    parsed: str = parse(source.inside("page.html", page.encode()), mime_type="text/html").content
    text = unescaped(_NUMBERED.sub(r"\1\2. ", parsed))
    for place, table in enumerate(tables):
        before, _, after = text.partition(_TABLE_PLACE.format(place))
        text = f"{before.rstrip(' ')}\n\n{table}\n\n{after.lstrip(' ')}"
    return re.sub(r"\n{3,}", "\n\n", _PICTURE.sub(r"\1", text)).strip()


def _write_values(tree: LexborHTMLParser) -> None:
    """Put what is filled into a form into its text, apart from the names of the fields."""
    for node in tree.css("input[type=radio]"):
        # The parser shows which boxes are ticked, and leaves these out.
        node.attrs["type"] = "checkbox"
    for node in tree.css(_FILLED_IN):
        if node.tag == "input":
            node.replace_with(f" {node.attributes.get('value') or ''} ")
        elif node.tag == "option" and "selected" not in node.attributes and node.parent is not None:
            siblings = node.parent.css("option")
            if any("selected" in other.attributes for other in siblings) or node != siblings[0]:
                node.decompose()
        elif node.tag != "option":
            node.insert_before(" ")
            node.insert_after(" ")


def _write_equations(tree: LexborHTMLParser) -> None:
    """Put the signs of fractions and powers between the parts of equations: ``a/b``, ``x^2``."""
    for name, sign in (("mfrac", "/"), ("msup", "^"), ("msub", "_")):
        for node in tree.css(f"{name} > :nth-child(2)"):
            node.insert_before(sign)


def _drop_line_numbers(tree: LexborHTMLParser) -> None:
    """Put a listing in the place of the table in which it stands beside the numbers of its lines."""
    for table in tree.css("table"):
        cells = table.css("td")
        pres = [cell.css_first("pre") for cell in cells]
        if len(cells) == 2 and pres[0] and pres[1] and "".join(cells[0].text().split()).isdecimal():
            table.insert_before(pres[1])
            table.decompose()


def _is_data(table: LexborNode) -> bool:
    """Whether a table holds values and not the layout of a page, which may hold other tables."""
    if len(table.css(_CELLS)) < 2 or table.css_first("form, h1, h2, h3"):
        return False
    if len(table.css(_TABLES)) > 1:
        return any(_table_of(head) == table.mem_id for head in table.css("th"))
    return table.css_first("th") is not None or not table.css_first("ul, ol")


def _table_of(node: LexborNode) -> int:
    """Return which table a cell belongs to."""
    while node.parent is not None and node.tag != "table":
        node = node.parent
    return node.mem_id


def _flatten_inner(table: LexborNode) -> None:
    """Write tables that lie in cells of a table with commas between their cells and semicolons between their rows."""
    for inner in reversed(table.css(_TABLES)[1:]):
        rows = (", ".join(filter(None, row)) for row in _rows(inner))
        inner.replace_with(" ".join(("", "; ".join(filter(None, rows)), "")))


def without_spans(html: str) -> str:
    """Return the HTML of one table with its cells filled into all that they span; it stays as it is if it is a layout."""
    table = LexborHTMLParser(html).css_first("table")
    if table is None or not _is_data(table):
        return html
    rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in _rows(table))
    caption = f"<p>{escape(_caption(table))}</p>" if _caption(table) else ""
    return f"{caption}<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _table(table: LexborNode) -> str:
    lines = _named_values(table) or "\n".join(stream_rows(_rows(table)))
    caption = _caption(table)
    return f"{caption}\n\n{lines}" if caption else lines


def _named_values(table: LexborNode) -> str:
    """Return the rows of a table as ``name: value`` if each has a name at its side, as boxes beside an article have."""
    rows = [row.css(_CELLS) for row in table.css(_ROWS)]
    pairs = [row for row in rows if len(row) == 2]
    are_names = all(row[0].tag == "th" and row[1].tag == "td" for row in pairs)
    if len(pairs) < 2 or not are_names or any(len(row) > 2 for row in rows):
        return ""
    texts = ([" ".join(cell.text(separator=" ").split()) for cell in row] for row in rows)
    return "\n\n".join(
        f"{row[0].rstrip(':')}: {row[1]}" if len(row) == 2 else row[0] for row in texts if any(row)
    )


def _caption(table: LexborNode) -> str:
    caption = table.css_first("caption")
    return " ".join(caption.text().split()) if caption is not None else ""


def _rows(table: LexborNode) -> Iterable[Sequence[str]]:
    rows: list[list[str]] = []
    grouped: set[int] = set()
    below: dict[int, tuple[int, str]] = {}
    for number, row in enumerate(table.css(_ROWS)):
        cells: list[str] = []
        own = row.css(_CELLS)
        for cell in own:
            _fill_from_above(cells, below)
            text = " ".join(cell.text(separator=" ").split())
            width, height = _span(cell, "colspan"), _span(cell, "rowspan")
            if width > 1:
                grouped.add(number)
            for _ in range(width):
                if height > 1:
                    below[len(cells)] = (height - 1, text)
                cells.append(text)
        _fill_from_above(cells, below)
        if len(own) == 1 and _span(own[0], "colspan") == len(cells):
            cells[1:] = [""] * (len(cells) - 1)
        rows.append(cells)
    return join_group_headers(enumerate(rows), grouped_rows=grouped)


def _fill_from_above(cells: list[str], below: dict[int, tuple[int, str]]) -> None:
    """Add the cells of rows above that reach into this row."""
    while len(cells) in below:
        left, text = below.pop(len(cells))
        if left > 1:
            below[len(cells)] = (left - 1, text)
        cells.append(text)


def _span(cell: LexborNode, name: str) -> int:
    value = (cell.attributes.get(name) or "").strip()
    return min(max(int(value), 1), 100) if value.isdecimal() else 1
