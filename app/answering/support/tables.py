"""Tables in a passage: each row says what its header says of it. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.answering.support.reading import ReadSentence, Word

# The line of dashes under a header.
_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-{3,}:?[ \t]*\|", re.MULTILINE)
_CELL_END = re.compile(r"[|\t]")


def with_headers(text: str, sentences: Sequence[ReadSentence]) -> Iterator[ReadSentence]:
    """Yield the sentences of a text; each row of a table has the terms and comparisons of the table's header, too."""
    header: ReadSentence | None = None
    for before, sentence, after in zip((None, *sentences), sentences, (*sentences[1:], None), strict=False):
        if not sentence.is_row:
            header = None
        elif before is None or not before.is_row:
            header = sentence if _is_header(text, sentence, after) else None
            if header is not None:
                yield replace(sentence, is_header=True)
                continue
        yield sentence if header is None else _under(text, header, sentence)


def _is_header(text: str, row: ReadSentence, after: ReadSentence | None) -> bool:
    """Whether a table's first row names its columns: a line of dashes says so, or numbers that only the next row has."""
    if after is None or not after.is_row:
        return False
    return _RULE.search(text, row.end, after.end) is not None or bool(after.quantities and not row.quantities)


def _under(text: str, header: ReadSentence, row: ReadSentence) -> ReadSentence:
    names = _cells(text, header)
    refused = [
        frozenset(word.stem for word in names.get(column, ()) if word.weight)
        for column, words in _cells(text, row).items()
        if len(words) == 1 and words[0].negates
    ]
    return replace(
        row,
        terms=header.terms | row.terms,
        sides=header.sides | row.sides,
        turns=(*header.turns, *row.turns),
        refused=tuple(filter(None, refused)),
    )


def _cells(text: str, row: ReadSentence) -> dict[int, list[Word]]:
    """Return the words of a row by the number of the cell that they stand in; empty cells are not in it."""
    ends = [found.start() for found in _CELL_END.finditer(text, row.start, row.end)]
    cells: dict[int, list[Word]] = {}
    for word in row.words:
        column = sum(end < word.token.start for end in ends)
        cells.setdefault(column, []).append(word)
    return cells
