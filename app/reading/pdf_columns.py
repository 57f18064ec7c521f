"""Columns of a PDF page beside lines that reach over them: put into the order in which they are read. Pure.

The parser reads columns one after the other, but it may tear lines of the whole width apart that stand above or below
short columns, and reads columns across that are near to each other. Where words lie tells what is right.
"""

import re
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.core.text import clean_text
from app.reading.pdf_headings import key
from app.reading.pdf_layout import Layout, Word, group_lines

# White space as parts of the height of a line: between columns where it is widest, and what is left of it in all lines.
_WIDE_GAP, _NARROWEST_GAP = 1.0, 0.8
_WIDEST_LEADING, _PARAGRAPH_LEADING = 1.8, 1.6
_FEWEST_LINES = 2
_FEWEST_LINES_ACROSS = 3
_FEWEST_WORDS = 3
_GOES_ON_SHARE = 0.5
_SENTENCE_END = re.compile(r"[.!?:;]$")

Line = list[Word]


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines that follow each other: of the whole width, or of one column of `columns`."""

    lines: Sequence[Line]
    columns: int | None = None


def order_columns(text: str, layout: Layout) -> str:
    """Return a page's text with its lines in the order in which they are read; as it is where its lines are not all known."""
    blocks = list(_blocks(group_lines(layout.words)))
    if not any(block.columns is not None for block in blocks):
        return text
    wanted = [(number, line) for number, block in enumerate(blocks) for line in block.lines]
    found = _places(text, wanted, _lines_across(blocks))
    if found is None or not _is_wrong(found, wanted, blocks):
        return text
    return _written(wanted, found)


def _blocks(lines: Sequence[Line]) -> Iterator[_Block]:
    """Yield the blocks of a page from top to bottom, columns from left to right."""
    start = whole = 0
    while start < len(lines):
        stop, corridor = _end_of_columns(lines, start)
        sides = _sides(lines[start:stop], corridor)
        if sides is None:
            start += 1
            continue
        if lines[whole:start]:
            yield _Block(lines[whole:start])
        for side in sides:
            for block in _blocks(side):
                yield _Block(block.lines, columns=start)
        start = whole = stop
    if lines[whole:]:
        yield _Block(lines[whole:])


def _end_of_columns(lines: Sequence[Line], start: int) -> tuple[int, tuple[float, float]]:
    """Return where the lines end that leave the widest gap of the first one free, and what is left of it."""
    corridor = max(
        ((one.right, after.left) for one, after in pairwise(lines[start])),
        key=lambda gap: gap[1] - gap[0],
        default=(0.0, 0.0),
    )
    height = _height(lines[start])
    if corridor[1] - corridor[0] < _WIDE_GAP * height:
        return start, corridor
    stop = start + 1
    while stop < len(lines):
        narrowed = _narrowed(corridor, lines[stop])
        is_apart = lines[stop][0].top - lines[stop - 1][0].bottom > _WIDEST_LEADING * height
        if is_apart or narrowed[1] - narrowed[0] < _NARROWEST_GAP * height:
            break
        corridor = narrowed
        stop += 1
    return stop, corridor


def _narrowed(corridor: tuple[float, float], line: Line) -> tuple[float, float]:
    """Return what words leave free of a corridor; each stands on the side on which its middle is."""
    middle = (corridor[0] + corridor[1]) / 2
    left = max([corridor[0], *(word.right for word in line if word.middle[0] < middle)])
    right = min([corridor[1], *(word.left for word in line if word.middle[0] >= middle)])
    return left, right


def _sides(lines: Sequence[Line], corridor: tuple[float, float]) -> tuple[list[Line], list[Line]] | None:
    """Return the columns of lines, None where they are no columns of prose."""
    middle = (corridor[0] + corridor[1]) / 2
    left = [side for line in lines if (side := [word for word in line if word.right <= middle])]
    right = [side for line in lines if (side := [word for word in line if word.left >= middle])]
    across = sum(line[0].right <= middle <= line[-1].left for line in lines)
    is_prose = all(side and sum(map(len, side)) >= _FEWEST_WORDS * len(side) for side in (left, right))
    return (left, right) if across >= _FEWEST_LINES and is_prose else None


def _lines_across(blocks: Sequence[_Block]) -> list[list[int]]:
    """Return the numbers of lines that stand beside each other in columns in which most sentences go on."""
    columns: dict[int, list[list[tuple[int, Line]]]] = defaultdict(list)
    number = 0
    for block in blocks:
        lines = list(enumerate(block.lines, number))
        number += len(lines)
        if block.columns is not None:
            columns[block.columns].append(lines)
    across = []
    for sides in columns.values():
        if all(len(side) >= _FEWEST_LINES_ACROSS and _goes_on([line for _, line in side]) for side in sides):
            rows = group_lines([side_word for side in sides for _, line in side for side_word in line])
            numbers = {id(word): place for side in sides for place, line in side for word in line}
            across += [list(dict.fromkeys(numbers[id(word)] for word in row)) for row in rows]
    return across


def _goes_on(lines: Sequence[Line]) -> bool:
    pairs = list(pairwise(lines))
    going_on = sum(
        not _SENTENCE_END.search(above[-1].text) and below[0].text[0].islower() for above, below in pairs
    )
    return going_on >= _GOES_ON_SHARE * len(pairs)


def _places(
    text: str, wanted: Sequence[tuple[int, Line]], across: Sequence[Sequence[int]]
) -> list[tuple[list[int], str]] | None:
    """Return which of the wanted lines each line of a text holds, None where they are not the same lines."""
    places: dict[str, deque[list[int]]] = defaultdict(deque)
    for number, (_, line) in enumerate(wanted):
        places[_key(line)].append([number])
    for numbers in across:
        if len(numbers) > 1:
            places["".join(_key(wanted[number][1]) for number in numbers)].append(list(numbers))
    found: list[tuple[list[int], str]] = []
    for shown in text.split("\n"):
        if shown.strip() and not places[key(shown)]:
            return None
        found.append((places[key(shown)].popleft() if shown.strip() else [], shown))
    held = sorted(number for numbers, _ in found for number in numbers)
    return found if held == list(range(len(wanted))) else None


def _is_wrong(
    found: Sequence[tuple[list[int], str]], wanted: Sequence[tuple[int, Line]], blocks: Sequence[_Block]
) -> bool:
    """Whether lines of the whole width stand among those of columns, or columns are read across."""
    if any(len(numbers) > 1 for numbers, _ in found):
        return True
    highest = highest_whole = -1
    for block in (wanted[numbers[0]][0] for numbers, _ in found if numbers):
        is_whole = blocks[block].columns is None
        if block < highest_whole or (is_whole and block < highest):
            return True
        highest = max(highest, block)
        highest_whole = max(highest_whole, block) if is_whole else highest_whole
    return False


def _written(wanted: Sequence[tuple[int, Line]], found: Sequence[tuple[list[int], str]]) -> str:
    """Return the wanted lines; where the text has them after each other, with its blank lines."""
    shown = {numbers[0]: line for numbers, line in found if len(numbers) == 1}
    parted = {above[0] for (above, _), (below, _) in pairwise(found) if len(above) == 1 and not below}
    text = ""
    for number, (block, line) in enumerate(wanted):
        text += shown.get(number) or clean_text(" ".join(word.text for word in line))
        if number + 1 < len(wanted):
            after, below = wanted[number + 1]
            is_near = below[0].top - line[0].top <= _PARAGRAPH_LEADING * _height(line)
            text += "\n" if block == after and (is_near or number not in parted) else "\n\n"
    return text


def _key(line: Line) -> str:
    return key(clean_text("".join(word.text for word in line)))


def _height(line: Line) -> float:
    return max(word.bottom - word.top for word in line)
