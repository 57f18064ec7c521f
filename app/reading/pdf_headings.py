"""Headings of a PDF: the entries of its outline, else short lines in letters that are larger or bolder than the text's. Pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from app.reading.pdf_layout import Layout, Word, group_lines

PLAIN_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_BLANK_LINES = re.compile(r"\n{3,}")
_LARGER = 1.15
_LONGEST = 120
_LEVELS = 4
# Letters of a size that holds more than this share of all are text, however large they are.
_MOST_SHARE = 0.15
_SAME_HEADING_LEADING = 1.2
_FEWEST_LETTERS = 2
_FEWEST_ENTRIES = 2
# Bold lines: white space between words, and above, as parts of the height of a line.
_WIDEST_SPACE, _SPACE_ABOVE = 1.0, 0.4
# Of a page of two columns, at least this many lines have a gap at the same place, and this share of all.
_FEWEST_LINES, _LINES_OF_COLUMNS = 8, 0.4
# A sentence, or a name with its value.
_NO_TITLE = re.compile(r"[.,;]$|:\s.*\d")
# Slides have their lists in letters of several sizes.
_ITEM = re.compile(r"[•▪■◦‣●○-] ")
_SENTENCE_ENDS = (".", "!", "?", ":", "。", "！", "？")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of an outline: `level` counts from 1, `page` from 0."""

    title: str
    level: int
    page: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that is a heading, or the next line of one."""

    level: int
    goes_on: bool = False


def find_headings(layouts: Sequence[Layout], outline: Sequence[Entry]) -> list[dict[str, Heading]]:
    """Return the headings of each page by the letters of their lines."""
    listed: list[dict[str, Heading]] = [{} for _ in layouts]
    lines = [
        {key(" ".join(word.text for word in line)) for line in group_lines(page.words)} for page in layouts
    ]
    for entry in outline:
        if 0 <= entry.page < len(lines) and key(entry.title) in lines[entry.page]:
            listed[entry.page][key(entry.title)] = Heading(min(entry.level, _LEVELS))
    if sum(map(len, listed)) >= _FEWEST_ENTRIES:
        return listed
    return _by_letters(layouts)


def mark_headings(text: str, headings: Mapping[str, Heading]) -> str:
    """Return a page's text with its headings as paragraphs of their own, marked as in Markdown."""
    if not headings:
        return text
    marked: list[str] = []
    was_heading = False
    for line in text.split("\n"):
        found = headings.get(key(line)) if line.strip() and not line.startswith("|") else None
        if found and found.goes_on and was_heading:
            marked[-1] += f" {line.strip()}"
        elif found:
            marked += ["", f"{'#' * found.level} {line.strip()}"]
            was_heading = True
        elif line.strip():
            marked += ["", line] if was_heading else [line]
            was_heading = False
        elif not was_heading:
            marked.append(line)
    return _BLANK_LINES.sub("\n\n", "\n".join(marked)).strip("\n")


def key(line: str) -> str:
    """Return what a line is known by: its letters without white space. The libraries differ in its dashes."""
    return "".join(line.split()).translate(PLAIN_DASHES)


def _by_letters(layouts: Sequence[Layout]) -> list[dict[str, Heading]]:
    letters: Counter[float] = Counter()
    bold = 0
    for page in layouts:
        for word in page.words:
            letters[_rounded(word.size)] += len(word.text)
            bold += word.is_bold * len(word.text)
    if not letters:
        return [{} for _ in layouts]
    body = letters.most_common(1)[0][0]
    most = _MOST_SHARE * letters.total()
    sizes = sorted(
        (size for size, count in letters.items() if size >= _LARGER * body and count <= most), reverse=True
    )
    levels = {size: min(level, _LEVELS) for level, size in enumerate(sizes, 1)}
    bold_level = min(len(sizes) + 1, _LEVELS) if bold <= most else None
    return [_on_page(page, levels, body=body, bold_level=bold_level) for page in layouts]


def _on_page(
    page: Layout, levels: Mapping[float, int], *, body: float, bold_level: int | None
) -> dict[str, Heading]:
    found: dict[str, Heading] = {}
    before: tuple[int, float, float] | None = None
    above: list[Word] | None = None
    for line in _by_columns(group_lines(page.words)):
        text = " ".join(word.text for word in line)
        size = min(_rounded(word.size) for word in line)
        level = levels.get(size)
        if level is None and size >= body and before is not None and before[0] == bold_level:
            level = bold_level if all(word.is_bold for word in line) else None
        elif level is None and size >= body and _is_bold_title(line, above):
            level = bold_level
        above = line
        is_text = len(text) > _LONGEST or sum(map(str.isalpha, text)) < _FEWEST_LETTERS or _ITEM.match(text)
        if level is None or is_text:
            before = None
            continue
        leading = (line[0].top - before[2]) if before else 0
        goes_on = (
            before is not None and before[:2] == (level, size) and leading < _SAME_HEADING_LEADING * size
        )
        found[key(text)] = Heading(level, goes_on=goes_on)
        before = level, size, line[0].bottom
    return found


def _by_columns(lines: Sequence[list[Word]]) -> list[list[Word]]:
    """Return the lines of a page of two columns column by column, all others as they are."""
    gaps = [gap for line in lines if (gap := _widest_gap(line)) is not None]
    if not gaps:
        return list(lines)
    middle = median((left + right) / 2 for left, right in gaps)
    crossed = [left <= middle <= right for left, right in gaps]
    if sum(crossed) < max(_FEWEST_LINES, len(lines) * _LINES_OF_COLUMNS):
        return list(lines)
    sides = [
        ([word for word in line if word.right <= middle], [word for word in line if word.left >= middle])
        for line in lines
    ]
    split = [
        pair if sum(map(len, pair)) == len(line) else (line, [])
        for pair, line in zip(sides, lines, strict=True)
    ]
    return [left for left, _ in split if left] + [right for _, right in split if right]


def _widest_gap(line: Sequence[Word]) -> tuple[float, float] | None:
    """Return where the widest white space of a line is, None where there is none that is wide."""
    gap = max(
        ((one.right, after.left) for one, after in pairwise(line)),
        key=lambda gap: gap[1] - gap[0],
        default=(0, 0),
    )
    return gap if gap[1] - gap[0] > _WIDEST_SPACE * (line[0].bottom - line[0].top) else None


def _is_bold_title(line: Sequence[Word], above: Sequence[Word] | None) -> bool:
    """Whether a line is bold and stands alone: not a part of a paragraph, of a table or of a form."""
    if not all(word.is_bold for word in line):
        return False
    height = line[0].bottom - line[0].top
    is_apart = any(after.left - one.right > _WIDEST_SPACE * height for one, after in pairwise(line))
    if is_apart or _NO_TITLE.search(" ".join(word.text for word in line)):
        return False
    return (
        above is None
        or above[-1].text.endswith(_SENTENCE_ENDS)
        or line[0].top - above[0].bottom > _SPACE_ABOVE * height
    )


def _rounded(size: float) -> float:
    return round(2 * size) / 2
