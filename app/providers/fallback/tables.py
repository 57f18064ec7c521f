"""Rows of tables, ready to be quoted alone: each value with the name of its column. Pure."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from app.core.table_headers import continues_header, join_header_rows
from app.core.text import delimiter_of

# Stands between the cells of a row.
CELL_SIGN = " · "
_YES = frozenset(("yes", "y", "true", "x", "✓", "✔", "ja", "oui", "sí", "si", "required"))
_NO = frozenset(("no", "n", "false", "-", "–", "✗", "nein", "non", "not required"))
# "Is a receipt needed?" asks of each row, "Which expenses need one?" for some of them.
_WHICH = re.compile(
    r"^\W*(?:(?:for|in|at|of|für|bei|in|pour|para) )?(?:which|what|who|where|list|name|show|welche\w*|was|wer|wofür|quel\w*|qué|cu[aá]l\w*)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"\b(?:not|no|without|never|nicht|kein\w*|ohne|sans|pas|sin)\b|n['’]t\b", re.IGNORECASE)
_ROW = re.compile(r"\|.*\|$")
_RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+$")
_CELL_END = re.compile(r"(?<!\\)\|")


def rows_with_headers(lines: Sequence[str]) -> list[str]:
    """Return the lines with rows of tables as "column: value · column: value"; headers and rules become blank.

    Tables are `| a | b |` rows and blocks of lines as in a CSV file. The first row of a table is its header. One that
    stands alone is not changed.
    """
    rendered: list[str] = []
    for _, group in groupby(lines, key=bool):
        block = list(group)
        rendered += _delimited(block) or _lines(block)
    return rendered


def _delimited(block: Sequence[str]) -> list[str] | None:
    """Return the rows of a block of lines as in a CSV file; None if it is no table."""
    sign = delimiter_of(block)
    if sign is None:
        return None
    header, *rows = csv.reader(block, delimiter=sign)
    if len(rows) > 1 and continues_header(header, *rows[:2]):
        header = join_header_rows(header, rows[0])
        return ["", "", *(_rendered(header, row) for row in rows[1:])]
    return ["", *(_rendered(header, row) for row in rows)]


def _lines(lines: Sequence[str]) -> Iterator[str]:
    header: list[str] | None = None
    for place, line in enumerate(lines):
        if not _ROW.match(line):
            header = None
            yield line
        elif _RULE.match(line):
            yield ""
        elif header is None:
            header = _cells(line)
            yield "" if place + 1 < len(lines) and _ROW.match(lines[place + 1]) else line
        elif _RULE.match(lines[place - 1]) and continues_header(
            header, _cells(line), _cells(_line(lines, place + 1))
        ):
            header = join_header_rows(header, _cells(line))
            yield ""
        else:
            yield _rendered(header, _cells(line))


def _line(lines: Sequence[str], place: int) -> str:
    return lines[place] if place < len(lines) else ""


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in _CELL_END.split(row)[1:-1]]


def _rendered(header: Sequence[str], cells: Sequence[str]) -> str:
    """Return a row as an item of a list, which stands alone; empty cells are left out."""
    names = [*header, *[""] * (len(cells) - len(header))]
    pairs = [f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=False) if cell]
    return f"- {CELL_SIGN.join(pairs)}" if pairs else ""


def rows_that_say_so(rows: Sequence[str], question: str, is_asked: Callable[[str], bool]) -> list[str]:
    """Return those of some rendered rows that say yes in a column that the question asks for, or no where it asks for that.

    "Which expenses need a receipt?" is answered by the rows with "Receipt needed: yes". All rows where no such column is.
    """
    if not _WHICH.match(question):
        return list(rows)
    values = [dict(cell.rpartition(": ")[::2] for cell in row.split(CELL_SIGN)) for row in rows]
    for column in values[0] if values else ():
        said = [value.get(column, "").lower() for value in values]
        if (
            column
            and is_asked(column)
            and {*said} <= _YES | _NO
            and not {*said} <= _YES
            and not {*said} <= _NO
        ):
            wanted = _NO if _NEGATED.search(question) else _YES
            return [row for row, word in zip(rows, said, strict=True) if word in wanted]
    return list(rows)
