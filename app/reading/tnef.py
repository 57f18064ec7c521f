"""Outlook's package of a message's text and attachments ([MS-OXTNEF]): what others receive as winmail.dat."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import compressed_rtf

from app.reading.document import Document, Parts, Source, Unreadable
from app.reading.encodings import decode
from app.reading.html import read_html
from app.reading.rtf import read_rtf

MARK = b"\x78\x9f\x3e\x22"
_HEAD_BYTES = 6
# Attributes, with their types.
_BODY, _SUBJECT, _PROPERTIES, _CODE_PAGE = 0x2800C, 0x18004, 0x69003, 0x69007
_FILE_BEGINS, _FILE_DATA, _FILE_NAME, _FILE_PROPERTIES = 0x69002, 0x6800F, 0x18010, 0x69005
_OF_FILES = frozenset({_FILE_DATA, _FILE_NAME, _FILE_PROPERTIES})
# Properties.
_P_BODY, _P_RTF, _P_HTML, _P_SUBJECT = 0x1000, 0x1009, 0x1013, 0x0037
_P_DATA, _P_LONG_NAME, _P_NAME = 0x3701, 0x3707, 0x3001
_TEXT, _WIDE_TEXT, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_FIXED_BYTES = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = frozenset({_TEXT, _WIDE_TEXT, _OBJECT, _BINARY})
_SEVERAL, _FIRST_NAMED = 0x1000, 0x8000
_INTERFACE_BYTES = 16
_BROKEN = (struct.error, ValueError, IndexError, LookupError, OverflowError)


@dataclass(slots=True)
class Package:
    """What a package holds: the message's text, and its files by their names."""

    subject: str = ""
    plain: str = ""
    rtf: bytes = b""
    html: bytes = b""
    files: list[tuple[str, bytes]] = field(default_factory=list)

    def text(self, source: Source) -> str:
        """Return the message's text, from the form of it that says most plainly what it is."""
        if self.plain:
            return self.plain
        if self.html:
            return read_html(source.inside("body.html", self.html)).text.strip()
        return read_rtf(source.inside("body.rtf", self.rtf)).text.strip() if self.rtf else ""


def read_tnef(source: Source) -> Document:
    """Return the message's text; what is attached to it is read like any file, under its own name."""
    package = unpack(source.data)
    parts = Parts()
    for name, data in package.files:
        source.budget.spend(len(data))
        parts.add(source.inside(name, data))
    subject = f"Subject: {package.subject}" if package.subject else ""
    texts = (subject, package.text(source), *parts.texts)
    return Document("\n\n".join(filter(None, texts)), warnings=tuple(parts.warnings))


def unpack(data: bytes) -> Package:
    """Return what a package holds; Unreadable when it is damaged."""
    if not data.startswith(MARK):
        raise Unreadable("it is damaged, or not of the kind that its name says")
    package = Package()
    code_page = "cp1252"
    try:
        for attribute, value in _attributes(data):
            if attribute == _CODE_PAGE:
                code_page = f"cp{struct.unpack_from('<I', value)[0]}"
            _take(package, attribute, value, code_page)
    except _BROKEN as error:
        raise Unreadable("it is damaged, or not of the kind that its name says") from error
    return package


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    place = _HEAD_BYTES
    while place + 9 <= len(data):
        attribute, length = struct.unpack_from("<II", data, place + 1)
        place += 9
        if place + length > len(data):
            raise ValueError("it ends early")
        yield attribute, data[place : place + length]
        # A sum of the bytes follows.
        place += length + 2


def _take(package: Package, attribute: int, value: bytes, code_page: str) -> None:
    if attribute == _SUBJECT:
        package.subject = package.subject or _plain(value, code_page)
    elif attribute == _BODY:
        package.plain = package.plain or _plain(value, code_page)
    elif attribute == _PROPERTIES:
        _take_properties(package, dict(_properties(value)), code_page)
    elif attribute == _FILE_BEGINS:
        package.files.append(("attachment", b""))
    elif attribute in _OF_FILES and package.files:
        package.files[-1] = _file(package.files[-1], attribute, value, code_page)


def _take_properties(package: Package, found: dict[int, tuple[int, bytes]], code_page: str) -> None:
    package.subject = package.subject or _shown(found.get(_P_SUBJECT), code_page)
    package.plain = _shown(found.get(_P_BODY), code_page) or package.plain
    package.html = found.get(_P_HTML, (0, b""))[1]
    if _P_RTF in found:
        package.rtf = compressed_rtf.decompress(found[_P_RTF][1])


def _file(file: tuple[str, bytes], attribute: int, value: bytes, code_page: str) -> tuple[str, bytes]:
    """Return a file with what an attribute adds to it: its name, its bytes, or the name at full length."""
    name, data = file
    if attribute == _FILE_NAME:
        return _plain(value, code_page) or name, data
    if attribute == _FILE_DATA:
        return name, value
    found = dict(_properties(value))
    name = _shown(found.get(_P_LONG_NAME), code_page) or _shown(found.get(_P_NAME), code_page) or name
    if _P_DATA in found and not data:
        data = found[_P_DATA][1]
        if data[_INTERFACE_BYTES:].startswith(MARK):
            return f"{name}.tnef", data[_INTERFACE_BYTES:]
    return name, data


def _properties(data: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Yield the number of each property with its type and its first value."""
    (count,) = struct.unpack_from("<I", data)
    place = 4
    for _ in range(count):
        kind, number = struct.unpack_from("<HH", data, place)
        place += 4
        if number >= _FIRST_NAMED:
            place = _after_name(data, place)
        several, kind = bool(kind & _SEVERAL), kind & ~_SEVERAL
        times = 1
        if several or kind in _VARIABLE:
            (times,) = struct.unpack_from("<I", data, place)
            place += 4
        values = []
        for _ in range(times):
            size = _FIXED_BYTES.get(kind)
            if size is None:
                (size,) = struct.unpack_from("<I", data, place)
                place += 4
            values.append(data[place : place + size])
            place += _padded(size)
            if place > len(data) + 3:
                raise ValueError("it ends early")
        yield number, (kind, values[0] if values else b"")


def _after_name(data: bytes, place: int) -> int:
    """Return where a property goes on behind its name, which is a number or a text."""
    (is_text,) = struct.unpack_from("<I", data, place + 16)
    if not is_text:
        return place + 24
    (length,) = struct.unpack_from("<I", data, place + 20)
    return place + 24 + _padded(int(length))


def _padded(size: int) -> int:
    return (size + 3) & ~3


def _shown(found: tuple[int, bytes] | None, code_page: str) -> str:
    if found is None:
        return ""
    kind, value = found
    return _plain(value, "utf-16-le" if kind == _WIDE_TEXT else code_page)


def _plain(value: bytes, code_page: str) -> str:
    try:
        text = value.decode(code_page, "replace")
    except LookupError:
        text = decode(value)
    return text.strip("\0 \r\n")
