"""ZIP archives: each document inside becomes text under its own name."""

import io
import zipfile

from app.reading.document import Document, Parts, Source, Unreadable
from app.reading.encodings import decode, is_latin

NO_DOCUMENTS = "the archive holds no documents"
_NOT_DOCUMENTS = ("__MACOSX/", ".DS_Store", "Thumbs.db")
_ENCRYPTED, _IS_UTF8 = 0x1, 0x800
MOST_ENTRIES = 10_000
_HIGHEST_RATIO = 200
_SMALL_BYTES = 1024**2


def read_archive(source: Source) -> Document:
    """Return the texts of all documents in the archive. What cannot be read is named in the warnings."""
    if source.level >= source.budget.depth:
        raise Unreadable("archives in it are nested too deeply")
    try:
        archive = zipfile.ZipFile(io.BytesIO(source.data))
        entries = [entry for entry in archive.infolist() if _is_file(entry)]
    except (zipfile.BadZipFile, ValueError) as error:
        raise Unreadable("it is a damaged archive") from error
    parts = Parts()
    for entry in entries:
        name = _name_of(entry)
        if entry.flag_bits & _ENCRYPTED:
            parts.warnings.append(f"{name!r} inside could not be read: it is encrypted")
            continue
        source.budget.spend(entry.file_size)
        try:
            data = archive.read(entry)
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError):
            parts.warnings.append(f"{name!r} inside could not be read: it is damaged")
            continue
        parts.add(source.inside(name, data))
    if not parts.texts:
        raise Unreadable("; ".join(parts.warnings[:5]) or NO_DOCUMENTS)
    return Document("\n\n".join(parts.texts), warnings=tuple(parts.warnings))


def _name_of(entry: zipfile.ZipInfo) -> str:
    """Return the name of a file. Python takes what is not marked as UTF-8 for DOS's Latin letters, whatever the country was."""
    if entry.flag_bits & _IS_UTF8 or entry.filename.isascii():
        return entry.filename
    foreign = [letter for letter in entry.filename if not letter.isascii()]
    if all(letter.isalpha() and is_latin(letter) for letter in foreign) and is_latin(entry.filename):
        return entry.filename
    try:
        return decode(entry.filename.encode("cp437"))
    except UnicodeEncodeError:
        return entry.filename


def is_packed(data: bytes) -> bool:
    """Whether a file is a ZIP archive, as office files are, too."""
    return data.startswith(b"PK\x03\x04")


def refuse_bomb(source: Source) -> None:
    """Unreadable when a ZIP archive unpacks to more than a document may hold."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(source.data)).infolist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise Unreadable("it is a damaged archive") from error
    inflated = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if len(entries) > MOST_ENTRIES:
        raise Unreadable("it unpacks to more than a document may hold")
    refuse_ratio(inflated, packed=packed, most=source.budget.inflated_bytes)


def refuse_ratio(inflated: int, *, packed: int, most: int) -> None:
    """Unreadable when a file unpacks to more bytes than it may, in all or for its size."""
    if inflated > most:
        raise Unreadable("it unpacks to more than a document may hold")
    if inflated > _SMALL_BYTES and inflated / packed > _HIGHEST_RATIO:
        raise Unreadable("it unpacks to more than two hundred times its size")


def is_document(name: str) -> bool:
    """Whether a file in an archive is one that people put there, by its path."""
    return not any(part in name for part in _NOT_DOCUMENTS)


def _is_file(entry: zipfile.ZipInfo) -> bool:
    return not entry.is_dir() and is_document(entry.filename)
