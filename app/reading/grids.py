"""A sheet of cells as tables: merged cells filled, hidden rows and columns left out, titles above. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from app.reading.tables import join_group_headers, split_tables, stream_rows


@dataclass(frozen=True, slots=True)
class Range:
    """Merged cells, from 0, both ends within."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Grid:
    """The texts of a sheet's cells, row by row, and how they are shown."""

    cells: list[list[str]]
    merged: Sequence[Range] = ()
    hidden_rows: Collection[int] = field(default_factory=frozenset)
    hidden_columns: Collection[int] = field(default_factory=frozenset)

    def write(self) -> str:
        """Return the tables of the sheet. A range over the whole width is a title, whose text is wanted once."""
        grouped = self._fill_merged()
        tables = (
            "\n".join(stream_rows(join_group_headers(table, grouped_rows=grouped)))
            for table in split_tables(self._shown())
        )
        return "\n\n".join(filter(None, tables))

    def _fill_merged(self) -> set[int]:
        """Write the text of merged cells into all that they span; return the rows that have one over several columns."""
        grouped = set()
        columns = self._columns()
        first, last = (columns[0], columns[-1]) if columns else (0, 0)
        for one in self.merged:
            is_title = one.right > one.left <= first and (one.right >= last or self._is_alone(one))
            text = self._at(one.top, one.left)
            if one.right > one.left and not is_title:
                grouped.add(one.top)
            for row in range(one.top, min(one.bottom + 1, len(self.cells))):
                end = one.left if is_title else one.right
                for column in range(one.left, end + 1):
                    self._set(row, column, text)
        return grouped

    def _is_alone(self, one: Range) -> bool:
        """Whether its rows hold nothing else, as those of a title do beside which a note stands further below."""
        return not any(
            cell.strip() for row in self.cells[one.top : one.bottom + 1] for cell in row[one.right + 1 :]
        )

    def _at(self, row: int, column: int) -> str:
        cells = self.cells[row] if row < len(self.cells) else []
        return cells[column] if column < len(cells) else ""

    def _set(self, row: int, column: int, text: str) -> None:
        cells = self.cells[row]
        cells += [""] * (column + 1 - len(cells))
        cells[column] = text

    def _columns(self) -> list[int]:
        """Return the columns from the first to the last that holds anything, without hidden ones."""
        used = {place for row in self.cells for place, cell in enumerate(row) if cell.strip()} - set(
            self.hidden_columns
        )
        between = range(min(used, default=0), max(used, default=-1) + 1)
        return [place for place in between if place not in self.hidden_columns]

    def _shown(self) -> Iterator[tuple[int, Sequence[str]]]:
        columns = self._columns()
        for number, row in enumerate(self.cells):
            if number not in self.hidden_rows:
                yield number, [row[place] if place < len(row) else "" for place in columns]
