"""Finds `[n]` markers as text flows, lets through those that name a snippet, and takes out the others. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# A marker: [1], [1, 2], [1][2] one by one; not a link's text [1](…) nor a footnote definition [1]:.
_MARKER = re.compile(r"\[(\d{1,3}(?:\s?,\s?\d{1,3}){0,9})\](?![(:])")
# What may still become a marker, with the space before it, which goes with a marker that is taken out.
_UNDECIDED = re.compile(r"[ \t]*\[(?:\d[\d\s,]{0,48})?(?:\])?$|[ \t]+$")
_CODE = re.compile(r"```|`")


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker in the delivered text: the snippet's number and the code points from `[` to behind `]`."""

    n: int
    start: int
    end: int


class MarkerScanner:
    """Reads one choice's text in pieces of any size; what it returns, joined, is the text to deliver."""

    def __init__(self, known: Iterable[int]) -> None:
        self._known = frozenset(known)
        self._held = ""
        self._delivered: list[str] = []
        self._length = 0
        self._code_fence = ""
        self.markers: list[Marker] = []
        self.removed = 0

    @property
    def text(self) -> str:
        """All that was delivered."""
        return "".join(self._delivered)

    def feed(self, piece: str) -> str:
        """Return the text that is now decided; an open bracket at its end is held back."""
        self._held += piece
        undecided = _UNDECIDED.search(self._held)
        border = undecided.start() if undecided else len(self._held)
        decided, self._held = self._held[:border], self._held[border:]
        return self._deliver(decided)

    def finish(self) -> str:
        """Return what was held back, decided as it stands."""
        decided, self._held = self._held, ""
        return self._deliver(decided)

    def _deliver(self, text: str) -> str:
        out = "".join(self._checked(text))
        self._delivered.append(out)
        return out

    def _checked(self, text: str) -> Iterator[str]:
        """Yield the text part by part: prose is searched for markers, code is left as it is."""
        start = 0
        for tick in _CODE.finditer(text):
            yield from self._part(text[start : tick.start()])
            yield self._count(tick[0])
            self._toggle_code(tick[0])
            start = tick.end()
        yield from self._part(text[start:])

    def _toggle_code(self, fence: str) -> None:
        if not self._code_fence:
            self._code_fence = fence
        elif self._code_fence == fence:
            self._code_fence = ""

    def _part(self, text: str) -> Iterator[str]:
        if self._code_fence == "`" and "\n\n" in text:
            self._code_fence = ""  # a lone backtick opens no code beyond its paragraph
        if self._code_fence:
            yield self._count(text)
            return
        start = 0
        for found in _MARKER.finditer(text):
            before = text[start : found.start()]
            written = self._supported(found)
            yield self._count(before if written else before.rstrip(" \t"))
            for number in written:
                marker = f"[{number}]"
                self.markers.append(Marker(number, self._length, self._length + len(marker)))
                yield self._count(marker)
            start = found.end()
        yield self._count(text[start:])

    def _supported(self, found: re.Match[str]) -> list[int]:
        numbers = [int(number) for number in found[1].split(",")]
        supported = [number for number in numbers if number in self._known]
        self.removed += len(numbers) - len(supported)
        return supported

    def _count(self, text: str) -> str:
        self._length += len(text)
        return text
