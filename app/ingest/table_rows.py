"""Tables in a text: where their header and their rows lie. Pure.

A table is a run of lines that begin with a bar, the second of them its divider: ``| --- | --- |``. Readers write every
table that they find in this way.
"""

import re
from dataclasses import dataclass

_HEADER = re.compile(
    r"^[ \t]*(\|[^\n]*\|)[ \t]*\n[ \t]*(\|(?:[ \t]*:?-+:?[ \t]*\|)+)[ \t]*(?:\n|\Z)", re.MULTILINE
)
_ROW = re.compile(r"[ \t]*\|[^\n]*(?:\n|\Z)")
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
    found = _HEADER.search(text, start, end)
    if found is None:
        return None
    rows = _rows(text, found.end(), end)
    first_end = rows[0][1] if rows else found.end(2)
    spans = ((found.start(1), first_end), *rows[1:])
    return TableSpan(found.start(1), spans[-1][1], f"{found[1]}\n{found[2]}", spans)


def continued_table(text: str, header: str) -> TableSpan | None:
    """Return the rows at the start of a text that go on with the table of `header`, which began before it."""
    rows = _rows(text, 0, len(text))
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


def _rows(text: str, start: int, end: int) -> list[Span]:
    rows = []
    while (found := _ROW.match(text, start, end)) and found[0].strip():
        stripped = found[0].strip()
        begin = found.start() + found[0].index("|")
        rows.append((begin, begin + len(stripped)))
        start = found.end()
    return rows
