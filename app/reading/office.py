"""Office formats that the parser reads by itself: EPUB, old Word and others."""

import html

from app.reading.document import Document, Source
from app.reading.parser import parse
from app.reading.tables import write_table


def read_by_parser(source: Source) -> Document:
    """Return the parser's text of a file."""
    return Document(parse(source).content)


def read_old_word(source: Source) -> Document:
    """Return a DOC file's paragraphs and tables. The parser gives a table as one line: tabs after cells, two after rows."""
    text = html.unescape(parse(source, output_format="plain").content)
    return Document("\n".join(_with_rows(line) for line in text.split("\n")))


def _with_rows(line: str) -> str:
    rows = [row.split("\t") for row in line.split("\t\t")]
    is_table = len(rows) > 1 and len({len(row) for row in rows}) == 1 and len(rows[0]) > 1
    return f"\n{write_table(rows)}\n" if is_table else line
