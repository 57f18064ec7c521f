"""Files packed by gzip, bzip2 or xz, and tar archives: each document inside becomes text under its own name."""

import bz2
import gzip
import io
import lzma
import tarfile
import zlib

from app.reading.archives import MOST_ENTRIES, NO_DOCUMENTS, is_document, refuse_ratio
from app.reading.document import Document, Parts, Source, Unreadable
from app.reading.kinds import is_tar

_DAMAGED = (OSError, EOFError, zlib.error, lzma.LZMAError, tarfile.TarError)
_PACKED_SUFFIXES = (".gz", ".bz2", ".xz")


def read_packed(source: Source) -> Document:
    """Return the text of a file that is packed alone, or of all documents in the tar archive that it is."""
    data = _unpacked(source)
    if is_tar(data):
        return _read_tar(source, data)
    _refuse_depth(source)
    source.budget.spend(len(data))
    return source.read_inner(source.inside(_name_inside(source.name), data))


def read_tar(source: Source) -> Document:
    """Return the texts of all documents in the archive. What cannot be read is named in the warnings."""
    return _read_tar(source, source.data)


def _read_tar(source: Source, data: bytes) -> Document:
    _refuse_depth(source)
    parts = Parts()
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for number, entry in enumerate(archive):
                if number >= MOST_ENTRIES:
                    raise Unreadable("it unpacks to more than a document may hold")
                if entry.isreg() and is_document(entry.name):
                    source.budget.spend(entry.size)
                    file = archive.extractfile(entry)
                    assert file is not None, "a regular file has bytes"
                    parts.add(source.inside(entry.name, file.read()))
    except _DAMAGED as error:
        raise Unreadable("it is a damaged archive") from error
    if not parts.texts:
        raise Unreadable("; ".join(parts.warnings[:5]) or NO_DOCUMENTS)
    return Document("\n\n".join(parts.texts), warnings=tuple(parts.warnings))


def _unpacked(source: Source) -> bytes:
    """Return the bytes of a packed file; Unreadable when there are more than a document may hold."""
    most = source.budget.inflated_bytes
    try:
        with _opened(source.data) as file:
            data = file.read(most + 1)
    except _DAMAGED as error:
        raise Unreadable("it is a damaged archive") from error
    refuse_ratio(len(data), packed=len(source.data), most=most)
    return data


def _opened(data: bytes) -> gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile:
    packed = io.BytesIO(data)
    if data.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=packed)
    return bz2.BZ2File(packed) if data.startswith(b"BZh") else lzma.LZMAFile(packed)


def _refuse_depth(source: Source) -> None:
    if source.level >= source.budget.depth:
        raise Unreadable("archives in it are nested too deeply")


def _name_inside(name: str) -> str:
    """Return what a file was called before it was packed."""
    return next((name[: -len(suffix)] for suffix in _PACKED_SUFFIXES if name.lower().endswith(suffix)), name)
