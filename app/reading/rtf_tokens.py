"""The tokens of an RTF file: groups, control words with their numbers, and texts decoded by the font they are set in. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]+)(?P<number>-?\d+)? ?|\\'(?P<byte>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z'])"
    r"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n\0]+)",
    re.DOTALL,
)
# The character sets of fonts.
_CHARACTER_SETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_CODE_PAGES = {65001: "utf-8", 10000: "mac_roman", 936: "gb18030"}
_SIGNS = {"~": " ", "_": "-", "-": "", "\r": "\n", "\n": "\n"}
_WORDS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "emspace": " ", "enspace": " ", "qmspace": " ", "zwj": "\u200d", "zwnj": "\u200c",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """``{`` and ``}`` open and close a group, ``*`` marks one that may be skipped; a word has a number, a text is a text."""

    kind: Literal["{", "}", "*", "word", "text"]
    text: str = ""
    number: int | None = None


@dataclass(slots=True)
class _Font:
    """How the bytes of a group are decoded, and how many of them repeat a character that is given by its code."""

    encoding: str
    repeats: int = 1


def read_tokens(data: bytes) -> Iterator[Token]:
    """Yield the tokens of a file in order."""
    yield from _Reader(data.decode("latin-1")).tokens()


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._encoding = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font_number = 0
        self._groups = [_Font(self._encoding)]
        self._bytes = bytearray()
        self._code_units: list[int] = []
        self._skipped = 0

    def tokens(self) -> Iterator[Token]:
        place = 0
        while place < len(self._source):
            found = _TOKEN.match(self._source, place)
            if found is None:
                place += 1
                continue
            place = found.end()
            if found["word"] == "bin":
                place += max(0, int(found["number"] or 0))
            yield from self._token(found)
        yield from self._flush()

    def _token(self, found: re.Match[str]) -> Iterator[Token]:
        if found["text"] is not None or found["byte"] is not None:
            yield from self._add_bytes(found["text"], found["byte"])
        elif found["word"] is not None:
            yield from self._word(found["word"], int(found["number"]) if found["number"] else None)
        elif found["brace"] is not None:
            yield from self._flush()
            self._skipped = 0
            self._groups.append(replace(self._groups[-1])) if found["brace"] == "{" else self._close()
            yield Token("{" if found["brace"] == "{" else "}")
        elif found["sign"] == "*":
            yield Token("*")
        elif found["sign"] in _SIGNS:
            yield from self._flush()
            yield Token("text", _SIGNS[found["sign"]])
        else:
            yield from self._add_bytes(found["sign"], None)

    def _close(self) -> None:
        if len(self._groups) > 1:
            self._groups.pop()

    def _add_bytes(self, text: str | None, byte: str | None) -> Iterator[Token]:
        """Keep bytes until the end of their run: one character may have several."""
        data = bytes([int(byte, 16)]) if byte else (text or "").encode("latin-1")
        skipped = min(self._skipped, len(data))
        self._skipped -= skipped
        if data[skipped:]:
            yield from self._flush_code_units()
            self._bytes += data[skipped:]

    def _word(self, word: str, number: int | None) -> Iterator[Token]:
        if word == "u":
            yield from self._flush_bytes()
            self._code_units.append((number or 0) % 0x10000)
            self._skipped = self._groups[-1].repeats
            return
        yield from self._flush()
        self._skipped = 0
        self._note_encoding(word, number or 0)
        if word == "uc":
            self._groups[-1].repeats = max(0, number or 0)
        elif word in _WORDS:
            yield Token("text", _WORDS[word])
        else:
            yield Token("word", word, number)

    def _note_encoding(self, word: str, number: int) -> None:
        if word == "ansicpg":
            self._encoding = _CODE_PAGES.get(number, f"cp{number}")
            self._groups[-1].encoding = self._encoding
        elif word in ("mac", "pc", "pca"):
            self._encoding = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}[word]
        elif word == "f":
            self._font_number = number
            self._groups[-1].encoding = self._fonts.get(number, self._encoding)
        elif word == "fcharset":
            self._fonts.setdefault(self._font_number, _CHARACTER_SETS.get(number, self._encoding))
        elif word == "plain":
            self._groups[-1].encoding = self._encoding

    def _flush(self) -> Iterator[Token]:
        yield from self._flush_bytes()
        yield from self._flush_code_units()

    def _flush_bytes(self) -> Iterator[Token]:
        if self._bytes:
            data = bytes(self._bytes)
            self._bytes.clear()
            try:
                yield Token("text", data.decode(self._groups[-1].encoding, "replace"))
            except LookupError:
                yield Token("text", data.decode("cp1252", "replace"))

    def _flush_code_units(self) -> Iterator[Token]:
        if self._code_units:
            units = b"".join(unit.to_bytes(2, "little") for unit in self._code_units)
            self._code_units.clear()
            yield Token("text", units.decode("utf-16-le", "replace"))
