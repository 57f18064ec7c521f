"""Lines of a text: which line ends are soft, so that a sentence continues after them. Pure.

A text that was set in lines (PDF, e-mail, wrapped plain text) breaks a line where the next word did not fit. Such an end
is soft. The ends of rows, items, verses and headings are not.
"""

import re
from itertools import pairwise

from app.core.text import is_unspaced

# A line of fewer characters is a heading, an item or a cell, unless the next one begins with a small letter.
_SHORTEST_FULL_LINE = 45
_SHORTEST_LINE = 20
# A line that goes on in small letters has at least this share of the longest one's length.
_LEAST_SHARE = 0.5
_ENDS = re.compile(r"[.!?…:;。！？।؟۔][\"'”’»)\]]*$")
_NEW_ITEM = re.compile(r"[ \t]*(?:[-•*‣◦–—|>#]|\(?\w{1,3}[.)]\s|\d+(?:\.\d+)+\s|\[\^)")
_WORD = re.compile(r"\S+")
# "Title" above "=====" or "-----" at the beginning of a paragraph. It is no item, quote, row of a table or sentence.
UNDERLINED = re.compile(r"([^\s#>|*+=~`-][^\n|\t]*[^\s.,;:|])[ \t]*\n(=|-)\2{2,}[ \t]*(?=\n|\Z)")


def soft_line_ends(text: str, start: int, end: int) -> set[int]:
    """Return the positions of the line feeds in `text[start:end]`, a paragraph, over which a sentence continues."""
    lines = text[start:end].split("\n")
    if len(lines) < 2:
        return set()
    width = max(map(len, lines))
    soft: set[int] = set()
    position = start
    for line, following in pairwise(lines):
        position += len(line)
        if _goes_on(line.rstrip(), following, width):
            soft.add(position)
        position += 1
    return soft


def _goes_on(line: str, following: str, width: int) -> bool:
    first = _WORD.search(following)
    if first is None or len(line) < _SHORTEST_LINE or line.startswith(("|", "#", ">")):
        return False
    if _ENDS.search(line) or _NEW_ITEM.match(following):
        return False
    if first[0][0].islower() or is_unspaced(line[-1]):
        return len(line) >= _LEAST_SHARE * width
    did_not_fit = len(line) + 1 + len(first[0]) > width
    return did_not_fit and len(line) >= _SHORTEST_FULL_LINE
