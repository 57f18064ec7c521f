"""Where the words and the ruled lines of a PDF's pages lie. Read by liteparse, which is fast and keeps no state."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from liteparse import LiteParse, ParseError
from liteparse.types import ParsedPage

from app.core.text import is_unspaced

# A shape that is this thin, in points, is a line. One that is higher and wider is the background of a cell.
_THINNEST = 2.5
_AT_ONCE = 20
# Bold, semibold, extrabold; CMBX and SFBX are those of TeX, -Medi that of its Times and Helvetica.
_BOLD_NAME = re.compile(
    r"bold|black|heavy|[-,]medi$|[-,]bd$|demi|^(?:[A-Z]{6}\+)?(?:CM|SF|EC)(?:S?S?BX|BSR)", re.IGNORECASE
)
_BOLD_WEIGHT = 600
_FEWEST_SIGNS, _MOST = 10, 0.8
# A page with this many words that stand sideways for each upright one is turned. A stamp at its rim has fewer.
_TURNED = 0.5
_SIDEWAYS = (90, 270)
# A page with this many for each upright one stands sideways as a whole.
_WHOLE = 3


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its box, in points from the page's upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float = 0
    is_bold: bool = False

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A line that runs from `start` to `end` at one `place` across its direction."""

    place: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A page: its words in the order of the file, and the lines drawn on it.

    How many words stand `sideways`, which are not among them, and by how many degrees most of those have to be turned
    clockwise (`turn`) to be read.
    """

    words: tuple[Word, ...] = ()
    across: tuple[Rule, ...] = ()
    down: tuple[Rule, ...] = ()
    sideways: int = 0
    turn: int = 0

    @property
    def is_turned(self) -> bool:
        """Whether much of the page stands sideways, as wide tables do on an upright page."""
        return self.sideways >= max(_FEWEST_SIGNS, _TURNED * len(self.words))

    @property
    def is_sideways(self) -> bool:
        """Whether the page stands sideways as a whole, but for a few words at its rim."""
        return self.sideways >= max(_FEWEST_SIGNS, _WHOLE * len(self.words))

    @property
    def is_vertical(self) -> bool:
        """Whether lines run from top to bottom: each sign of Chinese or Japanese is then a word of its own."""
        signs = sum(len(word.text) == 1 and is_unspaced(word.text) for word in self.words)
        return signs >= max(_FEWEST_SIGNS, _MOST * len(self.words))


def read_layouts(data: bytes, *, pages: int) -> list[Layout]:
    """Return the layout of each page, an empty one where a page cannot be laid out. Few pages are in memory at a time."""
    layouts: list[Layout] = []
    for first in range(1, pages + 1, _AT_ONCE):
        parser = LiteParse(
            ocr_enabled=False,
            quiet=True,
            num_workers=1,
            target_pages=f"{first}-{min(pages, first + _AT_ONCE - 1)}",
            emit_word_boxes=True,
            extract_vector_graphics=True,
            output_format="text",
        )
        try:
            layouts += [_layout(page) for page in parser.parse(data).pages]
        except (ParseError, RuntimeError, ValueError):
            break
    return layouts + [Layout()] * (pages - len(layouts))


def group_lines(words: Sequence[Word]) -> list[list[Word]]:
    """Return words by lines from top to bottom, each from left to right."""
    lines: list[list[Word]] = []
    for middle, word in sorted(((word.middle[1], word) for word in words), key=itemgetter(0)):
        if lines and lines[-1][0].top < middle < lines[-1][0].bottom:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.left) for line in lines]


def is_bold_font(font_name: str | None, weight: float | None) -> bool:
    """Whether a font is bold, by its name or its weight."""
    return bool(_BOLD_NAME.search(font_name or "")) or (weight or 0) >= _BOLD_WEIGHT


def _layout(page: ParsedPage) -> Layout:
    words = [
        Word(
            *(word.text, word.x, word.y, word.x + word.width, word.y + word.height),
            size=item.font_size or 0,
            is_bold=is_bold_font(item.font_name, item.font_weight),
        )
        for item in page.text_items
        if not item.rotation
        for word in item.words
        if word.text.strip()
    ]
    across, down = [], []
    graphics = page.vector_graphics
    for shape in graphics.shapes if graphics else ():
        x, y, width, height = shape.bbox
        if height <= _THINNEST < width:
            across.append(Rule(y + height / 2, x, x + width))
        elif width <= _THINNEST < height:
            down.append(Rule(x + width / 2, y, y + height))
        elif width > _THINNEST and shape.stroke:
            across += [Rule(y, x, x + width), Rule(y + height, x, x + width)]
            down += [Rule(x, y, y + height), Rule(x + width, y, y + height)]
    for line in graphics.lines if graphics else ():
        if abs(line.y1 - line.y2) <= _THINNEST < abs(line.x1 - line.x2):
            across.append(Rule(line.y1, min(line.x1, line.x2), max(line.x1, line.x2)))
        elif abs(line.x1 - line.x2) <= _THINNEST < abs(line.y1 - line.y2):
            down.append(Rule(line.x1, min(line.y1, line.y2), max(line.y1, line.y2)))
    turns = Counter[int]()
    for item in page.text_items:
        if item.rotation in _SIDEWAYS:
            turns[360 - round(item.rotation)] += len(item.words)
    turn = max(turns, key=lambda angle: turns[angle], default=0)
    return Layout(tuple(words), tuple(across), tuple(down), turns.total(), turn)
