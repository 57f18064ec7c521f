"""Text to lexemes, and the lexemes of chunks to BM25 weights. Pure.

The weights are BM25's (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009) in two halves: a chunk holds
tf / (tf + k1 (1 - b + b dl / avgdl)), a query the idf; their inner product is the score. The average length is a
constant, so that a chunk's weights do not change when others come.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice, pairwise, starmap
from pathlib import PurePath
from typing import NamedTuple

from app.core.compounds import compound_parts
from app.core.folding import folded, lowered, visible
from app.core.notations import notations, quantity_parts
from app.core.spelling import Run, parts_of, runs, runs_of_part
from app.core.stemming import forms
from app.core.stop_words import stop_words
from app.core.text import KEPT_OF_CHUNKS, KEPT_WORDS, is_unspaced, pairs

# Raise this when the lexemes or weights of a text change: chunks of older versions are then read again.
WORDS_VERSION = 4

_K1 = 1.2
_B = 0.75
_AVERAGE_LENGTH = 100
# Of a script without spaces, five neighbouring pairs are about two words.
_PAIR_LENGTH = 0.4
# A part of a compound, or of a word in camel case, weighs less than the whole word.
_PART_COUNT = 0.5
# A word of the file's name counts as one that stands once in a chunk of average length.
_NAME_WEIGHT = 1 / (1 + _K1)
_MOST_NAME_WORDS = 24
_MOST_NAME_PARTS = 6
_NAME_PARTS = re.compile(r"\d+|[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+")
# A chunk of a short file says in part what the whole file says: an abstract in two chunks is one text. Measured (nDCG@10 of
# the lexical leg): cranfield .377 without, .385 with it; no collection lost. Shares from .5 to .8 differ by .001.
_SHORT_FILE_CHUNKS = 4
_FILE_SHARE = 0.6
# What may stand behind a word, and is no part of it.
_CLOSING = ".,;:!?)\"'"
# A row has to fit into a page of PostgreSQL.
_MOST_WEIGHTS = 900
# Lexemes are numbered by a hash, as a sparse vector needs it; its dimension is just above the largest number.
LEXEME_SPACE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class ChunkWords:
    """A chunk's weights by lexeme, each below 1. The first `indexed` of them are found and counted, the others only weigh."""

    weights: Mapping[int, float]
    indexed: int

    @property
    def lexemes(self) -> list[int]:
        """The lexemes that the chunk is found by."""
        return list(self.weights)[: self.indexed]


class _Part(NamedTuple):
    """The lexemes of a piece of text without white space.

    It is `words` and `spelled` (pairs of characters) long. `found` are all of its lexemes, among them `inner`, which are
    parts of words; `said` are words that are no stop words.
    """

    found: tuple[int, ...] = ()
    inner: tuple[int, ...] = ()
    said: tuple[int, ...] = ()
    words: int = 0
    spelled: int = 0


@dataclass(slots=True)
class _Text:
    """How often each lexeme and each pair of neighbouring words occurs in a text, and how long it is in words."""

    counts: dict[int, float]
    pairs: dict[int, float]
    length: float


def chunk_words(
    texts: Sequence[str], language: str, *, filename: str = "", is_whole: bool = False
) -> list[ChunkWords]:
    """Return the words of a file's chunks; `is_whole` says that these are all of its chunks."""
    read = [_read(text, language) for text in texts]
    name = dict.fromkeys(name_lexemes(filename, language), _NAME_WEIGHT)
    if not is_whole or not 1 < len(read) <= _SHORT_FILE_CHUNKS:
        return [_chunk(_weights(text.counts, text), _weights(text.pairs, text), name) for text in read]
    file = _together(read)
    return [
        _chunk(
            _mixed(_weights(text.counts, text), _weights(file.counts, file)),
            _mixed(_weights(text.pairs, text), _weights(file.pairs, file)),
            name,
        )
        for text in read
    ]


def name_lexemes(filename: str, language: str) -> list[int]:
    """Return the lexemes of a file's name without its suffix. They differ from the lexemes of texts."""
    found = runs(PurePath(filename).stem.replace("+", " "))
    words = [word for run in found for word in spellings_of(run)]
    words += [part for run in found for word in run.words for part in _parts_in_name(word, language)]
    words += [
        first + second
        for run in found
        for first, second in pairwise(run.words)
        if any(map(str.isdigit, first + second))
    ]
    forms_of_words = (named(form) for word in words for form in word_forms(word, language))
    return list(dict.fromkeys(forms_of_words))[:_MOST_NAME_WORDS]


def _parts_in_name(word: str, language: str) -> Iterator[str]:
    """Yield what people may call a file by: parts of a compound, and of a word that changes to digits or capitals."""
    yield from compound_parts(lowered(word), language)
    parts = _NAME_PARTS.findall(word)
    if 1 < len(parts) <= _MOST_NAME_PARTS:
        # One letter or a small number is no name: "12" does not mean file12.txt.
        yield from (part for part in parts if len(part) > 1 and not (part.isdigit() and len(part) < 4))
        yield from map("".join, pairwise(parts))


def spellings_of(run: Run) -> Iterator[str]:
    """Yield all words of a run: each word, words joined, parts of camel case, and pairs of characters in scripts without spaces."""
    for word in (*run.words, *run.joined, *(hump for _, humps in run.humps for hump in humps)):
        yield from (pairs(word) or [word]) if is_unspaced(word) else [word]


def word_forms(word: str, language: str) -> tuple[str, ...]:
    """Return the forms in which a word is stored."""
    return (word,) if is_unspaced(word) else forms(word, language)


def named(form: str) -> int:
    """Return the lexeme of a form in a file's name."""
    return number(f"/{form}")


def pair_lexeme(first: int, second: int) -> int:
    """Return the lexeme of two words that follow each other."""
    return (first * 1_000_003 ^ second * 7_919) % LEXEME_SPACE


@lru_cache(maxsize=KEPT_WORDS)
def number(lexeme: str) -> int:
    """Return a lexeme's number."""
    return zlib.crc32(lexeme.encode()) % LEXEME_SPACE


def _chunk(words: Mapping[int, float], neighbours: Mapping[int, float], name: dict[int, float]) -> ChunkWords:
    # No chunk that we make has more lexemes. If one has, the ones of least weight are left out.
    kept = sorted(words, key=words.__getitem__, reverse=True)[: _MOST_WEIGHTS - len(name)]
    weights = {lexeme: words[lexeme] for lexeme in kept} | name
    together = {**weights, **neighbours, **weights}
    if len(together) > _MOST_WEIGHTS:
        together = dict(islice(together.items(), _MOST_WEIGHTS))
    return ChunkWords(together, len(weights))


def _weights(counts: Mapping[int, float], text: _Text) -> dict[int, float]:
    norm = _K1 * (1 - _B + _B * text.length / _AVERAGE_LENGTH)
    return {lexeme: count / (count + norm) for lexeme, count in counts.items()}


def _mixed(chunk: Mapping[int, float], file: Mapping[int, float]) -> dict[int, float]:
    """Return the weights of a chunk in its file, those of the chunk itself first: they stay when there are too many."""
    own = {
        lexeme: (1 - _FILE_SHARE) * weight + _FILE_SHARE * file[lexeme] for lexeme, weight in chunk.items()
    }
    return own | {lexeme: _FILE_SHARE * weight for lexeme, weight in file.items() if lexeme not in own}


def _together(texts: Sequence[_Text]) -> _Text:
    whole = _Text({}, {}, sum(text.length for text in texts))
    for text in texts:
        for lexeme, count in text.counts.items():
            whole.counts[lexeme] = whole.counts.get(lexeme, 0.0) + count
        for lexeme, count in text.pairs.items():
            whole.pairs[lexeme] = whole.pairs.get(lexeme, 0.0) + count
    return whole


def _read(text: str, language: str) -> _Text:
    # What closes a sentence is no part of a word, which is then remembered once.
    read = [_part(part.rstrip(_CLOSING), language) for part in parts_of(text)]
    # Put together and counted in C: loops of our own would take three times as long.
    of_parts, inner, said, words, spelled = zip(*read, strict=True) if read else ((),) * 5
    found = [*chain.from_iterable(of_parts)]
    found += (number(forms(each.meant, language)[0]) for each in notations(visible(text)))
    counts: dict[int, float] = {**Counter(found)}
    for lexeme in chain.from_iterable(inner):
        counts[lexeme] -= 1 - _PART_COUNT
    neighbours: dict[int, float] = {**Counter(starmap(pair_lexeme, pairwise(chain.from_iterable(said))))}
    return _Text(counts, neighbours, sum(words) + sum(spelled) * _PAIR_LENGTH)


@lru_cache(maxsize=KEPT_OF_CHUNKS)
def _part(part: str, language: str) -> _Part:
    stops = stop_words(language)
    words: list[int] = []
    spelled: list[int] = []
    besides: list[int] = []
    inner: list[int] = []
    said: list[int] = []
    for run in runs_of_part(part):
        if is_unspaced(run.words[0]):
            spelled += map(number, pairs(run.words[0]) or run.words)
            continue
        own: list[int] = []
        for word in run.words:
            form, *others = forms(word, language)
            own.append(number(form))
            besides += map(number, others)
            if folded(word) not in stops:
                said.append(own[-1])
        words += own
        besides += [number(forms(word, language)[0]) for word in run.joined]
        if parts := [*_inner_parts(run, language)]:
            inner += {number(forms(each, language)[0]) for each in parts} - set(own)
    found = (*words, *spelled, *besides, *inner)
    return _Part(found, tuple(inner), tuple(said), len(words), len(spelled))


def _inner_parts(run: Run, language: str) -> Iterator[str]:
    """Yield the parts of a run's words: of camel case, of compounds, and of a number with its unit."""
    for _, humps in run.humps:
        yield from humps
    for word in run.words:
        yield from compound_parts(lowered(word), language)
    for word in run.words:
        if word[0].isdigit():
            yield from quantity_parts(lowered(word))
