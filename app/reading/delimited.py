"""CSV and TSV: rows whose delimiter is seen from the text itself."""

import csv
import io
from collections import Counter

from app.reading.document import Document, Source
from app.reading.encodings import decode
from app.reading.tables import stream_rows

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_LINES = 50
_SEP_LINE = "sep="
# A cell may be long, but not so long that a stray quotation mark swallows the file.
csv.field_size_limit(1_000_000)


def read_delimited(source: Source) -> Document:
    """Return the file as a table. A file that is no table after all stays as it is written."""
    text = decode(source.data).lstrip("\ufeff")
    delimiter, text = _declared(text)
    delimiter = delimiter or find_delimiter(text)
    if delimiter is None:
        return Document(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return Document("\n".join(stream_rows(rows)))
    except csv.Error:
        return Document(text)


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
