"""Tables in a text: where their header and their rows lie. Pure.

A table is a run of lines that begin with a bar, the second of them its divider: ``| --- | --- |``. Readers write every
table that they find in this way. In Markdown files the bars at both ends may be missing: ``--- | ---``.
"""

import re
from dataclasses import dataclass

_HEADER = re.compile(
    r"^[ \t]*(\|[^\n]*\|)[ \t]*\n[ \t]*(\|(?:[ \t]*:?-+:?[ \t]*\|)+)[ \t]*(?:\n|\Z)", re.MULTILINE
)
# Without a bar at its beginning. What stands above it is its header if it has a bar.
_BARE_DIVIDER = re.compile(r"^[ \t]*(:?-+:?(?:[ \t]*\|[ \t]*:?-+:?)+[ \t]*\|?)[ \t]*(?:\n|\Z)", re.MULTILINE)
_ROW = re.compile(r"[ \t]*\|[^\n]*(?:\n|\Z)")
_BARE_ROW = re.compile(r"[^\n|]*\|[^\n]*(?:\n|\Z)")
_LINE = re.compile(r"[^\n]*\S[^\n]*")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class TableSpan:
    """A table's place in a text: its rows, the first of them with the header above it, and what the header says.

    One that `is_continued` has its header in an earlier text.
    """

    start: int
    end: int
    header: str
    rows: tuple[Span, ...]
    is_continued: bool = False


def find_table(text: str, start: int, end: int) -> TableSpan | None:
    """Return the first table in `text[start:end]`."""
    found = [place for place in (_barred(text, start, end), _bare(text, start, end)) if place is not None]
    if not found:
        return None
    header, divider, rows_start = min(found)
    head = text[slice(*header)]
    rows = _rows(text, rows_start, end, header=head)
    first_end = rows[0][1] if rows else divider[1]
    spans = ((header[0], first_end), *rows[1:])
    return TableSpan(header[0], spans[-1][1], f"{head}\n{text[slice(*divider)]}", spans)


def continued_table(text: str, header: str) -> TableSpan | None:
    """Return the rows at the start of a text that go on with the table of `header`, which began before it."""
    rows = _rows(text, 0, len(text), header=header)
    return TableSpan(rows[0][0], rows[-1][1], header, tuple(rows), is_continued=True) if rows else None


def find_line_table(text: str, above: int, header: str | None, *, height: int = 1) -> TableSpan:
    """Return the table whose rows are the lines of a text. Its header of some `height`, 0 for none, comes after the lines `above`.

    When `header` is given the table began in an earlier text, and all lines are rows.
    """
    lines = [(line.start(), line.end()) for line in _LINE.finditer(text)]
    if header is not None:
        rows = tuple(lines)
        return TableSpan(rows[0][0] if rows else len(text), len(text), header, rows, is_continued=True)
    first = lines[above : above + height + 1]
    if not first:
        return TableSpan(len(text), len(text), "", ())
    spans = ((first[0][0], first[-1][1]), *lines[above + height + 1 :])
    head = first[min(height, len(first)) - 1]
    return TableSpan(spans[0][0], len(text), text[first[0][0] : head[1]] if height else "", spans)


def _barred(text: str, start: int, end: int) -> tuple[Span, Span, int] | None:
    """Return where the first header and divider with bars at their ends lie, and where their rows begin."""
    found = _HEADER.search(text, start, end)
    return (found.span(1), found.span(2), found.end()) if found else None


def _bare(text: str, start: int, end: int) -> tuple[Span, Span, int] | None:
    """Return the same of the first header and divider without bars at their ends."""
    for found in _BARE_DIVIDER.finditer(text, start, end):
        above = text.rfind("\n", start, max(start, found.start() - 1)) + 1 or start
        line = text[above : found.start()]
        if "|" in line:
            begin = above + len(line) - len(line.lstrip())
            return (begin, above + len(line.rstrip())), found.span(1), found.end()
    return None


def _rows(text: str, start: int, end: int, *, header: str) -> list[Span]:
    """Return the rows from `start` on, which are written as the header is."""
    pattern = _ROW if header.startswith("|") else _BARE_ROW
    rows = []
    while (found := pattern.match(text, start, end)) and found[0].strip():
        stripped = found[0].strip()
        begin = found.start() + found[0].index(stripped[0])
        rows.append((begin, begin + len(stripped)))
        start = found.end()
    return rows
