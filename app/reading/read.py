"""One file to text: its kind decides which reader is called."""

import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace

from app.core.text import clean_text
from app.reading.archives import is_packed, read_archive, refuse_bomb
from app.reading.books import read_book
from app.reading.calendars import read_calendar
from app.reading.contacts import read_contacts
from app.reading.delimited import read_delimited
from app.reading.document import Document, Source, Unreadable
from app.reading.encodings import GARBLED, decode_text, is_garbled
from app.reading.flat_opendocument import read_flat_open_document
from app.reading.headings import read_marked
from app.reading.html import read_html
from app.reading.images import read_image
from app.reading.json_text import read_json, read_json_lines
from app.reading.kinds import find_kind
from app.reading.mail import read_mail, read_mailbox
from app.reading.markup import read_xml
from app.reading.notebooks import read_notebook
from app.reading.old_slides import read_old_slides
from app.reading.old_spreadsheets import read_old_workbook
from app.reading.old_word import read_old_word
from app.reading.opendocument import read_open_document
from app.reading.outlook import read_outlook
from app.reading.packages import transitional
from app.reading.packed import read_packed, read_tar
from app.reading.parser import read_by_parser
from app.reading.pdf import read_pdf
from app.reading.properties import read_properties
from app.reading.quoted import read_quoted
from app.reading.rtf import read_rtf
from app.reading.slides import read_slides
from app.reading.spreadsheet_xml import read_spreadsheet_xml
from app.reading.spreadsheets import read_workbook
from app.reading.subtitles import read_subtitles
from app.reading.tnef import read_tnef
from app.reading.word import read_word


def read_text(source: Source) -> Document:
    """Return a plain text, decoded."""
    return Document(decode_text(source.data))


def refuse_locked(_: Source) -> Document:
    """Raise Unreadable for a file that needs a password."""
    raise Unreadable("it is encrypted")


_READERS: Mapping[str, Callable[[Source], Document]] = {
    "csv": read_delimited,
    "doc": read_old_word,
    "docx": read_word,
    "eml": read_mail,
    "epub": read_book,
    "fod": read_flat_open_document,
    "html": read_html,
    "ics": read_calendar,
    "image": read_image,
    "ipynb": read_notebook,
    "json": read_json,
    "jsonl": read_json_lines,
    "locked": refuse_locked,
    "marked": read_marked,
    "mbox": read_mailbox,
    "msg": read_outlook,
    "odp": read_open_document,
    "ods": read_open_document,
    "odt": read_open_document,
    "packed": read_packed,
    "pdf": read_pdf,
    "ppt": read_old_slides,
    "pptx": read_slides,
    "properties": read_properties,
    "quoted": read_quoted,
    "rtf": read_rtf,
    "subtitles": read_subtitles,
    "tar": read_tar,
    "text": read_text,
    "tnef": read_tnef,
    "vcf": read_contacts,
    "xls": read_old_workbook,
    "xlsx": read_workbook,
    "xml": read_xml,
    "xmlss": read_spreadsheet_xml,
    "zip": read_archive,
}

_OFFICE = frozenset({"docx", "pptx", "xlsx"})
# Office files are ZIP archives: a part of one may be damaged although its list is whole.
_BROKEN_PACKAGE = (zipfile.BadZipFile, zlib.error, NotImplementedError, UnicodeDecodeError)


def read(source: Source) -> Document:
    """Return the text of a file of any kind, cleaned; Unreadable says why there is none."""
    try:
        document = _read(source)
    except _BROKEN_PACKAGE as error:
        raise Unreadable("it is a damaged archive, or a file that is packed as one") from error
    cleaned = replace(
        document, text=clean_text(document.text).strip("\n"), pages=tuple(map(clean_text, document.pages))
    )
    if is_garbled(cleaned.whole_text):
        raise Unreadable(GARBLED)
    return cleaned


def _read(source: Source) -> Document:
    kind = find_kind(source.suffix, source.data)
    if kind == "unknown":
        raise Unreadable("files of this kind cannot be read")
    if is_packed(source.data):
        refuse_bomb(source)
    if kind in _OFFICE:
        source = replace(source, data=transitional(source.data))
    return _READERS.get(kind, read_by_parser)(source)
