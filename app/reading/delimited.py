"""CSV and TSV: rows whose delimiter is seen from the text itself."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from app.reading.document import Document, Source
from app.reading.encodings import decode_text

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_LINES = 50
_SEP_LINE = "sep="
# A cell may be long, but not so long that a stray quotation mark swallows the file.
csv.field_size_limit(1_000_000)


def read_delimited(source: Source) -> Document:
    """Return the file's rows as written, one a line, without blank ones, and the lines of their header.

    If the file is not a table, its text is unchanged.
    """
    text = decode_text(source.data)
    delimiter, text = _declared(text)
    delimiter = delimiter or find_delimiter(text)
    if delimiter is None:
        return Document(text)
    lines: list[str] = []
    first_rows: list[list[str]] = []
    try:
        for row, written in _records(text, delimiter):
            if any(cell.strip() for cell in row):
                lines.append(written)
                if len(first_rows) < _SAMPLE_LINES:
                    first_rows.append([cell.strip() for cell in row])
    except csv.Error:
        return Document(text)
    header, height = _find_header(first_rows)
    return Document("\n".join(lines), header_line=header, header_height=height)


def _find_header(rows: Sequence[Sequence[str]]) -> tuple[int | None, int]:
    """Return which row is the header, and how many it has: lines of a preamble come above, groups of columns belong to it.

    The header is the first row as wide as most, and at least half filled.
    """
    filled = [sum(map(bool, row)) for row in rows]
    several = [len(row) for row, count in zip(rows, filled, strict=True) if count > 1]
    if not several:
        return None, 1
    width = Counter(several).most_common(1)[0][0]
    candidates = (place for place, row in enumerate(rows) if len(row) == width and 2 * filled[place] > width)
    header = next(candidates, next(place for place, count in enumerate(filled) if count > 1))
    if header and len(rows[header - 1]) == width and _has_groups(rows[header - 1]):
        return header - 1, 2
    return header, 1


def _has_groups(row: Sequence[str]) -> bool:
    """Whether a row names groups of columns: there is a blank cell between two that are filled."""
    places = [place for place, cell in enumerate(row) if cell]
    return any(after - before > 1 for before, after in pairwise(places))


def _records(text: str, delimiter: str) -> Iterator[tuple[list[str], str]]:
    """Yield each row's cells and the row as it is written. Line ends inside of a cell become spaces."""
    lines = text.splitlines(keepends=True)
    rows = csv.reader(lines, delimiter=delimiter)
    start = 0
    for row in rows:
        yield row, " ".join(line.strip("\r\n") for line in lines[start : rows.line_num])
        start = rows.line_num


def find_delimiter(text: str) -> str | None:
    """Return the sign that divides most lines of a text into the same number of cells, more than one."""
    sample = "".join(text[:200_000].splitlines(keepends=True)[:_SAMPLE_LINES])
    scores = {delimiter: _agreement(sample, delimiter) for delimiter in _DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > (0.5, 0) else None


def _agreement(sample: str, delimiter: str) -> tuple[float, int]:
    """Return the share of rows that have the most frequent width, and that width; nothing for rows of one cell."""
    try:
        rows = [row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if any(row)]
    except csv.Error:
        return 0.0, 0
    widths = Counter(map(len, rows))
    if not widths:
        return 0.0, 0
    width, count = widths.most_common(1)[0]
    return (count / len(rows), width) if width > 1 else (0.0, 0)


def _declared(text: str) -> tuple[str | None, str]:
    """Take away the line by which Excel says its delimiter (``sep=;``)."""
    first, newline, rest = text.partition("\n")
    declared = first.strip()
    if declared.lower().startswith(_SEP_LINE) and len(declared) == len(_SEP_LINE) + 1 and newline:
        return declared[-1], rest
    return None, text
