"""Raised numbers of a PDF page: ``10⁻⁶`` where the parser, which knows no heights, reads 10-6."""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from ctypes import byref, c_double
from typing import Any

import pypdfium2
import pypdfium2.raw

from app.reading.raised import raised

# From a word's first letter or digit to its last one.
_WORD = re.compile(r"[^\W_](?:\S*[^\W_])?")
_NUMBER = re.compile(r"(?<=\S)[-+−]?\d+(?![^\W_])")
# How far a raised digit stands above the line, in heights of a letter's box.
_LEAST_RISE, _MOST_RISE = 0.15, 0.8


def raise_numbers(data: bytes, pages: Sequence[str]) -> list[str]:
    """Return the pages with raised numbers in signs of their own. A word that also stands on the page unraised stays."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return list(pages)
    with closing(document):
        return [
            _raised(page, document[number].get_textpage()) if number < len(document) else page
            for number, page in enumerate(pages)
        ]


def _raised(text: str, page: Any) -> str:
    if not _NUMBER.search(text):
        return text
    shown: dict[str, str | None] = {}
    for word, written in _words(page):
        shown[word] = written if shown.get(word, written) == written else None
    changed = {word: written for word, written in shown.items() if written and written != word}
    return _WORD.sub(lambda found: changed.get(found[0], found[0]), text) if changed else text


def _words(page: Any) -> Iterator[tuple[str, str]]:
    """Yield the words of a page that end in a number, and how they are written with what is raised."""
    text = page.get_text_range()
    if len(text) != page.count_chars():
        codes = (pypdfium2.raw.FPDFText_GetUnicode(page, place) for place in range(page.count_chars()))
        text = "".join(map(chr, codes))
    for word in _WORD.finditer(text):
        written, done = "", 0
        for number in _NUMBER.finditer(word[0]):
            start = number.end()
            while start > number.start() and _is_above(page, word.start() + start - 1, base=word.start()):
                start -= 1
            written += word[0][done:start] + raised(word[0][start : number.end()])
            done = number.end()
        if done:
            yield word[0], written + word[0][done:]


def _is_above(page: Any, place: int, *, base: int) -> bool:
    """Whether a sign stands above the line of another one, to the right of it."""
    left, bottom, _, top = page.get_charbox(base, loose=True)
    across, up = _origin(page, place)
    _, line = _origin(page, base)
    height = top - bottom
    is_higher: bool = _LEAST_RISE * height < up - line < _MOST_RISE * height
    return is_higher and across > left


def _origin(page: Any, place: int) -> tuple[float, float]:
    x, y = c_double(), c_double()
    pypdfium2.raw.FPDFText_GetCharOrigin(page, place, byref(x), byref(y))
    return x.value, y.value
