"""The lines of a PDF page: divided words made whole, lines of scripts without spaces joined, tables in their place. Pure.

Line ends are kept. The chunker and the sentence splitter decide whether a sentence continues over one.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile

from app.core.text import is_unspaced
from app.reading.divided_words import mend_divided
from app.reading.pdf_headings import PLAIN_DASHES
from app.reading.tables import write_divider, write_row, write_table

_LAST_HYPHEN = re.compile(r"(?:(?<=\w)\u00ad?[-\u2010]|\u00ad)(?=\s|$)")
_DIVIDER = re.compile(r"\|(?: --- \|)+")
_WORD = re.compile(r"[^\W\d_]+")
_DOT_LEADER = re.compile(r"(?:[ \t]?[.·…]){5,}")
_UNSPACED_LINE_END = re.compile(r"(?<=(.))\n(?=(.))")
_PRESENTATION_FORMS = re.compile("[\ufb1d-\ufdff\ufe70-\ufefc]+")
_SENTENCE_ENDS = "。！？｡.!?:："
# A table of prose is a layout of columns, which the reading order has right already.
_LONGEST_CELL_WORDS = 14
# A title is shorter.
_FEWEST_WORDS_OF_A_REST = 4
# Where lines are drawn between rows, cells may hold paragraphs, as those of requirements and their comments do.
_LONGEST_DRAWN_CELL_WORDS = 60
# The lines that a table replaces hold at least this share of its words.
_FOUND_SHARE = 0.9


def mend_lines(pages: list[str]) -> list[str]:
    """Return the pages with words, that a line end has divided, made whole."""
    words = count_words(pages)
    return [_mend(page, words) for page in pages]


def count_words(pages: Iterable[str]) -> Counter[str]:
    """Return the words of a document in small letters, and how often each stands in it."""
    return Counter(word.casefold() for page in pages for word in _WORD.findall(page))


def place_table(
    text: str, cells: Sequence[Sequence[str]], words: Iterable[str], *, is_above: Callable[[str], bool | None]
) -> str:
    """Return a page's text with its table as Markdown rows in place of the lines that hold the table's words.

    `is_above` tells of other lines whether they stand above the table, where that is known. Text that does not hold the
    table in lines of its own stays as it is.
    """
    block = table_block(cells, longest_cell_words=_LONGEST_CELL_WORDS)
    return place_block(text, block, words, is_above=is_above) if block else text


def table_block(
    cells: Sequence[Sequence[str]], *, longest_cell_words: int = _LONGEST_DRAWN_CELL_WORDS
) -> str:
    """Return a table as Markdown rows; "" for what is none, such as a table of contents."""
    rows = [row for row in cells if any(cell.strip() for cell in row)]
    if (
        len(rows) < 2
        or max(map(len, rows)) < 2
        or not _has_short_cells(rows, longest_cell_words)
        or _is_contents(rows)
    ):
        return ""
    return _from_cut_row(rows) if _is_rest_of_row(rows[0]) else write_table(rows)


def _is_rest_of_row(row: Sequence[str]) -> bool:
    """Whether a row is the lower part of one that a page cut: a text in another column than the first."""
    filled = [cell for cell in row if cell.strip()]
    return len(filled) == 1 and not row[0].strip() and len(filled[0].split()) >= _FEWEST_WORDS_OF_A_REST


def _from_cut_row(rows: Sequence[Sequence[str]]) -> str:
    """Return a table whose first row is no title, so that it goes on with the table of the page before."""
    first, *others = map(write_row, rows)
    return "\n".join((first, write_divider(len(rows[0])), *others))


def place_block(
    text: str, block: str, words: Iterable[str], *, is_above: Callable[[str], bool | None]
) -> str:
    """Return a page's text with a block in place of the lines that hold its words (see place_table)."""
    wanted = Counter(part for word in words for part in _shown(word).split())
    lines = text.split("\n")
    best: Sequence[int] | None = _best_run(lines, wanted) or _scattered(lines, wanted)
    if best is None:
        return text
    before: list[str] = []
    after: list[str] = []
    for place, line in enumerate(lines):
        if place not in best:
            above = is_above(line) if line.strip() else None
            (before if above or (above is None and place < best[0]) else after).append(line)
    parts = ("\n".join(before).rstrip(), block, "\n".join(after).strip("\n"))
    return "\n\n".join(filter(None, parts))


def join_tables(pages: list[str]) -> list[str]:
    """Return the pages with each table that goes on from the page before without a header of its own.

    A table at the start of a page goes on if the page before ends with one of as many columns.
    """
    joined: list[str] = []
    header: str | None = None
    for page in pages:
        lines = page.split("\n")
        if (
            header
            and len(lines) > 1
            and _DIVIDER.fullmatch(lines[1])
            and _columns(lines[0]) == _columns(header)
        ):
            lines = lines[2:] if lines[0] == header else [lines[0], *lines[2:]]
        rows = list(takewhile(lambda line: line.startswith("|"), reversed(lines)))
        divider = next((place for place, row in enumerate(rows) if _DIVIDER.fullmatch(row)), None)
        if divider is not None:
            header = rows[divider + 1]
        elif len(rows) < len(lines):
            header = None
        joined.append("\n".join(lines))
    return joined


def _columns(row: str) -> int:
    return len(re.findall(r"(?<!\\)\|", row))


def _is_contents(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows are a table of contents: dots lead from each title to its page."""
    return any(_DOT_LEADER.search(cell) for row in rows for cell in row)


def _has_short_cells(rows: Sequence[Sequence[str]], longest_words: int) -> bool:
    lengths = [len(cell.split()) for row in rows for cell in row if cell.strip()]
    return sum(lengths) / len(lengths) <= longest_words


def _scattered(lines: Sequence[str], wanted: Counter[str]) -> list[int] | None:
    """Return the lines that are made of the wanted words, others between them, where they hold nearly all."""
    for start, line in enumerate(lines):
        if not line.strip() or Counter(_shown(line).split()) - wanted:
            continue
        left, found = wanted.copy(), []
        for place in range(start, len(lines)):
            words = Counter(_shown(lines[place]).split())
            if words and not words - left:
                left -= words
                found.append(place)
        if wanted.total() - left.total() >= _FOUND_SHARE * wanted.total():
            return found
    return None


def _best_run(lines: Sequence[str], wanted: Counter[str]) -> range | None:
    """Return the run of lines that is made of the wanted words alone and holds nearly all of them."""
    place = 0
    while place < len(lines):
        left, stop = wanted.copy(), place
        for number in range(place, len(lines)):
            words = Counter(_shown(lines[number]).split())
            if words - left:
                break
            left -= words
            if words:
                stop = number + 1
        found = wanted.total() - left.total()
        if found >= _FOUND_SHARE * wanted.total():
            return range(_without_blank_start(lines, place), stop)
        place += 1
    return None


def _shown(line: str) -> str:
    """Return a line with its dashes, and the hyphens at the ends of its words, written in one way: the libraries differ."""
    return _LAST_HYPHEN.sub("-", line).replace("\u00ad", "").translate(PLAIN_DASHES)


def _without_blank_start(lines: Sequence[str], place: int) -> int:
    return next(number for number in range(place, len(lines)) if lines[number].strip())


def _mend(page: str, words: Counter[str]) -> str:
    text = _DOT_LEADER.sub(" …", page)
    text = _PRESENTATION_FORMS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    text = mend_divided(text, words)
    text = _UNSPACED_LINE_END.sub(_join_unspaced, text)
    return text.strip()


def _join_unspaced(found: re.Match[str]) -> str:
    """Join two lines of a script without spaces, unless a sentence ends between them."""
    before, after = found[1], found[2]
    joins = (
        before not in _SENTENCE_ENDS and (_is_ideograph(before) or before in "、，") and _is_ideograph(after)
    )
    return "" if joins else "\n"


def _is_ideograph(letter: str) -> bool:
    return is_unspaced(letter) and not "\uac00" <= letter <= "\ud7af"
