"""A part of a document's text as HTML: headings without their marks, tables, running text, quotes. All is escaped. Pure."""

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from app.core.permissions import Place

_HEADING = re.compile(r"#{1,6} +(\S.*)")
_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*")
_DIVIDER = re.compile(r"[ \t]*\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*")
_BAR = re.compile(r"(?<!\\)\|")
# A line that stands by itself: an item, a quote, code.
_OWN_LINE = re.compile(r"[ \t]|[-*•+>#|]|\ufdd0?\d{1,3}[.)]\s|```")
_FEWEST_ROWS = 2
# Shorter lines are those of an address or a poem, and no column's.
_NARROWEST_COLUMN = 40
# While a text becomes HTML, these stand where a quote begins and ends. Unicode keeps them out of texts.
_BEGIN, _END = "\ufdd0", "\ufdd1"
_PARTS = re.compile(f"(<[^>]*>|[{_BEGIN}{_END}])")
QUOTE = '<mark class="quote">'


def text_html(text: str, quotes: Sequence[Place] = ()) -> str:
    """Return a text as HTML, to be shown with its white space; the quotes, places of the text, are marked."""
    return "".join(_marked(_html(_bordered(text, quotes))))


def _bordered(text: str, quotes: Sequence[Place]) -> str:
    """Return the text with a sign before and behind each quote, as far as the text holds it. Quotes that touch are one."""
    written, done = "", 0
    for start, end in _joined(sorted((max(start, 0), min(end, len(text))) for start, end in quotes)):
        written += f"{_plain(text[done:start])}{_BEGIN}{_plain(text[start:end])}{_END}"
        done = end
    return written + _plain(text[done:])


def _joined(places: Sequence[Place]) -> Iterator[Place]:
    """Yield places in their order, those that touch as one, the empty ones left out."""
    first, last = 0, 0
    for start, end in places:
        if start > last and first < last:
            yield first, last
        first, last = (start, end) if start > last or first == last else (first, max(last, end))
    if first < last:
        yield first, last


def _plain(text: str) -> str:
    return re.sub(f"[{_BEGIN}{_END}]", "", text)


def _marked(html: str) -> Iterator[str]:
    """Yield HTML with marks in place of the signs. A mark holds text alone: a quote of two cells has two marks."""
    is_quote = False
    for part in _PARTS.split(html):
        if part in (_BEGIN, _END):
            is_quote = part == _BEGIN
        elif is_quote and part.strip() and not part.startswith("<"):
            yield f"{QUOTE}{part}</mark>"
        else:
            yield part


def _html(text: str) -> str:
    written, was_table = "", True
    for is_table, group in groupby(text.split("\n"), lambda line: _ROW.fullmatch(line) is not None):
        lines = list(group)
        is_shown_as_table = is_table and len(lines) >= _FEWEST_ROWS
        shown = _table(lines) if is_shown_as_table else _prose(lines)
        # A table begins and ends a line by itself.
        written += shown if was_table or is_shown_as_table else f"\n{shown}"
        was_table = is_shown_as_table
    return written


def _prose(lines: Sequence[str]) -> str:
    """Return lines of text. A line that was broken at the column's end goes on, because the page has another width."""
    column = max(*map(len, lines), _NARROWEST_COLUMN)
    written = ""
    for number, line in enumerate(lines):
        before = lines[number - 1] if number else ""
        goes_on = _goes_on(before, line, column)
        written += ("" if number == 0 else " " if goes_on else "\n") + _line(lines, number)
    return written


def _goes_on(before: str, line: str, column: int) -> bool:
    """Whether a line continues the one before: its first word had no more room there."""
    if not before.strip() or not line.strip() or _OWN_LINE.match(line) or _HEADING.fullmatch(before):
        return False
    return len(before.rstrip()) + 1 + len(line.split(maxsplit=1)[0]) > column


def _line(lines: Sequence[str], number: int) -> str:
    """Return a line; one that is marked as a heading and stands alone is shown as one."""
    stands_alone = not any(
        line.strip() for line in (*lines[max(0, number - 1) : number], *lines[number + 1 : number + 2])
    )
    found = _HEADING.fullmatch(lines[number])
    if found is None or not stands_alone:
        return escape(lines[number])
    return f'<strong class="source-heading">{escape(found[1])}</strong>'


def _table(lines: Sequence[str]) -> str:
    rows = [line for line in lines if not _DIVIDER.fullmatch(line)]
    has_header = len(lines) > 1 and _DIVIDER.fullmatch(lines[1]) is not None
    written = (_row(line, "th" if has_header and number == 0 else "td") for number, line in enumerate(rows))
    return f'<span class="source-table"><table>{"".join(written)}</table></span>'


def _row(line: str, tag: str) -> str:
    cells: Iterator[str] = (cell.strip().replace("\\|", "|") for cell in _BAR.split(line.strip())[1:-1])
    scope = ' scope="col"' if tag == "th" else ""
    return f"<tr>{''.join(f'<{tag}{scope}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"
