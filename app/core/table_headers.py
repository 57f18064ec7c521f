"""Headers of tables that have several rows: names of groups of columns, of columns and of units. Pure."""

import re
from collections.abc import Sequence
from itertools import zip_longest

# Digits come first in a value, after a sign or a currency. ``Q1`` and ``m3/h`` are names.
_VALUE = re.compile(r"[^\w]*\d")
_FEWEST = 2


def continues_header(above: Sequence[str], row: Sequence[str], below: Sequence[str]) -> bool:
    """Whether a row below a header goes on with it: it names at least two columns, all of which have values below."""
    named = [place for place, cell in enumerate(row) if cell.strip()]
    if not named or sum(bool(cell.strip()) for cell in above) < _FEWEST:
        return False
    first, top = row[0].strip(), above[0].strip() if above else ""
    if first and top and first != top:
        return False
    columns = [place for place in named if place]
    return (
        len(columns) >= _FEWEST
        and not any(_VALUE.match(row[place]) for place in named)
        and all(place < len(below) and _VALUE.match(below[place]) for place in columns)
    )


def join_header_rows(above: Sequence[str], row: Sequence[str]) -> list[str]:
    """Return two rows of a header as one: ``2025 Q1``. A group's name counts for the blank cells to its right."""
    groups = list(above)
    is_grouping = len(above) > 1 and not all(cell.strip() for cell in above[1:])
    for place in range(2, len(groups) if is_grouping else 0):
        if not groups[place].strip() and place < len(row) and row[place].strip():
            groups[place] = groups[place - 1]
    return [
        cell if cell == group else f"{group} {cell}".strip()
        for group, cell in zip_longest(groups, row, fillvalue="")
    ]
