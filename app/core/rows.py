"""Tables in the form of CSV: which blocks of lines are rows, and which sign divides their cells. Pure."""

import csv
import re
from collections.abc import Sequence

_NUMBER = re.compile(r"[\d.,\s%€$£-]+$")
# A table has the sign at least this often in each line. Prose has commas too.
_FEWEST_SIGNS = {";": 1, "\t": 1, ",": 2}
_BLOCK = re.compile(r"(?:[^\n]*\S[^\n]*(?:\n|\Z))+")


def delimiter_of(block: Sequence[str]) -> str | None:
    """Return the sign that divides each line of a block into equally many cells, under a header; None for no table."""
    for sign, fewest in _FEWEST_SIGNS.items():
        if len(block) < 2 or min(line.count(sign) for line in block) < fewest:
            continue
        header, *rows = csv.reader(block, delimiter=sign)
        if len({len(header), *map(len, rows)}) == 1 and not any(map(_NUMBER.match, header)):
            return sign
    return None


def with_cells_apart(text: str) -> str:
    """Return a text of the same length with a tab between the cells of such rows: ``13,13`` is two numbers there."""
    return _BLOCK.sub(lambda found: _apart(found[0]), text)


def _apart(block: str) -> str:
    sign = delimiter_of(block.splitlines())
    return block.replace(sign, "\t") if sign else block
