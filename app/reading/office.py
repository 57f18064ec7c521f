"""Office formats that the parser reads by itself: presentations, OpenDocument, RTF, EPUB, old Word, notebooks, Outlook."""

import html

import xberg

from app.reading.charts import read_charts
from app.reading.document import Document, Source
from app.reading.parser import parse
from app.reading.tables import write_table


def read_by_parser(source: Source) -> Document:
    """Return the parser's text of a file."""
    return Document(parse(source).content)


def read_slides(source: Source) -> Document:
    """Return the slides of a PPTX file in order, each with its speaker notes, and the charts."""
    parsed = parse(source, pages=xberg.PageConfig(extract_pages=True))
    slides = [
        "\n\n".join(part for part in (page.content.strip(), _notes(page.speaker_notes)) if part)
        for page in parsed.pages or ()
    ]
    charts = read_charts(source)
    return Document("\n\n".join(part for part in (*slides, charts) if part) or parsed.content)


def _notes(notes: str | None) -> str:
    return f"Notes: {notes.strip()}" if notes and notes.strip() else ""


def read_old_word(source: Source) -> Document:
    """Return a DOC file's paragraphs and tables. The parser gives a table as one line: tabs after cells, two after rows."""
    text = html.unescape(parse(source, output_format="plain").content)
    return Document("\n".join(_with_rows(line) for line in text.split("\n")))


def _with_rows(line: str) -> str:
    rows = [row.split("\t") for row in line.split("\t\t")]
    is_table = len(rows) > 1 and len({len(row) for row in rows}) == 1 and len(rows[0]) > 1
    return f"\n{write_table(rows)}\n" if is_table else line
