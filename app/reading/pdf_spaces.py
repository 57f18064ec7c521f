"""Spaces between words of a PDF page that the parser runs together, as it does where the font changes. Pure."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from app.core.rarity import is_frequent
from app.core.text import is_unspaced
from app.reading.pdf_layout import Layout
from app.reading.right_to_left import is_right_to_left

_TOKEN = re.compile(r"\S{3,}")
_LETTERS = re.compile(r"[^\W\d_]+")
# Letters that some language writes as words.
_ONE_LETTER_WORDS = frozenset("aàáeéèiìoòóuyавикосуяжб")
_SHORT = 3
_OPENS = re.compile(r"[\w(\[{\"'\u201c\u201e\u00ab\\@#$]")
_CLOSES = re.compile(r"[\w.,;:!?)\]}\"'\u201d\u00bb%]")


def part_words(text: str, layout: Layout) -> str:
    """Return a page's text whose words are apart as they are in its layout.

    A word is parted only if nobody writes its parts as one, and if its short parts are words that people use.
    """
    words = [word.text for word in layout.words]
    known = frozenset(words)
    line = _Line(words)

    def parted(found: re.Match[str]) -> str:
        token = found[0]
        if token in known or is_right_to_left(token) or any(map(is_unspaced, token)):
            return token
        return next((" ".join(parts) for parts in line.find(token) if _are_words(token, parts)), token)

    return _TOKEN.sub(parted, text)


class _Line:
    """All words of a page without the spaces between them."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = list(words)
        self._starts = [0]
        for word in self._words:
            self._starts.append(self._starts[-1] + len(word))
        self._text = "".join(self._words)

    def find(self, token: str) -> Iterator[list[str]]:
        """Yield the runs of two words and more that make up a token."""
        place = self._text.find(token)
        while place >= 0:
            first, stop = bisect_left(self._starts, place), bisect_left(self._starts, place + len(token))
            is_whole = self._starts[first] == place and self._starts[stop] == place + len(token)
            if is_whole and stop - first > 1:
                yield _joined(self._words[first:stop])
            place = self._text.find(token, place + 1)


def _joined(words: Sequence[str]) -> list[str]:
    """Return words, but signs that stand at the start or the end of one with it, and the digits of a number together."""
    parts = [words[0]]
    for word in words[1:]:
        is_number = parts[-1][-1].isdigit() and word[0].isdigit()
        if _CLOSES.match(parts[-1][-1]) and _OPENS.match(word) and not is_number:
            parts.append(word)
        else:
            parts[-1] += word
    return parts


def _are_words(token: str, parts: Sequence[str]) -> bool:
    """Whether parts of a token are words rather than pieces of one."""
    runs = [run.casefold() for part in parts for run in _LETTERS.findall(part)]
    whole = [run.casefold() for run in _LETTERS.findall(token)]
    if len(parts) < 2 or any(len(run) > _SHORT and is_frequent(run) and run not in runs for run in whole):
        return False
    long = [run for run in runs if len(run) >= _SHORT]
    single = sum(len(run) == 1 for run in runs)
    if 3 * single > len(runs) and 2 * sum(map(is_frequent, long)) < max(len(long), 1):
        return False
    return any(len(run) > 1 for run in runs) and all(map(_is_likely, runs))


def _is_likely(run: str) -> bool:
    if len(run) == 1:
        return run in _ONE_LETTER_WORDS
    return len(run) > _SHORT or is_frequent(run)
