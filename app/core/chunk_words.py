"""The words of a file's chunks, with BM25 weights. Pure.

The weights are BM25's (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009) in two halves: a chunk holds
tf / (tf + k1 (1 - b + b dl / avgdl)), a query the idf; their inner product is the score. The average length is a
constant, so that a chunk's weights do not change when others come.

All chunks of a file are counted together by numpy. A lexeme in a chunk is one number there: the chunk's, then the lexeme's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.lexemes import LEXEME_BITS, TextWords, name_lexemes, pair_lexeme, text_words

_K1 = 1.2
_B = 0.75
_AVERAGE_LENGTH = 100
# A part of a compound, or of a word in camel case, weighs less than the whole word.
_PART_COUNT = 0.5
# A word of the file's name counts as one that stands once in a chunk of average length.
_NAME_WEIGHT = 1 / (1 + _K1)
# A chunk of a short file says in part what the whole file says: an abstract in two chunks is one text. Measured (nDCG@10 of
# the lexical leg): cranfield .377 without, .385 with it; no collection lost. Shares from .5 to .8 differ by .001.
_SHORT_FILE_CHUNKS = 4
_FILE_SHARE = 0.6
# A row has to fit into a page of PostgreSQL.
_MOST_WEIGHTS = 900
_LEXEME = (1 << LEXEME_BITS) - 1
_NUMBER_BYTES = 8

_Numbers = NDArray[np.int64]
_Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class ChunkWords:
    """What a chunk is found by, and what it weighs.

    `lexemes` find it and are counted. `weighed` are these and pairs of neighbouring words, in the order of their numbers;
    `weights` are theirs, each above 0 and below 1.
    """

    lexemes: _Numbers
    weighed: _Numbers
    weights: NDArray[np.float32]


class _Counted(NamedTuple):
    """Lexemes in chunks in order, how often each is there, and where the first of them stands."""

    keys: _Numbers
    counts: _Floats
    firsts: _Numbers


class _Weighed(NamedTuple):
    """The same with weights in place of counts."""

    keys: _Numbers
    weights: _Floats
    firsts: _Numbers


def chunk_words(
    texts: Sequence[str], language: str, *, filename: str = "", is_whole: bool = False
) -> list[ChunkWords]:
    """Return the words of a file's chunks; `is_whole` says that these are all of its chunks."""
    read = [text_words(text, language) for text in texts]
    lengths = np.array([text.length for text in read])
    weigh = _weighed_in_file if is_whole and 1 < len(texts) <= _SHORT_FILE_CHUNKS else _weighed
    name = _of_name(np.array(name_lexemes(filename, language), np.int64), len(texts))
    return _divided(name, weigh(_words(read), lengths), weigh(_pairs(read), lengths), count=len(texts))


def _words(texts: Sequence[TextWords]) -> _Counted:
    found = _keys([text.found for text in texts])
    inner = _keys([text.inner for text in texts])
    counts = np.repeat([1, _PART_COUNT], [len(found), len(inner)])
    return _counted(np.concatenate((found, inner)), counts)


def _pairs(texts: Sequence[TextWords]) -> _Counted:
    said = _keys([text.said for text in texts])
    first, second = said[:-1], said[1:]
    are_neighbours = first >> LEXEME_BITS == second >> LEXEME_BITS
    first, second = first[are_neighbours], second[are_neighbours]
    keys = first & ~_LEXEME | pair_lexeme(first & _LEXEME, second & _LEXEME)
    return _counted(keys, np.ones(len(keys)))


def _keys(lexemes: Sequence[bytes]) -> _Numbers:
    """Return lexemes of chunks as their keys."""
    sizes = [len(each) // _NUMBER_BYTES for each in lexemes]
    return _chunk_keys(len(lexemes)).repeat(sizes) | np.frombuffer(b"".join(lexemes), np.int64)


def _chunk_keys(count: int) -> _Numbers:
    return np.arange(count) << LEXEME_BITS


def _counted(keys: _Numbers, counts: _Floats) -> _Counted:
    distinct, firsts, places = np.unique(keys, return_index=True, return_inverse=True)
    summed = np.bincount(places, counts, len(distinct)).astype(np.float64, copy=False)
    return _Counted(distinct, summed, firsts)


def _of_name(lexemes: _Numbers, count: int) -> _Weighed:
    keys = (_chunk_keys(count)[:, None] | lexemes).ravel()
    return _Weighed(keys, np.full(len(keys), _NAME_WEIGHT), np.arange(len(keys)))


def _weighed(counted: _Counted, lengths: _Floats) -> _Weighed:
    keys, counts, firsts = counted
    return _Weighed(keys, _bm25(counts, lengths[keys >> LEXEME_BITS]), firsts)


def _weighed_in_file(counted: _Counted, lengths: _Floats) -> _Weighed:
    """Weigh the lexemes of each chunk, and beside them those of the file's other chunks."""
    keys, counts, firsts = counted
    lexemes, columns = np.unique(keys & _LEXEME, return_inverse=True)
    held = np.zeros((len(lengths), len(lexemes)))
    held[keys >> LEXEME_BITS, columns] = counts
    of_chunk = _bm25(held, lengths[:, None])
    of_file = _bm25(held.sum(axis=0), lengths.sum())

    # What the chunk itself holds comes first: it stays when there are too many.
    places = np.full(held.shape, len(firsts))
    places[keys >> LEXEME_BITS, columns] = firsts
    places = np.where(held, places, len(firsts) + places.min(axis=0, initial=len(firsts)))
    return _Weighed(
        (_chunk_keys(len(lengths))[:, None] | lexemes).ravel(),
        ((1 - _FILE_SHARE) * of_chunk + _FILE_SHARE * of_file).ravel(),
        places.ravel(),
    )


def _bm25(counts: _Floats, lengths: _Floats) -> _Floats:
    return counts / (counts + _K1 * (1 - _B + _B * lengths / _AVERAGE_LENGTH))


def _divided(name: _Weighed, words: _Weighed, pairs: _Weighed, *, count: int) -> list[ChunkWords]:
    """Return what each chunk has, as many as fit into a row. A lexeme of several kinds is of the first kind."""
    together = (name, words, pairs)
    keys, rows = np.unique(np.concatenate([each.keys for each in together]), return_index=True)
    if np.bincount(keys >> LEXEME_BITS).max(initial=0) > _MOST_WEIGHTS:
        fitting = _fitting(keys, rows, together)
        keys, rows = keys[fitting], rows[fitting]
    weights = np.concatenate([each.weights for each in together])[rows].astype(np.float32)
    find = rows < len(name.keys) + len(words.keys)
    lexemes = keys & _LEXEME
    borders = np.searchsorted(keys, _chunk_keys(count + 1)).tolist()
    return [
        ChunkWords(lexemes[start:end][find[start:end]], lexemes[start:end], weights[start:end])
        for start, end in pairwise(borders)
    ]


def _fitting(keys: _Numbers, rows: _Numbers, together: tuple[_Weighed, _Weighed, _Weighed]) -> _Numbers:
    """Return the places of keys that fit: left out are pairs, the last ones first, then the words that weigh least."""
    name, words, pairs = together
    ranks = np.concatenate((np.full(len(name.keys), -1), -words.weights, np.ones(len(pairs.keys))))[rows]
    firsts = np.concatenate([each.firsts for each in together])[rows]
    chunks = keys >> LEXEME_BITS
    order = np.lexsort((firsts, ranks, chunks))
    places = np.arange(len(keys)) - np.searchsorted(chunks, chunks)
    return np.sort(order[places < _MOST_WEIGHTS])
