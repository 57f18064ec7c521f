"""A passage as it is read with its tables, and whether a statement has a cell of another column or row. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain

from app.answering.support.reading import Column, ReadSentence, read_sentences
from app.answering.support.tokens import Quantity
from app.answering.support.turns import Word
from app.core.stop_words import stop_words
from app.core.text import pairs

# The line of dashes under a header.
_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-{3,}:?[ \t]*\|", re.MULTILINE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_CELL_END = re.compile(r"[|\t]")


# Several citations of an answer are compared with the same passage, and many answers cite the same one. A passage of 1,500
# characters takes 120 kB, so they have fewer places, which no statement takes.
@lru_cache(maxsize=128)
def read_passage(text: str, language: str) -> tuple[ReadSentence, ...]:
    """Return the sentences of a passage; each row of a table has the terms and comparisons of the table's header, too."""
    return tuple(_with_headers(text, read_sentences(text, language)))


def _with_headers(text: str, sentences: Sequence[ReadSentence]) -> Iterator[ReadSentence]:
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
    """Whether a table's first row names its columns: a line of dashes says so, or numbers that only the next row has, but for years."""
    if after is None or not after.is_row:
        return False
    if _RULE.search(text, row.end, after.end) is not None:
        return True
    return (
        bool(after.quantities)
        and all(map(_is_period, row.quantities))
        and not all(map(_is_period, after.quantities))
    )


def _is_period(quantity: Quantity) -> bool:
    """Whether a number names a year or a quarter, as columns are called."""
    return quantity.unit == "quarter" or any(_YEAR.fullmatch(reading) for reading in quantity.readings)


def _under(text: str, header: ReadSentence, row: ReadSentence) -> ReadSentence:
    names, cells = _cells(text, header), _cells(text, row)
    refused = [
        frozenset(word.stem for word in names.get(column, ()) if word.weight)
        for column, words in cells.items()
        if len(words) == 1 and words[0].negates
    ]
    return replace(
        row,
        terms=header.terms | row.terms,
        # "2022" may be the name of a column.
        quantities=(*header.quantities, *row.quantities),
        sides=header.sides | row.sides,
        turns=(*header.turns, *row.turns),
        refused=tuple(filter(None, refused)),
        columns=tuple(_columns(names, cells)),
    )


def _columns(names: Mapping[int, Sequence[Word]], cells: Mapping[int, Sequence[Word]]) -> Iterator[Column]:
    """Yield the name and the cell of each column; a word of two names, or of a name and a cell, tells no column."""
    named = {column: _keys(words) for column, words in names.items()}
    held = {column: _keys(words) for column, words in cells.items()}
    counted = Counter(chain(*named.values(), set().union(*held.values())))
    telling = {key for key, times in counted.items() if times == 1}
    for column in sorted(named.keys() & held.keys()):
        yield frozenset(named[column] & telling), frozenset(held[column] & telling)


def _keys(words: Sequence[Word]) -> set[str]:
    """Return what words are compared by: their stems, the digits of numbers, pairs of characters in scripts without spaces."""
    keys: set[str] = set()
    for word in words:
        token = word.token
        if token.kind == "number":
            keys.add(_digits(token.text))
        elif token.kind == "run":
            keys.update(pairs(token.folded) or [token.folded])
        elif word.weight:
            keys.add(word.stem)
        elif len(token.text) == 1 and token.is_capital:
            # A size "S" is not a frequent word.
            keys.add(token.text)
    return keys


def _digits(number: str) -> str:
    return "".join(filter(str.isdecimal, number))


def _cells(text: str, row: ReadSentence) -> dict[int, list[Word]]:
    """Return the words of a row by the number of the cell that they stand in; empty cells are not in it."""
    ends = [found.start() for found in _CELL_END.finditer(text, row.start, row.end)]
    cells: dict[int, list[Word]] = {}
    for word in row.words:
        column = sum(end < word.token.start for end in ends)
        cells.setdefault(column, []).append(word)
    return cells


def is_of_other_cells(
    said: Sequence[ReadSentence],
    row: ReadSentence,
    sentences: Sequence[ReadSentence],
    same: Sequence[ReadSentence],
    *,
    language: str,
) -> bool:
    """Whether a statement has something of a row that is left out of `same`, or of another column than it names."""
    # Even a frequent word such as "yes".
    elsewhere = _plain_words(sentences) - _plain_words(same)
    if not elsewhere.isdisjoint(_plain_words(said) - stop_words(language)):
        return True
    return _is_of_another_column(said, row)


def _plain_words(sentences: Sequence[ReadSentence]) -> set[str]:
    words = (word.token for sentence in sentences for word in sentence.words)
    return {token.folded for token in words if token.kind == "word" and len(token.folded) > 1}


def _is_of_another_column(said: Sequence[ReadSentence], row: ReadSentence) -> bool:
    """Whether a statement names a column, and has the cell of another one: "the manager is Braun" where the deputy is.

    The first cell that is said is what the row is about.
    """
    keys = set[str]().union(*(_keys(sentence.words) for sentence in said))
    # "Five" is 5.
    keys |= {
        _digits(reading) for sentence in said for each in sentence.quantities for reading in each.readings
    }
    named = {at for at, (name, _) in enumerate(row.columns) if not keys.isdisjoint(name)}
    held = {at for at, (_, cell) in enumerate(row.columns) if not keys.isdisjoint(cell)}
    return bool(named - held and held - named - {min(held)})
