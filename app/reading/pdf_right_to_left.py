"""Right-to-left lines of a PDF page: read from where words lie, and ligatures from where PDFium has their letters."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pypdfium2.raw

from app.reading.pdf_layout import Word, group_lines
from app.reading.right_to_left import (
    has_other_scripts,
    in_reading_order,
    logical_order,
    reads_right_to_left,
)

_ALEFS, _LAM = "اأإآ", "ل"
# White space between words, as a part of the height of a line.
_SPACE = 0.12


def text_in_order(page: Any) -> str:
    """Return the text of a PDFium page. It turns lam-alef around with the word, though it is one sign with one box."""
    text: str = page.get_text_range()
    if any(alef + _LAM in text for alef in _ALEFS):
        letters = [chr(pypdfium2.raw.FPDFText_GetUnicode(page, place)) for place in range(page.count_chars())]
        for place, (before, after) in enumerate(pairwise(letters)):
            is_turned = before in _ALEFS and after == _LAM
            if is_turned and page.get_charbox(place) == page.get_charbox(place + 1):
                letters[place : place + 2] = [after, before]
        text = "".join(letters)
    return text.replace("\r\n", "\n")


def right_to_left_lines(words: Sequence[Word]) -> str:
    """Return the lines that hold other scripts within a right-to-left one; none where words are stored backwards."""
    lines = [in_reading_order(shown) for line in group_lines(words) if _is_mixed(shown := _shown(line))]
    text = "\n".join(lines)
    return text if logical_order(text) == text else ""


def _is_mixed(line: str) -> bool:
    return reads_right_to_left(line) and has_other_scripts(line)


def _shown(line: Sequence[Word]) -> str:
    """Return the words of a line as they stand, from left to right."""
    text = line[0].text
    for before, word in pairwise(line):
        is_apart = word.left - before.right > _SPACE * (word.bottom - word.top)
        text += f" {word.text}" if is_apart else word.text
    return text
