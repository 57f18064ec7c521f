"""Headings of a PDF: the entries of its outline, else short lines in letters that are larger than the text's. Pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.reading.pdf_layout import Layout, group_lines

_BLANK_LINES = re.compile(r"\n{3,}")
_LARGER = 1.15
_LONGEST = 120
_LEVELS = 4
# Letters of a size that holds more than this share of all are text, however large they are.
_MOST_SHARE = 0.15
_SAME_HEADING_LEADING = 1.2
_FEWEST_LETTERS = 2
_FEWEST_ENTRIES = 2


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
    return _by_size(layouts)


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
    """Return what a line is known by: its letters without white space."""
    return "".join(line.split())


def _by_size(layouts: Sequence[Layout]) -> list[dict[str, Heading]]:
    letters: Counter[float] = Counter()
    for page in layouts:
        for word in page.words:
            letters[_rounded(word.size)] += len(word.text)
    if not letters:
        return [{} for _ in layouts]
    body = letters.most_common(1)[0][0]
    most = _MOST_SHARE * letters.total()
    sizes = sorted(
        (size for size, count in letters.items() if size >= _LARGER * body and count <= most), reverse=True
    )
    levels = {size: min(level, _LEVELS) for level, size in enumerate(sizes, 1)}
    return [_on_page(page, levels) for page in layouts]


def _on_page(page: Layout, levels: Mapping[float, int]) -> dict[str, Heading]:
    found: dict[str, Heading] = {}
    before: tuple[float, float] | None = None
    for line in group_lines(page.words):
        text = " ".join(word.text for word in line)
        size = min(_rounded(word.size) for word in line)
        is_title = size in levels and len(text) <= _LONGEST and sum(map(str.isalpha, text)) >= _FEWEST_LETTERS
        if not is_title:
            before = None
            continue
        leading = (line[0].top - before[1]) if before else 0
        goes_on = before is not None and before[0] == size and leading < _SAME_HEADING_LEADING * size
        found[key(text)] = Heading(levels[size], goes_on=goes_on)
        before = size, line[0].bottom
    return found


def _rounded(size: float) -> float:
    return round(2 * size) / 2
