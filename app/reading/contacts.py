"""Contacts (vCard): each a paragraph of what a person is shown of it, without its pictures."""

import quopri
import re
from collections.abc import Iterable, Iterator

from app.reading.calendars import unescaped, unfolded
from app.reading.document import Document, Source
from app.reading.encodings import decode, decode_text

_LINE = re.compile(r"(?:[\w-]+\.)?([A-Za-z-]+)((?:;[^:\"]*(?:\"[^\"]*\"[^:\"]*)*)?):(.*)")
_SHOWN = {
    "FN": "Name", "NICKNAME": "Nickname", "ORG": "Organisation", "TITLE": "Position", "ROLE": "Role", "TEL": "Telephone",
    "EMAIL": "E-mail", "ADR": "Address", "URL": "Website", "BDAY": "Birthday", "CATEGORIES": "Categories", "NOTE": "Note",
}  # fmt: skip
# What says of a number or an address what it is for.
_USES = ("home", "work", "cell", "fax", "pager", "main")
_QUOTED = re.compile(r"encoding=quoted-printable|;quoted-printable", re.IGNORECASE)
_CHARSET = re.compile(r"charset=([\w.:-]+)", re.IGNORECASE)
_PARTS = re.compile(r"(?<!\\);")


def read_contacts(source: Source) -> Document:
    """Return the contacts of a file in their order. A file without contacts is read as text."""
    text = decode_text(source.data)
    return Document("\n\n".join(_contacts(_whole(unfolded(text)))) or text)


def _whole(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines, joined where a value that is quoted printable goes on in the next: it ends in "=" then."""
    held: list[str] = []
    for line in lines:
        is_quoted = bool(held) or _QUOTED.search(line.partition(":")[0]) is not None
        if is_quoted and line.endswith("="):
            held.append(line[:-1])
        else:
            yield "".join((*held, line))
            held = []
    if held:
        yield "".join(held)


def _contacts(lines: Iterable[str]) -> Iterator[str]:
    shown: list[str] = []
    for line in lines:
        found = _LINE.match(line)
        name = found[1].upper() if found else ""
        if found and name in _SHOWN and (value := _value(found[2], found[3])):
            uses = ", ".join(use for use in _USES if use in re.split("[;=,]", found[2].lower()))
            shown.append(f"{_SHOWN[name]} ({uses}): {value}" if uses else f"{_SHOWN[name]}: {value}")
        elif name == "END" and shown:
            yield "\n".join(shown)
            shown = []


def _value(parameters: str, value: str) -> str:
    if _QUOTED.search(parameters):
        charset = _CHARSET.search(parameters)
        value = decode(quopri.decodestring(value.encode()), declared=charset[1] if charset else None)
    parts = (" ".join(unescaped(part).split()) for part in _PARTS.split(value))
    return ", ".join(filter(None, parts))
