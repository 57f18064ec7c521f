"""Calendars (iCalendar): each entry a paragraph of what a person is shown of it."""

import re
from collections.abc import Iterator
from datetime import datetime

from app.reading.document import Document, Source
from app.reading.encodings import decode_text

_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"([A-Z-]+)((?:;[^:\"]*(?:\"[^\"]*\"[^:\"]*)*)?):(.*)")
_NAME = re.compile(r";CN=\"?([^;\":]+)")
_ZONE = re.compile(r";TZID=\"?([^;\":]+)")
_SHOWN = {
    "SUMMARY": "Title", "DTSTART": "Start", "DTEND": "End", "DUE": "Due", "RRULE": "Repeats", "LOCATION": "Place",
    "ORGANIZER": "Organiser", "ATTENDEE": "Attendee", "DESCRIPTION": "Description", "STATUS": "Status",
}  # fmt: skip
_ENTRIES = ("VEVENT", "VTODO", "VJOURNAL")


def read_calendar(source: Source) -> Document:
    """Return the entries of a calendar in their order. A file without entries is read as text."""
    text = decode_text(source.data)
    return Document("\n\n".join(_entries(unfolded(text))) or text)


def unfolded(text: str) -> list[str]:
    """Return the lines of a calendar, or of contacts, each of them whole."""
    return _FOLD.sub("", text).splitlines()


def unescaped(value: str) -> str:
    """Return a value with its commas, semicolons and line ends."""
    return re.sub(r"\\([nN,;\\])", lambda sign: "\n" if sign[1] in "nN" else sign[1], value)


def _entries(lines: list[str]) -> Iterator[str]:
    shown: list[str] = []
    inside: list[str] = []
    for line in lines:
        found = _LINE.match(line)
        if found is None:
            continue
        name, parameters, value = found.groups()
        if name == "BEGIN":
            inside.append(value)
        elif name == "END":
            if value in _ENTRIES and shown:
                yield "\n".join(shown)
                shown = []
            inside = inside[:-1]
        elif inside and inside[-1] in _ENTRIES and name in _SHOWN:
            shown.append(f"{_SHOWN[name]}: {_value(name, parameters, value)}")


def _value(name: str, parameters: str, value: str) -> str:
    if name in ("ORGANIZER", "ATTENDEE"):
        person = _NAME.search(parameters)
        address = value.split(":", 1)[-1]
        return f"{person[1]} <{address}>" if person else address
    if name in ("DTSTART", "DTEND", "DUE"):
        zone = _ZONE.search(parameters)
        return f"{_moment(value)} ({zone[1]})" if zone else _moment(value)
    return unescaped(value)


def _moment(value: str) -> str:
    """Return a date or time in ISO 8601; ``UTC`` behind one that is in it."""
    for pattern, shown in (
        ("%Y%m%dT%H%M%SZ", "%Y-%m-%d %H:%M UTC"),
        ("%Y%m%dT%H%M%S", "%Y-%m-%d %H:%M"),
        ("%Y%m%d", "%Y-%m-%d"),
    ):
        try:
            return datetime.strptime(value, pattern).strftime(shown)  # noqa: DTZ007 - calendars have local times
        except ValueError:
            continue
    return value
