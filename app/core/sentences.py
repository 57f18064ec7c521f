"""Where sentences end, in any language: the one definition for chunks, citations and quotes. Pure."""

import itertools
import re
from collections.abc import Container, Iterator

from app.core.abbreviations import BEFORE_NUMBERS, BEFORE_ORDINALS, ENDING_TOO, MONTHS, OPENERS, TITLES

# These end a sentence where white space follows; those are written without a space behind them.
_SPACED = ".!?…؟۔։"
_UNSPACED = "。！？｡।॥።။។"
_CLOSING = "[\"'”’»」』）)\\]]*"
_BEHIND = rf"(?:(?<=[{_SPACED}]){_CLOSING}\s+|(?<=[{_UNSPACED}])[{_UNSPACED}]*{_CLOSING}\s*"
_END = re.compile(rf"[{_SPACED}{_UNSPACED}]{_BEHIND})")
_END_OR_LINE = re.compile(rf"[{_SPACED}{_UNSPACED}\n]{_BEHIND}|(?<=\n))")
# The word in front of a full stop, with what a word such as "e.g" or "z. B" is made of.
_WORD_BEFORE = re.compile(r"(?<![^\W_])(?:(?:[^\W\d_]\.[ \u00a0]?)+[^\W\d_]|[^\W_]+)$")
_NEXT_WORD = re.compile(r"[\"'“„«‘(\[]*([^\W_]+)")
_DOTTED = re.compile(r"(?:[^\W\d_]\.[ \u00a0]?)+[^\W\d_]$")
_ROMAN = re.compile(r"[IVXLC]{1,6}$")
_LONGEST_WORD = 24


def sentence_ends(
    text: str,
    start: int = 0,
    end: int | None = None,
    *,
    with_lines: bool = False,
    soft: Container[int] = (),
) -> Iterator[int]:
    """Yield where in `text[start:end]` a sentence and the white space behind it have ended, for all but the last.

    With `with_lines`, the end of a line ends a sentence, too, but for those at the positions `soft`.
    """
    stop = len(text) if end is None else end
    sentence = start
    for found in (_END_OR_LINE if with_lines else _END).finditer(text, start, stop):
        if found.start() in soft:
            continue
        border = found.end()
        ends_line = with_lines and "\n" in found[0]
        if ends_line or not _goes_on(text, sentence, found.start(), border):
            yield border
            sentence = border


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return where each sentence begins and ends; the white space behind it belongs to it."""
    borders = [0, *sentence_ends(text), len(text)]
    return [(start, end) for start, end in itertools.pairwise(borders) if start < end]


def _goes_on(text: str, sentence: int, stop: int, border: int) -> bool:
    """Whether the sentence continues after a mark that may end one."""
    mark, following = text[stop], text[border : border + 1]
    if mark in "!?…؟":
        closed_or_pause = mark == "…" or text[stop + 1] in "\"'”’»)]"
        return closed_or_pause and following.islower()
    if mark != ".":
        return False
    if text[stop - 1 : stop] == ".":
        return following.islower()
    found = _WORD_BEFORE.search(text, max(sentence, stop - _LONGEST_WORD), stop)
    if found is None:
        return False
    word = found[0]
    if word.isdecimal():
        return len(word) <= 2 and _is_ordinal(text, (sentence, found.start()), border)
    # Most words are long, no abbreviations, and stand before a capital letter.
    return len(word) <= 8 and _is_shortened(word, text, (sentence, found.start()), border)


def _is_ordinal(text: str, before: tuple[int, int], border: int) -> bool:
    """Whether a number with a dot counts: "5. Mai", "das 2. Quartal", "1. Open the door" at a line's beginning."""
    start, place = before
    head = text[max(start, place - _LONGEST_WORD) : place]
    if not head.strip() or head.rstrip(" \t").endswith("\n"):
        return True
    found = _NEXT_WORD.match(text, border)
    if found is None:
        return False
    following = found[1]
    if following[0].islower() or following.casefold() in MONTHS:
        return True
    *_, previous = head.casefold().split()
    return previous in BEFORE_ORDINALS and following.casefold() not in OPENERS and following.isalpha()


def _is_shortened(word: str, text: str, before: tuple[int, int], border: int) -> bool:
    """Whether a word with a dot is an abbreviation or an initial after which the sentence continues."""
    following = text[border : border + 1]
    folded = word.casefold().replace(" ", "").replace("\u00a0", "")
    if folded in ENDING_TOO:
        return not following.isupper()
    if folded in BEFORE_NUMBERS and (following.isdecimal() or following in "§°"):
        return True
    if folded in TITLES:
        return True
    if len(word) == 1 or _DOTTED.match(word):
        return _is_initial(word, text, before, border)
    return following.islower() and ((len(word) <= 3 and word.isalpha()) or _ROMAN.match(word) is not None)


def _is_initial(word: str, text: str, before: tuple[int, int], border: int) -> bool:
    """Whether a sentence continues after a single letter: in "J. K. Rowling" it does, in "vitamin C. It" it does not."""
    if not word[-1].isalpha():
        return False
    start, place = before
    found = _NEXT_WORD.match(text, border)
    opens = found is not None and found[1][0].isupper() and found[1].casefold() in OPENERS
    return not opens or not text[start:place].strip()
