"""Pictures that lie in a text as letters, as Markdown from Google Docs has them: they are no text. Pure."""

import re
from collections.abc import Iterable, Iterator

_MARK = re.compile(r"data:[a-z]+/[\w.+-]+;base64,")
_LETTERS = re.compile(r"[A-Za-z0-9+/=]*")
_LONGEST_MARK = 100
# What is shorter is an example in a text about them.
_SHORTEST = 200


def without_pictures(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the pieces of a text without data URLs in base64; one may go on over several pieces."""
    held = ""
    is_inside = False
    for piece in pieces:
        text = held + piece
        start = _end_of_letters(text, 0) if is_inside else 0
        is_inside = is_inside and start == len(text)
        kept = []
        while (found := _MARK.search(text, start)) is not None:
            end = _end_of_letters(text, found.end())
            is_long = end - found.end() >= _SHORTEST
            if end == len(text) and not is_long:
                break
            kept.append(text[start : found.start() if is_long else end])
            start, is_inside = end, is_long and end == len(text)
        border = found.start() if found else max(start, len(text) - _LONGEST_MARK)
        kept.append(text[start:border])
        held = text[border:]
        yield "".join(kept)
    yield held


def _end_of_letters(text: str, start: int) -> int:
    found = _LETTERS.match(text, start)
    assert found is not None, "it matches nothing, too"
    return found.end()
