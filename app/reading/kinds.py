"""Recognises the kind of a file: by its bytes, and by its name if the bytes do not decide. Pure."""

import io
import re
import zipfile
from collections.abc import Sequence
from contextlib import closing

import olefile

from app.reading.encodings import byte_order_mark, unmarked_wide_encoding

# PDF programs look for the mark within this many bytes.
PDF_MARK_WITHIN = 1_024
_HEAD_BYTES = 4_096
_TAR_MARK_AT = 257
# Names that programs give to rows of tabs.
_MAYBE_ROWS = frozenset({"", ".txt", ".xls", ".dat", ".asc", ".prn"})
_TABLE_LINES, _FEWEST_ROWS = 20, 3
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES = (
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"GIF8", "image"),
    (b"BM", "bmp"),
    (b"From ", "mbox"),
    (b"\x1f\x8b\x08", "packed"),
    (b"BZh", "packed"),
    (b"\xfd7zXZ\x00", "packed"),
)
# Signatures of letters alone, which a text may begin with.
_DOUBTFUL = frozenset({"mbox", "bmp", "packed"})
# What follows the mark and the level of compression: pi.
_BZIP_BLOCK = b"1AY&SY"
_OFFICE_FOLDERS = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
OPEN_DOCUMENTS = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "application/epub+zip": "epub",
}
_FLAT_OPEN_DOCUMENT = b'office:mimetype="application/vnd.oasis.opendocument.'
_OLE_STREAMS = (
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
    ("__properties_version1.0", "msg"),
    ("EncryptedPackage", "locked"),
)
# Fonts of books are disguised in the same way, which locks nothing.
_LOCKED_CHAPTER = re.compile(rb"""CipherReference\s[^>]*URI=["'][^"']+html?["']""")
# Suffixes of text whose structure has a reader. Every other text is read as plain text.
_TEXT_KINDS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".htm": "html",
    ".html": "html",
    ".xhtml": "html",
    ".xml": "xml",
    ".json": "json",
    ".geojson": "json",
    ".topojson": "json",
    ".jsonld": "json",
    ".har": "json",
    ".webmanifest": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".ipynb": "ipynb",
    ".eml": "eml",
    ".mbox": "mbox",
    ".mht": "eml",
    ".mhtml": "eml",
    ".svg": "xml",
    ".srt": "subtitles",
    ".vtt": "subtitles",
    ".sbv": "subtitles",
    ".ass": "subtitles",
    ".ssa": "subtitles",
    ".ics": "ics",
    ".vcf": "vcf",
    ".vcard": "vcf",
    ".rst": "marked",
    ".adoc": "marked",
    ".asciidoc": "marked",
    ".org": "marked",
    ".wiki": "marked",
    ".mediawiki": "marked",
    ".properties": "properties",
    ".yaml": "quoted",
    ".yml": "quoted",
    ".toml": "quoted",
    ".jsonc": "quoted",
    ".json5": "quoted",
}
# Programs save web pages and workbooks as mails, too, and give them names of Office's own files.
_MAYBE_MAILS = frozenset({"", ".doc", ".xls"})
_SPREADSHEET_XML = b"urn:schemas-microsoft-com:office:spreadsheet"
_MAIL_HEADERS = (b"received:", b"return-path:", b"delivered-to:", b"mime-version:", b"message-id:")
# Suffixes of formats that the parser library reads by itself.
_NAMED_KINDS = frozenset(
    {
        ".pages",
        ".key",
        ".numbers",
        ".fb2",
        ".docbook",
        ".dbf",
        ".hwp",
        ".hwpx",
        ".pst",
        ".xlsb",
        ".heic",
        ".webp",
    }
)


def find_kind(name_suffix: str, data: bytes) -> str:
    """Return the kind of a file: ``pdf``, ``docx``, ``csv``, …

    It is ``text`` for plain text, ``locked`` for what needs a password, and ``unknown`` for none of ours.
    """
    head = data[:_HEAD_BYTES]
    if (package := _kind_of_package(data)) is not None:
        return package
    if b"%PDF-" in head[:PDF_MARK_WITHIN]:
        return "pdf"
    for signature, kind in _SIGNATURES:
        if head.startswith(signature) and (kind not in _DOUBTFUL or _agrees(kind, head)):
            return "image" if kind == "bmp" else kind
    if name_suffix in _NAMED_KINDS:
        return "other"
    return _kind_of_text(name_suffix, head)


def _kind_of_package(data: bytes) -> str | None:
    """Return the kind of a file that holds others. The first of them may well be a PDF, with its mark near the start."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(data)
    if data.startswith(_OLE):
        return _kind_of_ole(data)
    if data.startswith(b"\x78\x9f\x3e\x22"):
        return "tnef"
    return "tar" if is_tar(data) else None


def is_tar(data: bytes) -> bool:
    """Whether bytes begin with the head of a tar archive's first file."""
    return data[_TAR_MARK_AT : _TAR_MARK_AT + 5] == b"ustar"


def _kind_of_text(suffix: str, head: bytes) -> str:
    is_wide = byte_order_mark(head) is not None or unmarked_wide_encoding(head) is not None
    if b"\x00" in head and not is_wide:
        return "text" if suffix in {".txt", ".md", ".log", *_TEXT_KINDS} else "unknown"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if (office := _kind_of_office_xml(suffix, start)) is not None:
        return office
    if suffix in _TEXT_KINDS:
        return _TEXT_KINDS[suffix]
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    if start.startswith(b"<?xml"):
        return "xml"
    if suffix in _MAYBE_ROWS and _has_tabs(head):
        return "csv"
    if suffix in _MAYBE_MAILS and _has_mail_headers(start):
        return "eml"
    return "text"


def _kind_of_office_xml(suffix: str, start: bytes) -> str | None:
    """Return the kind of an office document that is one file of XML."""
    is_named = suffix in (".fodt", ".fods", ".fodp")
    if start.startswith(b"<") and (is_named or (suffix == ".xml" and _FLAT_OPEN_DOCUMENT in start)):
        return "fod"
    # Web pages that Excel writes name the same schema.
    is_workbook = _SPREADSHEET_XML in start and start.startswith(b"<?xml") and b"<html" not in start
    return "xmlss" if is_workbook and suffix in ("", ".xls", ".xml") else None


def _has_mail_headers(start: bytes) -> bool:
    """Whether a text begins as mails do, or as the pages do that are saved as one."""
    is_page = start.startswith(b"mime-version:") and b"multipart/related" in start
    return is_page or sum(header in start for header in _MAIL_HEADERS) >= 2


def _has_tabs(head: bytes) -> bool:
    """Whether the lines of a text are rows whose cells are divided by tabs."""
    lines = [line for line in head.splitlines()[:_TABLE_LINES] if line.strip()]
    if len(head) >= _HEAD_BYTES:
        lines = lines[:-1]
    tabs = {line.count(b"\t") for line in lines}
    return len(lines) >= _FEWEST_ROWS and len(tabs) == 1 and tabs != {0}


def _agrees(kind: str, head: bytes) -> bool:
    if kind == "mbox":
        lines = head.lower().splitlines()[1:3]
        return any(line.split(b":")[0].replace(b"-", b"").isalpha() and b": " in line for line in lines)
    if kind == "packed" and head.startswith(b"BZh"):
        return head[4:10] == _BZIP_BLOCK
    return kind == "packed" or b"\x00" in head


def _kind_of_zip(data: bytes) -> str:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError):
        return "zip"
    names = archive.namelist()
    if "mimetype" in names:
        if _is_locked(archive, names):
            return "locked"
        declared = archive.read("mimetype")[:100].decode("ascii", "replace").strip()
        return OPEN_DOCUMENTS.get(declared.removesuffix("-template"), "zip")
    if "[Content_Types].xml" in names:
        for folder, kind in _OFFICE_FOLDERS:
            if any(name.startswith(folder) for name in names):
                return "xlsb" if "xl/workbook.bin" in names else kind
    return "zip"


def _is_locked(archive: zipfile.ZipFile, names: Sequence[str]) -> bool:
    """Whether an OpenDocument file needs a password, or the chapters of a book a key."""
    manifest, encryption = "META-INF/manifest.xml", "META-INF/encryption.xml"
    if manifest in names and b"encryption-data" in archive.read(manifest):
        return True
    return encryption in names and _LOCKED_CHAPTER.search(archive.read(encryption)) is not None


def _kind_of_ole(data: bytes) -> str:
    """Return the kind of a compound file by the streams of its root: what is attached to a message has its own."""
    try:
        with closing(olefile.OleFileIO(io.BytesIO(data))) as package:
            return next((kind for stream, kind in _OLE_STREAMS if package.exists(stream)), "doc")
    except (OSError, ValueError, IndexError):
        return "doc"
