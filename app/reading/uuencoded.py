"""Files that old mail programs write into the text of a message, between ``begin 644 name`` and ``end``. Pure."""

import binascii
import re
from collections.abc import Sequence
from contextlib import suppress

# A line holds 45 bytes at most; its first sign says how many.
_FILE = re.compile(
    r"^begin [0-7]{3,4} (?P<name>[^\n]*\S)[ \t]*\n(?P<lines>(?:[ -`]{0,90}\n)*?)(?:[` ]?[ \t]*\n)?end[ \t]*$\n?",
    re.MULTILINE,
)


def take_files(text: str) -> tuple[str, Sequence[tuple[str, bytes]]]:
    """Return a text without the files in it, and their names and bytes. What cannot be decoded stays."""
    files: list[tuple[str, bytes]] = []

    def take(found: re.Match[str]) -> str:
        with suppress(binascii.Error):
            files.append((found["name"], b"".join(map(_decoded, found["lines"].splitlines()))))
            return ""
        return found[0]

    return _FILE.sub(take, text).strip() if "\nbegin " in f"\n{text}" else text, files


def _decoded(line: str) -> bytes:
    """Return the bytes of a line. Some programs write more signs at its end than it needs."""
    needed = (((ord(line[0]) - 32) & 63) * 4 + 5) // 3 if line else 0
    return binascii.a2b_uu(line[:needed]) if line else b""
