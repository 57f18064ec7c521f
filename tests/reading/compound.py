"""Compound files, the packages of old Word and Outlook, as the tests make them ([MS-CFB])."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

_SECTOR, _SMALL, _CUTOFF = 512, 64, 4096
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    children: list[int] = field(default_factory=list)
    right: int = _FREE
    start: int = _END


def make_compound(files: Mapping[str, bytes]) -> bytes:
    """Return a compound file with these streams; a slash in a name puts it into a folder."""
    entries = _entries(files)
    small_table: list[int] = []
    small = bytearray()
    table: list[int] = []
    sectors = bytearray()

    def put(data: bytes) -> int:
        return _put(data, sectors, table, _SECTOR)

    for entry in entries[1:]:
        if entry.kind == _STREAM and entry.data:
            is_small = len(entry.data) < _CUTOFF
            entry.start = _put(entry.data, small, small_table, _SMALL) if is_small else put(entry.data)
    if small:
        entries[0].data, entries[0].start = bytes(small), put(bytes(small))
    small_sectors = -(-len(small_table) * 4 // _SECTOR)
    small_start = put(struct.pack(f"<{len(small_table)}I", *small_table)) if small_table else _END
    directory = put(b"".join(map(_packed, entries)))
    fat_sectors = 1
    while (len(table) + fat_sectors) * 4 > fat_sectors * _SECTOR:
        fat_sectors += 1
    fat_places = list(range(len(table), len(table) + fat_sectors))
    fat = [*table, *[_FAT] * fat_sectors]
    fat += [_FREE] * (fat_sectors * _SECTOR // 4 - len(fat))
    head = struct.pack(
        "<8s16x5H6x9I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, fat_sectors, directory, 0, _CUTOFF, small_start, small_sectors, _END, 0,
    )  # fmt: skip
    places = fat_places + [_FREE] * (109 - len(fat_places))
    return head + struct.pack("<109I", *places) + bytes(sectors) + struct.pack(f"<{len(fat)}I", *fat)


def _entries(files: Mapping[str, bytes]) -> list[_Entry]:
    entries = [_Entry("Root Entry", _ROOT)]
    folders = {"": 0}
    for path, data in files.items():
        folder = ""
        for part in path.split("/")[:-1]:
            inner = f"{folder}/{part}".strip("/")
            if inner not in folders:
                folders[inner] = len(entries)
                entries[folders[folder]].children.append(len(entries))
                entries.append(_Entry(part, _STORAGE))
            folder = inner
        entries[folders[folder]].children.append(len(entries))
        entries.append(_Entry(path.rpartition("/")[2], _STREAM, data))
    for entry in entries:
        entry.children.sort(key=lambda number: (len(entries[number].name), entries[number].name.upper()))
        for number, following in zip(entry.children, entry.children[1:], strict=False):
            entries[number].right = following
    return entries


def _put(data: bytes, sectors: bytearray, table: list[int], size: int) -> int:
    start, count = len(table), -(-len(data) // size)
    sectors += data.ljust(count * size, b"\0")
    table += [*range(start + 1, start + count), _END]
    return start


def _packed(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le")
    child = entry.children[0] if entry.children else _FREE
    return struct.pack(
        "<64sHBBIII36xIQ", name, len(name) + 2, entry.kind, 1, _FREE, entry.right, child, entry.start, len(entry.data)
    )  # fmt: skip
