"""Text of RTF and old Word files as it flows: into paragraphs, cells and rows; and the notes that hang on it. Pure."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from app.reading.list_numbers import indented
from app.reading.tables import join_group_headers, stream_rows

_HEADING_LEVELS = 6
# Also those of symbol fonts, which Unicode has in its private area.
_BULLET = re.compile("[·•▪◦‣§oØü\ue000-\uf8ff–-]")
_ITEM = "\x00"
# Edges of cells that are this near to each other, in twentieths of a point, are one.
_SAME_EDGE = 40
# The ends of cells and rows of a table that lies in a cell.
_INNER_CELL, _INNER_ROW = "\x01", "\x02"


@dataclass(slots=True)
class Cell:
    """How a cell is merged: with the one to its left, or with the one above; and where its right edge is, if that is known."""

    right: int | None = None
    from_left: bool = False
    from_above: bool = False
    spans: bool = False


@dataclass(slots=True)
class Flow:
    """A run of paragraphs and tables: the body, a header, the text of a note.

    `level` is that of the heading that the paragraph is, 0 for none; `depth` is that of the item of a list, from 0.
    `merges` are the cells of the row.
    """

    level: int = 0
    depth: int = 0
    in_table: bool = False
    merges: list[Cell] = field(default_factory=list)
    _blocks: list[str] = field(default_factory=list)
    _text: str = ""
    _mark_at: int | None = None
    _cells: list[str] = field(default_factory=list)
    _rows: list[list[str]] = field(default_factory=list)
    _grouped: set[int] = field(default_factory=set)
    _edges: list[list[int]] = field(default_factory=list)

    def add(self, text: str) -> None:
        self._text += text

    @property
    def has_text(self) -> bool:
        """Whether the paragraph that is open shows anything."""
        return bool(self._text.rpartition("\n")[2].strip() if self.in_table else self._text.strip())

    def number(self, mark: str) -> None:
        """Write the number or bullet of a list before the paragraph that is open."""
        if self.in_table:
            start, _, last = self._text.rpartition("\n")
            self._text = "\n".join(filter(None, (start, f"{mark.strip()} {last}")))
        else:
            self.depth = (len(mark) - len(mark.lstrip())) // 2
            self._text, self._mark_at = f"{mark.strip()}\t{self._text}", 0

    def begin(self, word: str) -> None:
        """Begin a part of its own: the number or bullet of a list, up to the next tab, or a text box."""
        if word in ("listtext", "pntext"):
            self._mark_at = len(self._text)
        elif word == "shptxt":
            self._text += "\n"

    def end_paragraph(self) -> None:
        """End a paragraph, of the text or of a cell."""
        if self.in_table:
            self._text += "\n"
            return
        text = self._take_text()
        if not text.strip(_ITEM):
            return
        self._end_table()
        if 1 <= self.level <= _HEADING_LEVELS:
            text = "#" * self.level + " " + " ".join(text.removeprefix(_ITEM).split())
        self._blocks.append(text)

    def end_cell(self, *, is_nested: bool = False) -> None:
        """End a cell; one of a table inside of a cell becomes text of that."""
        if is_nested:
            self._text = self._text.rstrip() + _INNER_CELL
            return
        text = self._take_text().replace(_ITEM, "").rstrip(f"{_INNER_CELL}{_INNER_ROW} \n")
        text = (
            text.replace(_INNER_CELL + _INNER_ROW, "; ").replace(_INNER_CELL, ", ").replace(_INNER_ROW, "; ")
        )
        self._cells.append(" ".join(text.split()))

    def end_row(self, *, is_nested: bool = False) -> None:
        """End a row."""
        if is_nested:
            self._text += _INNER_ROW
            return
        above = self._rows[-1] if self._rows else []
        own = [place for place, cell in enumerate(self.merges) if not cell.from_left]
        for place, cell in enumerate(self.merges[: len(self._cells)]):
            if cell.from_left and place and len(own) > 1:
                self._cells[place] = self._cells[place - 1]
            if cell.from_above and place < len(above):
                self._cells[place] = above[place]
        if any(cell.spans for cell in self.merges):
            self._grouped.add(len(self._rows))
        self._rows.append(self._cells)
        self._edges.append([cell.right for cell in self.merges if cell.right is not None])
        self._cells = []

    def blocks(self) -> list[str]:
        """Return the paragraphs and tables. Items of a list stand one below another."""
        self.end_paragraph()
        self._end_table()
        joined: list[str] = []
        was_item = False
        for block in self._blocks:
            is_item = block.startswith(_ITEM)
            if was_item and is_item:
                joined[-1] += "\n" + block.removeprefix(_ITEM)
            else:
                joined.append(block.removeprefix(_ITEM))
            was_item = is_item
        return joined

    def text(self) -> str:
        return "\n\n".join(self.blocks())

    def _take_text(self) -> str:
        text, mark_at = self._text, self._mark_at
        self._text, self._mark_at = "", None
        if mark_at is None:
            return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()
        mark, _, rest = text[mark_at:].lstrip("\t ").partition("\t")
        mark = "-" if _BULLET.fullmatch(mark.strip()) else mark.strip()
        return _ITEM + " ".join(filter(None, (indented(mark, self.depth), *rest.split())))

    def _end_table(self) -> None:
        if self._cells:
            self._rows.append(self._cells)
        if self._rows:
            self._widen()
            rows = join_group_headers(enumerate(self._rows), grouped_rows=self._grouped)
            self._blocks.append("\n".join(stream_rows(rows)))
        self._rows, self._cells, self._grouped, self._edges = [], [], set(), []

    def _widen(self) -> None:
        """Let cells count for all columns that they reach over, by their edges. Rows of other shapes stay as they are."""
        edges: list[int] = []
        for edge in sorted({edge for row in self._edges for edge in row}):
            if not edges or edge - edges[-1] > _SAME_EDGE:
                edges.append(edge)
        if len(edges) > max(map(len, self._rows)):
            return
        for number, (cells, rights) in enumerate(zip(self._rows, self._edges, strict=False)):
            if not len(cells) == len(rights) < len(edges):
                continue
            reach = [sum(edge <= right + _SAME_EDGE for edge in edges) for right in rights]
            widths = [end - start for start, end in pairwise([0, *reach])]
            if len(cells) == 1:
                cells.extend([""] * (widths[0] - 1))
                continue
            self._rows[number] = [
                cell for cell, width in zip(cells, widths, strict=True) for _ in range(width)
            ]
            self._grouped.add(number)


@dataclass(slots=True)
class Notes:
    """Footnotes, endnotes and comments, each under the mark that stands in the text."""

    _lines: list[str] = field(default_factory=list)
    _notes: int = 0
    _comments: int = 0
    _authors: dict[str, str] = field(default_factory=dict)

    def begin(self, author: str | None) -> str:
        """Return the mark of the next note; of a comment where it has an author, known or not."""
        if author is None:
            self._notes += 1
            return str(self._notes)
        self._comments += 1
        mark = f"c{self._comments}"
        self._authors[mark] = author.strip() or "unknown"
        return mark

    def add(self, mark: str, text: str) -> None:
        by = f"Comment by {self._authors[mark]}: " if mark in self._authors else ""
        self._lines.append(f"[^{mark}]: {by}{' '.join(text.split())}")

    def text(self) -> str:
        return "\n".join(self._lines)
