"""One file to text: its kind decides who reads it."""

from collections.abc import Callable, Mapping

from app.core.text import clean_text
from app.reading.archives import read_archive
from app.reading.delimited import read_delimited
from app.reading.document import Document, Source, Unreadable
from app.reading.encodings import GARBLED, decode, is_garbled
from app.reading.html import read_html
from app.reading.images import read_image
from app.reading.json_text import read_json, read_json_lines
from app.reading.kinds import find_kind
from app.reading.mail import read_mail, read_mailbox
from app.reading.markup import read_xml
from app.reading.office import read_by_parser, read_old_word, read_slides
from app.reading.pdf import read_pdf
from app.reading.spreadsheets import read_workbook
from app.reading.word import read_word


def read_text(source: Source) -> Document:
    """Return a plain text, decoded."""
    return Document(decode(source.data))


_READERS: Mapping[str, Callable[[Source], Document]] = {
    "csv": read_delimited,
    "doc": read_old_word,
    "docx": read_word,
    "eml": read_mail,
    "html": read_html,
    "image": read_image,
    "json": read_json,
    "jsonl": read_json_lines,
    "mbox": read_mailbox,
    "pdf": read_pdf,
    "pptx": read_slides,
    "text": read_text,
    "xlsx": read_workbook,
    "xml": read_xml,
    "zip": read_archive,
}


def read(source: Source) -> Document:
    """Return the text of a file of any kind, cleaned; Unreadable says why there is none."""
    kind = find_kind(source.suffix, source.data)
    if kind == "unknown":
        raise Unreadable("files of this kind cannot be read")
    document = _READERS.get(kind, read_by_parser)(source)
    cleaned = Document(
        clean_text(document.text), tuple(map(clean_text, document.pages)), tuple(document.warnings)
    )
    if is_garbled(cleaned.whole_text):
        raise Unreadable(GARBLED)
    return cleaned
