"""Settings and data with strings in quotation marks (YAML, TOML, JSON with comments): letters instead of their escapes."""

import re

from app.reading.document import Document, Source
from app.reading.encodings import decode_text

# A string begins where a value may: elsewhere a quotation mark belongs to a text without marks.
_STRING = re.compile(r'(?m)(?:^|[:=,(\[{-])[ \t]*"(?:[^"\\]|\\(?:.|\n))*"')
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}"
    r"|\n[ \t]*(?:\\(?= ))?|\\)"
)
_FIRST_FOREIGN, _LAST = 0xA0, 0x10FFFF


def read_quoted(source: Source) -> Document:
    """Return the text as it is written, with the letters that escapes stand for, and long strings on one line."""
    text = decode_text(source.data).replace("\r\n", "\n")
    return Document(_STRING.sub(lambda found: _ESCAPE.sub(_letter, found[0]), text))


def _letter(escape: re.Match[str]) -> str:
    """Return the letter of an escape. Those of signs that every keyboard has stay, as they may be meant as they are."""
    written = escape[0]
    if written.startswith("\\\n"):
        return ""
    if written == "\\\\":
        return written
    numbers = [int(number[1:], 16) for number in written.split("\\") if number]
    if len(numbers) > 1:
        return chr(0x10000 + ((numbers[0] - 0xD800) << 10) + numbers[1] - 0xDC00)
    return chr(numbers[0]) if _FIRST_FOREIGN <= numbers[0] <= _LAST else written
