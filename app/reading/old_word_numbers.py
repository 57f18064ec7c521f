"""The numbers that Word writes before paragraphs, as a DOC file defines them ([MS-DOC] 2.4.6.3)."""

import struct
from collections.abc import Mapping
from dataclasses import replace

from app.reading.list_numbers import BULLET, LEVELS, Counts, Level
from app.reading.word_binary import Format, WordFile

_STYLES, _LISTS, _USES = 1, 73, 74
_LIST_BYTES, _USE_BYTES, _LEVEL_BYTES = 28, 16, 28
_LEVEL, _USE = 0x260A, 0x460B
_KINDS = {
    0: "decimal",
    1: "upperRoman",
    2: "lowerRoman",
    3: "upperLetter",
    4: "lowerLetter",
    5: "ordinal",
    22: "decimalZero",
    23: BULLET,
    58: "russianLower",
    59: "russianUpper",
    255: "none",
}
_PARAGRAPH_STYLE, _NO_STYLE = 1, 0xFFF
_LONGEST_CHAIN = 20

Levels = dict[int, Level]


class OldListNumbers:
    """Counts a document's numbered paragraphs in order. Lists that are broken number nothing."""

    def __init__(self, word: WordFile) -> None:
        self._counts = Counts()
        self._uses: list[tuple[object, Levels]] = []
        self._styles: list[tuple[int, dict[int, int]]] = []
        try:
            self._uses = _read_uses(word, _read_lists(word))
            self._styles = _read_styles(word.structure(_STYLES))
        except (struct.error, IndexError, ValueError):
            self._uses = []

    def next(self, paragraph: Format) -> str:
        """Return the number of a paragraph, or "" when it has none."""
        found = self._of_style(paragraph.style) | paragraph.properties
        use = found.get(_USE, 0)
        if not 1 <= use <= len(self._uses):
            return ""
        name, levels = self._uses[use - 1]
        return self._counts.next(name, found.get(_LEVEL, 0), levels)

    def _of_style(self, style: int) -> dict[int, int]:
        """Return what a style says, and those that it is based on."""
        found: dict[int, int] = {}
        for _ in range(_LONGEST_CHAIN):
            if style >= len(self._styles):
                break
            style, own = self._styles[style]
            found = own | found
        return found


def _read_lists(word: WordFile) -> dict[int, Levels]:
    """Return the levels of each list by its number. They stand behind the table of lists."""
    data = word.structure(_LISTS, with_rest=True)
    if not data:
        return {}
    (count,) = struct.unpack_from("<H", data)
    place = 2 + count * _LIST_BYTES
    lists = {}
    for number in range(count):
        at = 2 + number * _LIST_BYTES
        (name,) = struct.unpack_from("<i", data, at)
        levels: Levels = {}
        for level in range(1 if data[at + 26] & 1 else LEVELS):
            levels[level], place = _read_level(data, place)
        lists[name] = levels
    return lists


def _read_level(data: bytes, place: int) -> tuple[Level, int]:
    """Return a level, and where the next one begins."""
    start, kind, flags = struct.unpack_from("<iBB", data, place)
    numbers_at = {at - 1 for at in data[place + 6 : place + 15] if at}
    text_at = place + _LEVEL_BYTES + data[place + 24] + data[place + 25]
    (length,) = struct.unpack_from("<H", data, text_at)
    end = text_at + 2 + 2 * length
    letters = struct.unpack_from(f"<{length}H", data, text_at + 2)
    pattern = "".join(
        f"%{letter + 1}" if number in numbers_at else chr(letter) for number, letter in enumerate(letters)
    )
    return Level(_KINDS.get(kind, "decimal"), pattern, start, is_legal=bool(flags & 4)), end


def _read_uses(word: WordFile, lists: Mapping[int, Levels]) -> list[tuple[object, Levels]]:
    """Return, for each number that paragraphs name, what it counts with and its levels."""
    data = word.structure(_USES)
    if not data:
        return []
    (count,) = struct.unpack_from("<I", data)
    place = 4 + count * _USE_BYTES
    uses: list[tuple[object, Levels]] = []
    for number in range(min(count, len(data) // _USE_BYTES)):
        at = 4 + number * _USE_BYTES
        (name,) = struct.unpack_from("<i", data, at)
        levels = dict(lists.get(name, {}))
        place += 4
        changes = data[at + 12]
        for _ in range(changes):
            place = _change(levels, data, place)
        # A list that starts again counts for itself.
        uses.append((f"own {number}" if changes else name, levels))
    return uses


def _change(levels: Levels, data: bytes, place: int) -> int:
    """Change a level as one use of the list does; return where the next change begins."""
    start, flags = struct.unpack_from("<iI", data, place)
    level, place = flags & 0xF, place + 8
    if flags & 0x20:
        levels[level], place = _read_level(data, place)
    elif flags & 0x10 and level in levels:
        levels[level] = replace(levels[level], start=start)
    return place


def _read_styles(data: bytes) -> list[tuple[int, dict[int, int]]]:
    """Return the style that each one is based on, and what it says of lists."""
    if not data:
        return []
    head, count, base_bytes = struct.unpack_from("<3H", data)
    place = 2 + head
    styles: list[tuple[int, dict[int, int]]] = []
    for _ in range(count):
        (size,) = struct.unpack_from("<H", data, place)
        styles.append(_read_style(data[place + 2 : place + 2 + size], base_bytes))
        place += 2 + size
    return styles


def _read_style(style: bytes, base_bytes: int) -> tuple[int, dict[int, int]]:
    if not style:
        return _NO_STYLE, {}
    (kind_and_base,) = struct.unpack_from("<H", style, 2)
    kind, base = kind_and_base & 0xF, kind_and_base >> 4
    (name_length,) = struct.unpack_from("<H", style, base_bytes)
    at = base_bytes + 2 + 2 * name_length + 2
    if kind != _PARAGRAPH_STYLE or at + 4 > len(style):
        return base, {}
    (size,) = struct.unpack_from("<H", style, at)
    found = Format.of_paragraph(style[at + 2 : at + 2 + size]).properties
    return base, {code: found[code] for code in (_USE, _LEVEL) if code in found}
