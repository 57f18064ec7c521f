"""A string that matches a plain regular expression, built from it: a stranger's pattern is read, never run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LONGEST = 2_000
_DEEPEST = 20
_REPEAT = re.compile(r"\{(\d{1,4})(,(\d{0,4}))?\}")
_CLASSES = {"d": "0123456789", "w": "abcdefghijklmnopqrstuvwxyz0123456789_", "s": " "}
_OTHERS = {"D": "a", "W": "-", "S": "a"}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r"}
_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))


class _Unreadable(ValueError):
    """The pattern holds what we do not follow, or gets too long."""


@dataclass(slots=True)
class _Reader:
    """Reads a pattern from left to right and writes what matches: the first choice, as few repeats as may be.

    `more` repeats are added where there may be; `variant` picks among the characters of a class.
    """

    pattern: str
    more: int
    variant: int
    place: int = 0
    depth: int = 0

    def alternatives(self) -> str:
        """Return a match of the first alternative up to the closing bracket or the end."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _Unreadable
        written = self._sequence()
        while self._next() == "|":
            self.place += 1
            self._sequence()
        self.depth -= 1
        return written

    def _sequence(self) -> str:
        written = ""
        while self._next() not in ("", "|", ")"):
            written += self._repeated(self._atom())
            if len(written) > _LONGEST:
                raise _Unreadable
        return written

    def _atom(self) -> str:
        character = self._take()
        if character in "^$":
            return ""
        if character == "(":
            return self._group()
        if character == "[":
            return self._pick(self._class())
        if character == "\\":
            return self._pick(self._escaped())
        if character in "*+?{":
            raise _Unreadable
        return "a" if character == "." else character

    def _group(self) -> str:
        if self._next() == "?":
            named = re.compile(r"\?(?::|P?<[A-Za-z_]\w*>)").match(self.pattern, self.place)
            if named is None:
                raise _Unreadable  # looks around or changes flags
            self.place = named.end()
        written = self.alternatives()
        if self._take() != ")":
            raise _Unreadable
        return written

    def _repeated(self, atom: str) -> str:
        least, most = self._bounds()
        if self._next() in ("?", "+"):
            self.place += 1
        count = min(least + self.more, most)
        if count * len(atom) > _LONGEST:
            raise _Unreadable
        return atom * count

    def _bounds(self) -> tuple[int, int]:
        character = self._next()
        if character in ("*", "+", "?") and character:
            self.place += 1
            return (1 if character == "+" else 0), (1 if character == "?" else _LONGEST)
        if (found := _REPEAT.match(self.pattern, self.place)) is None:
            return 1, 1
        self.place = found.end()
        least = int(found[1])
        return least, least if found[2] is None else int(found[3] or _LONGEST)

    def _escaped(self) -> str:
        character = self._take()
        if character in ("b", "A", "Z", "z"):
            return ""
        if character in _CLASSES:
            return _CLASSES[character]
        if character.isalnum() and character not in _OTHERS | _CONTROLS.keys():
            raise _Unreadable  # references to groups, properties of Unicode
        return _OTHERS.get(character) or _CONTROLS.get(character) or character

    def _class(self) -> str:
        negated = self._next() == "^"
        self.place += negated
        members = "".join(self._members())
        if negated:
            members = "".join(other for other in "a1-" + _PRINTABLE if other not in members)
        if not members:
            raise _Unreadable
        return members

    def _members(self) -> Iterator[str]:
        first = True
        while (character := self._take()) != "]" or first:
            first = False
            members = self._escaped() if character == "\\" else character
            if len(members) == 1 and self._next() == "-" and self._next(1) not in ("]", ""):
                self.place += 1
                last = self._take()
                last = self._escaped() if last == "\\" else last
                members = "".join(map(chr, range(ord(members), min(ord(last[:1]), ord(members) + 99) + 1)))
            yield members

    def _pick(self, members: str) -> str:
        return members[self.variant % len(members)] if members else ""

    def _next(self, ahead: int = 0) -> str:
        return self.pattern[self.place + ahead : self.place + ahead + 1]

    def _take(self) -> str:
        character = self._next()
        if not character:
            raise _Unreadable
        self.place += 1
        return character


def make_match(pattern: str, *, least: int, most: int, variant: int = 0) -> str | None:
    """Return a string of that length that matches; None when the pattern is beyond us."""
    if len(pattern) > _LONGEST:
        return None
    for more in (0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144):
        reader = _Reader(pattern, more, variant)
        try:
            written = reader.alternatives()
        except _Unreadable:
            return None
        if reader.place == len(pattern) and least <= len(written) <= most:
            return written
    return None
