"""CSV and TSV: rows whose delimiter is seen from the text itself."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import TextIO

from app.core.table_headers import continues_header
from app.core.text import clean_text
from app.reading.document import Document, Source, Unreadable
from app.reading.encodings import GARBLED, decode_text, find_encoding, is_garbled
from app.reading.tables import join_group_headers, stream_rows

_DELIMITERS = (",", ";", "\t", "|", "^", "~")
_SAMPLE_LINES = 50
_HEAD_CHARACTERS = 200_000
_SEP_LINE = "sep="
# What no column is called: an address, an amount, a long number, a day. A year or a small number may be a name.
_DATUM = re.compile(
    r"[^@\s]+@[^@\s]+\.\w+|[-+]?\d+[.,]\d+|\+?\d[\d ()/-]{4,}|\d{4}-\d\d-\d\d.*|\d\d?\.\d\d?\.\d{4}"
)
_DIGITS_OF_A_YEAR = 4
# A cell may be long, but not so long that a stray quotation mark swallows the file.
csv.field_size_limit(1_000_000)


def read_delimited(source: Source) -> Document:
    """Return the file's rows as written, one a line, without blank ones, and the lines of their header.

    In a file that lies inside of another one they are a Markdown table, because other texts come before and after it. If
    the file is not a table, its text is unchanged.
    """
    text = decode_text(source.data)
    delimiter, text = _declared(text)
    delimiter = delimiter or find_delimiter(text)
    if delimiter is None:
        return Document(text)
    lines: list[str] = []
    rows: list[list[str]] = []
    try:
        for row, written in _records(_lines(text), delimiter):
            if any(cell.strip() for cell in row):
                lines.append(written)
                if source.level or len(rows) < _SAMPLE_LINES:
                    rows.append([cell.strip() for cell in row])
    except csv.Error:
        return Document(text)
    header, height = _find_header(rows[:_SAMPLE_LINES])
    if source.level and header is not None and height:
        return Document(_as_markdown(rows, header, has_groups=height > 1))
    return Document("\n".join(lines), header_line=header, header_height=height)


def _as_markdown(rows: Sequence[list[str]], header: int, *, has_groups: bool) -> str:
    """Return rows as a table below its preamble. A group's name counts for the blank columns to its right."""
    table = enumerate(rows[header:])
    lines = stream_rows(join_group_headers(table, grouped_rows={0} if has_groups else ()))
    preamble = "\n".join(" ".join(filter(None, row)) for row in rows[:header])
    return "\n\n".join(filter(None, (preamble, "\n".join(lines))))


def _find_header(rows: Sequence[Sequence[str]]) -> tuple[int | None, int]:
    """Return which row is the header, and how many it has: lines of a preamble come above, groups of columns belong to it.

    The header is the first row as wide as most or wider, as rows may leave out their last cells, and at least half filled.
    A table whose first row is one of its data has none: its height is 0.
    """
    filled = [sum(map(bool, row)) for row in rows]
    several = [len(row) for row, count in zip(rows, filled, strict=True) if count > 1]
    if not several:
        return None, 1
    width = Counter(several).most_common(1)[0][0]
    candidates = (
        place for place, row in enumerate(rows) if len(row) >= width and 2 * filled[place] > len(row)
    )
    header = next(candidates, next(place for place, count in enumerate(filled) if count > 1))
    if header and len(rows[header - 1]) == width and _has_groups(rows[header - 1]):
        return header - 1, 2
    if not header and _is_data(rows[0], rows[1:]):
        return 0, 0
    following = rows[header + 1 : header + 3]
    return header, 2 if len(following) > 1 and continues_header(rows[header], *following) else 1


def _is_data(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a first row is no header: it counts the rows, or has what is in a column where a name would be."""
    firsts = [other[0] for other in below if other]
    if firsts and len(row[0]) < _DIGITS_OF_A_YEAR and all(map(str.isdecimal, (row[0], *firsts))):
        return True
    return any(_DATUM.fullmatch(cell) and _is_like(place, below) for place, cell in enumerate(row))


def _is_like(place: int, rows: Sequence[Sequence[str]]) -> bool:
    cells = [row[place] for row in rows if place < len(row) and row[place]]
    return 2 * sum(_DATUM.fullmatch(cell) is not None for cell in cells) > len(cells)


def _has_groups(row: Sequence[str]) -> bool:
    """Whether a row names groups of columns: there is a blank cell between two that are filled."""
    places = [place for place, cell in enumerate(row) if cell]
    return any(after - before > 1 for before, after in pairwise(places))


def write_delimited(path: Path, target: Path) -> tuple[int | None, int]:
    """Write the rows of a large file to `target`, as `read_delimited` returns them, without holding it in memory.

    Return the line of the header and its height. A file that is not a table is written as its lines.
    """
    encoding, errors = find_encoding(path)

    def lines() -> TextIO:
        return path.open(encoding=encoding, errors=errors, newline="")

    with lines() as text:
        head = text.read(_HEAD_CHARACTERS)
    if is_garbled(head):
        raise Unreadable(GARBLED)
    delimiter, rest = _declared(head)
    has_declaration = rest != head
    delimiter = delimiter or find_delimiter(head)
    try:
        with lines() as text, target.open("w", encoding="utf-8", newline="") as out:
            if has_declaration:
                text.readline()
            return _copy_rows(text, out, delimiter)
    except csv.Error:
        with lines() as text, target.open("w", encoding="utf-8", newline="") as out:
            return _copy_rows(text, out, None)


def _copy_rows(text: TextIO, out: TextIO, delimiter: str | None) -> tuple[int | None, int]:
    """Write rows one after another; without a delimiter they are lines."""
    first_rows: list[list[str]] = []
    between = ""
    lines = (([line], line.rstrip("\r\n")) for line in text)
    for row, written in _records(text, delimiter) if delimiter else lines:
        if "\0" in written:
            raise Unreadable("it holds NUL bytes, which no text does")
        if delimiter is None or any(cell.strip() for cell in row):
            out.write(between + clean_text(written).replace("\n", " ").strip("\ufeff"))
            between = "\n"
            if len(first_rows) < _SAMPLE_LINES:
                first_rows.append([cell.strip() for cell in row])
    return _find_header(first_rows) if delimiter else (None, 1)


def _lines(text: str) -> Iterator[str]:
    """Return the lines of a text as files have them. Other signs of a new line, such as U+2028, may stand in a cell."""
    return io.StringIO(text, newline="")


def _records(lines: Iterable[str], delimiter: str) -> Iterator[tuple[list[str], str]]:
    """Yield each row's cells and the row as it is written. Line ends inside of a cell become spaces."""
    taken: list[str] = []

    def taking() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    for row in csv.reader(taking(), delimiter=delimiter):
        yield row, " ".join("".join(taken).splitlines())
        taken.clear()


def find_delimiter(text: str) -> str | None:
    """Return the sign that divides most lines of a text into the same number of cells, more than one."""
    sample = "".join(islice(_lines(text[:_HEAD_CHARACTERS]), _SAMPLE_LINES))
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
