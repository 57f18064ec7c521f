"""Finds citation markers as text flows, and numbers those that name a snippet as footnotes: 1, 2, 3 by first citation.

The others are taken out. Pure.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.answering.marker_forms import CONTEXT, MARKER, UNDECIDED, is_certain, numbers_of
from app.core.answers import MarkerStyle

# Where code begins or ends, and where a paragraph does.
_BORDERS = re.compile(r"```|`|\n\n")
# More than this is never held back.
_LONGEST_UNDECIDED = 400


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker in the delivered text: its footnote's number, the snippet's, and the code points from `[` to behind `]`."""

    n: int
    chunk: int
    start: int
    end: int


class MarkerScanner:
    """Reads one choice's text in pieces of any size; what it returns, joined, is the text to deliver."""

    def __init__(self, known: Iterable[int], style: MarkerStyle = "footnotes") -> None:
        self._known = frozenset(known)
        self._style = style
        self._footnotes: dict[int, int] = {}
        self._held = ""
        self._before = ""
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
        """Return the text that is now decided; what may become a marker is held back."""
        self._held += piece
        undecided = UNDECIDED.search(self._held, max(0, len(self._held) - _LONGEST_UNDECIDED))
        border = undecided.start() if undecided else len(self._held)
        decided, self._held = self._held[:border], self._held[border:]
        return self._deliver(decided)

    def finish(self) -> str:
        """Return what was held back, now that the text has ended."""
        decided, self._held = self._held, ""
        return self._deliver(decided)

    def _deliver(self, text: str) -> str:
        out = "".join(self._checked(text))
        self._delivered.append(out)
        return out

    def _checked(self, text: str) -> Iterator[str]:
        """Yield the text part by part: prose is searched for markers, code is left as it is."""
        start = len(self._before)
        text = self._before + text
        self._before = text[-CONTEXT:]
        for border in _BORDERS.finditer(text, start):
            yield from self._part(text, start, border.start())
            yield self._count(border[0])
            self._pass_border(border[0])
            start = border.end()
        yield from self._part(text, start, len(text))

    def _pass_border(self, border: str) -> None:
        """Begin or end code. A lone backtick opens no code beyond its paragraph."""
        if border == "\n\n":
            self._code_fence = "" if self._code_fence == "`" else self._code_fence
        elif not self._code_fence:
            self._code_fence = border
        elif self._code_fence == border:
            self._code_fence = ""

    def _part(self, text: str, start: int, end: int) -> Iterator[str]:
        if self._code_fence:
            yield self._count(text[start:end])
            return
        for found in MARKER.finditer(text, start, end):
            numbers = self._meant(found)
            if not numbers:
                continue
            supported = [number for number in numbers if number in self._known]
            self.removed += len(numbers) - len(supported)
            before = text[start : found.start()] + (found["space"] or "")
            yield self._count(before if supported else before.rstrip(" \t"))
            yield from self._written(supported)
            start = found.end()
        yield self._count(text[start:end])

    def _meant(self, found: re.Match[str]) -> list[int]:
        """Return the numbers of a marker, none where it may be something else."""
        numbers = numbers_of(found)
        if found["round"] is None:
            return numbers
        is_marker = is_certain(found, before=found.string[: found.start()])
        return numbers if is_marker and self._known.issuperset(numbers) else []

    def _written(self, supported: list[int]) -> Iterator[str]:
        """Yield the markers as footnotes, and note where they stand."""
        for chunk in supported:
            n, marker = self._numbered(chunk)
            self.markers.append(Marker(n, chunk, self._length, self._length + len(marker)))
            yield self._count(marker)

    def _numbered(self, chunk: int) -> tuple[int, str]:
        """Return a snippet's number as the text has it, and the marker with it."""
        if self._style == "documents":
            return chunk, f"[doc{chunk}]"
        n = self._footnotes.setdefault(chunk, len(self._footnotes) + 1)
        return n, f"[{n}]"

    def _count(self, text: str) -> str:
        self._length += len(text)
        return text


def without_markers(text: str) -> str:
    """Return an earlier answer as the model shall read it: its numbers named the sources of another search."""
    scanner = MarkerScanner(())
    return scanner.feed(text) + scanner.finish()
