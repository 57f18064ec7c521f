"""The statement that a marker stands for: its sentence, item of a list or row of a table. Pure."""

import re

from app.core.sentences import sentence_spans

_MARKERS = re.compile(r"(?:\[\d{1,3}\]\s?)+")
_WORD = re.compile(r"[^\W_]+")
# A blank line, or a line that stands by itself: an item, a row, a heading.
_BLOCK_END = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*•+>|#]|\d{1,3}[.)])[ \t]?)")
_LINE_MARK = re.compile(r"^\s*(?:[-*•+>]|#{1,6}|\d{1,3}[.)])\s+")
# What stands between two markers is a statement of its own if it is no shorter.
_SHORTEST = 3
_FURTHEST = 2_000


def statement_at(text: str, position: int) -> str:
    """Return the statement of the marker at `position`, without markers.

    Of a sentence with several markers it is the part up to this one; the last takes what follows as well. A marker
    behind a full stop belongs to the sentence that it follows.
    """
    offset = max(0, position - _FURTHEST)
    near = text[offset : position + _FURTHEST]
    place = position - offset
    start, end = _block(near, place)
    block = near[start:end]
    # Markers become spaces, so that they are no part of where sentences end.
    blank = _MARKERS.sub(lambda found: " " * len(found[0]), block)
    begin, stop = _sentence(blank, place - start)
    statement = _part(block[begin:stop], place - start - begin)
    return _LINE_MARK.sub("", " ".join(_MARKERS.sub(" ", statement).split()))


def _block(text: str, place: int) -> tuple[int, int]:
    start, end = 0, len(text)
    for border in _BLOCK_END.finditer(text):
        if border.end() <= place:
            start = border.end()
        else:
            end = border.start()
            break
    return start, end


def _sentence(blank: str, place: int) -> tuple[int, int]:
    """Return the sentence at a place; the one that follows when nothing stands before the marker."""
    spans = sentence_spans(blank)
    for start, end in spans:
        if place < end:
            return start, end
    return spans[-1] if spans else (0, len(blank))


def _part(sentence: str, place: int) -> str:
    """Return the marker's part of its sentence, or all of it where that part says too little."""
    groups = list(_MARKERS.finditer(sentence))
    before = [group.end() for group in groups if group.end() <= place]
    after = [group for group in groups if group.start() > place]
    own = next((group for group in groups if group.start() <= place < group.end()), None)
    start = before[-1] if before else 0
    end = own.end() if own and after else len(sentence)
    part = sentence[start:end]
    return part if len(_WORD.findall(_MARKERS.sub(" ", part))) >= _SHORTEST else sentence
