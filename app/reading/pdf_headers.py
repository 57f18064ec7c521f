"""Headers of a PDF's table without lines whose names are wider than the columns below, or stand over several. Pure."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from app.reading.pdf_layout import Word

Line = Sequence[Word]
Column = tuple[float, float]

# Names stand this near to the start, the end or the middle of their column; in parts of the height of a line.
_FARTHEST, _FARTHEST_MEAN = 1.0, 0.5
_WIDE_GAP = 1.0
_WIDER = 1.2
_FEWEST_GROUPS = 2
_SENTENCE_ENDS = (".", ":", ";", ",")
_MOST_WORDS = 40
_YEAR = re.compile(r"(?:19|20)\d\d")
_CODE = re.compile(r'[=;{}\\<>"]|/\*|\d\.\d')
_NONE = float("inf")


def name_columns(line: Line, columns: Sequence[Column]) -> list[str] | None:
    """Return the names in a line, one for each column; None where words and columns do not stand below each other."""
    if not len(columns) <= len(line) <= _MOST_WORDS or line[-1].text.endswith(_SENTENCE_ENDS):
        return None
    height = max(word.bottom - word.top for word in line)

    @cache
    def best(column: int, start: int) -> tuple[float, tuple[int, ...]]:
        """Return the best cost of naming the columns from `column` on, and where their names end."""
        left = len(columns) - column - 1
        if left == 0:
            return _distance(line[start:], columns[column], height), (len(line),)
        found: tuple[float, tuple[int, ...]] = (_NONE, ())
        for end in range(start + 1, len(line) - left + 1):
            cost = _distance(line[start:end], columns[column], height)
            if cost < _NONE:
                rest, ends = best(column + 1, end)
                # Between two columns, the wider space is the likelier one.
                total = cost + rest - (line[end].left - line[end - 1].right)
                found = min(found, (total, (end, *ends)))
        return found

    ends = best(0, 0)[1]
    if len(ends) < len(columns):
        return None
    groups = [line[start:end] for start, end in pairwise((0, *ends))]
    distances = [_distance(group, column, height) for group, column in zip(groups, columns, strict=True)]
    names = [" ".join(word.text for word in group) for group in groups]
    is_far = max(distances) == _NONE or sum(distances) > _FARTHEST_MEAN * height * len(columns)
    has_values = 2 * sum(any(map(str.isdigit, name)) for name in names) > len(names)
    is_other = is_far or has_values or any(map(_CODE.search, names))
    return names if not is_other and _are_apart(groups) else None


def name_groups(line: Line, columns: Sequence[Column]) -> list[str] | None:
    """Return the name over each column, where each of a line's names stands over as many columns; the first may have none."""
    segments = _segments(line)
    names = [" ".join(word.text for word in segment) for segment in segments]
    if len(names) < _FEWEST_GROUPS or not all(map(_is_name, names)):
        return None
    for first in (1, 0):
        size, rest = divmod(len(columns) - first, len(segments))
        if rest or size < 2:
            continue
        parts = [columns[start : start + size] for start in range(first, len(columns), size)]
        if all(_stands_over(segment, part) for segment, part in zip(segments, parts, strict=True)):
            return [""] * first + [name for name in names for _ in range(size)]
    return None


def _is_name(text: str) -> bool:
    """Whether a text can be a name: words or a year, neither a measure nor code of a program."""
    return bool(_YEAR.fullmatch(text)) or (any(map(str.isalpha, text)) and not _CODE.search(text))


def _are_apart(groups: Sequence[Line]) -> bool:
    """Whether the spaces between names are wider than those within them, as in no sentence."""
    within = max((space for group in groups for space in map(_space, pairwise(group))), default=0.0)
    between = min(_space((before[-1], after[0])) for before, after in pairwise(groups))
    return between > _WIDER * within


def _space(pair: tuple[Word, Word]) -> float:
    return pair[1].left - pair[0].right


def _segments(line: Line) -> list[list[Word]]:
    segments = [[line[0]]]
    for before, word in pairwise(line):
        if word.left - before.right > _WIDE_GAP * (word.bottom - word.top):
            segments.append([])
        segments[-1].append(word)
    return segments


def _stands_over(segment: Line, columns: Sequence[Column]) -> bool:
    """Whether a name begins with the first of the columns, or has its middle between the first and the last."""
    height = segment[0].bottom - segment[0].top
    middle = (segment[0].left + segment[-1].right) / 2
    starts = abs(segment[0].left - columns[0][0]) <= height
    return starts or columns[0][0] <= middle <= columns[-1][1]


def _distance(group: Line, column: Column, height: float) -> float:
    """Return how far a name is from its column, by the nearest of their starts, ends and middles; infinite if too far."""
    left, right = group[0].left, group[-1].right
    distance = min(abs(left - column[0]), abs(right - column[1]), abs((left + right) / 2 - sum(column) / 2))
    return distance if distance <= _FARTHEST * height else _NONE
