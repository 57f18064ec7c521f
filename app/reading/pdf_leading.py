"""Paragraphs of a PDF page whose lines stand far apart: the parser takes each line for a paragraph. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median

from app.core.text import clean_text, is_unspaced
from app.reading.pdf_headings import key
from app.reading.pdf_layout import Word

_SENTENCE_ENDS = tuple(".!?:;。！？：；")
# Lines of one paragraph are as far apart as most are, up to this share more.
_SAME_LEADING = 1.1
# Of the lines with such a distance, at least two, and this share of them, have to continue on the next line.
_FEWEST, _SHARE = 2, 0.4


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two lines with a blank one between them: where that is, how far apart they stand, whether a sentence goes on."""

    blank: int
    pitch: float
    goes_on: bool


def join_paragraphs(text: str, words: Sequence[Word]) -> str:
    """Return a page's text without the blank lines between lines that stand no further apart than its paragraphs' lines do."""
    lines = text.split("\n")
    pairs = [pair for pair in _pairs(lines, words) if pair.pitch > 0]
    going_on = [pair.pitch for pair in pairs if pair.goes_on]
    if len(going_on) < _FEWEST:
        return text
    widest = _SAME_LEADING * median(going_on)
    near = [pair for pair in pairs if pair.pitch <= widest]
    if sum(pair.goes_on for pair in near) < _SHARE * len(near):
        return text
    dropped = {pair.blank for pair in near}
    return "\n".join(line for number, line in enumerate(lines) if number not in dropped)


def _pairs(lines: Sequence[str], words: Sequence[Word]) -> list[_Pair]:
    places = _tops(lines, words)
    return [
        _Pair(first + 1, places[second] - places[first], _goes_on(lines[first], lines[second]))
        for first, second in pairwise(number for number, line in enumerate(lines) if line.strip())
        if second == first + 2 and first in places and second in places
    ]


def _tops(lines: Sequence[str], words: Sequence[Word]) -> dict[int, float]:
    """Return where lines stand on the page, as far as their words follow each other in the file."""
    keys = [key(clean_text(word.text)) for word in words]
    starts = dict(zip(accumulate(map(len, keys), initial=0), words, strict=False))
    letters = "".join(keys)
    tops: dict[int, float] = {}
    place = 0
    for number, line in enumerate(lines):
        found = letters.find(key(line), place) if line.strip() else -1
        if found in starts:
            tops[number] = starts[found].top
            place = found + len(key(line))
    return tops


def _goes_on(line: str, following: str) -> bool:
    last, first = line.rstrip()[-1], following.lstrip()[0]
    return last not in _SENTENCE_ENDS and (first.islower() or (is_unspaced(last) and is_unspaced(first)))
