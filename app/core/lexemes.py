"""Text to lexemes, and lexemes to BM25 weights: the same for chunks and for queries. Pure.

The weights are BM25's (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009) in two halves: a chunk holds
tf / (tf + k1 (1 - b + b dl / avgdl)), a query the idf; their inner product is the score. The average length is a
constant, so that a chunk's weights do not change when others come.
"""

import math
import zlib
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from threading import local

import Stemmer

from app.core.words import is_unspaced, pairs, tokens

_K1 = 1.2
_B = 0.75
_AVERAGE_LENGTH = 100
# Of a script without spaces, two neighbouring pairs are about a word.
_PAIR_LENGTH = 0.5
_LONGEST_WORD = 40
# Lexemes are numbered by a hash, as a sparse vector needs it; its dimension is just above the largest number.
LEXEME_SPACE = 1_000_000_000

# ISO 639-3, as text is recognised, and the Snowball stemmer for it. Other languages keep their words as they are.
STEMMERS: Mapping[str, str] = {
    "ara": "arabic",
    "hye": "armenian",
    "eus": "basque",
    "cat": "catalan",
    "dan": "danish",
    "nld": "dutch",
    "eng": "english",
    "fin": "finnish",
    "fra": "french",
    "deu": "german",
    "ell": "greek",
    "hin": "hindi",
    "hun": "hungarian",
    "ind": "indonesian",
    "gle": "irish",
    "ita": "italian",
    "lit": "lithuanian",
    "nep": "nepali",
    "nob": "norwegian",
    "por": "portuguese",
    "ron": "romanian",
    "rus": "russian",
    "srp": "serbian",
    "spa": "spanish",
    "swe": "swedish",
    "tam": "tamil",
    "tur": "turkish",
    "yid": "yiddish",
}
DEFAULT_LANGUAGE = "eng"

_stemmers = local()


def lexeme_counts(text: str, language: str) -> Counter[int]:
    """Return how often each lexeme occurs in a text, by its number.

    A word is its stem; a run of a script without spaces counts by pairs of characters, which find what segmenting
    would have to guess.
    """
    words, spelled = _lexemes(text, language)
    return Counter(map(_number, (*words, *spelled)))


def chunk_weights(text: str, language: str) -> dict[int, float]:
    """Return each lexeme's share of a chunk's score, below 1."""
    words, spelled = _lexemes(text, language)
    length = len(words) + len(spelled) * _PAIR_LENGTH
    norm = _K1 * (1 - _B + _B * length / _AVERAGE_LENGTH)
    counts = Counter(map(_number, (*words, *spelled)))
    return {lexeme: count / (count + norm) for lexeme, count in counts.items()}


def inverse_frequency(holding: int, total: int) -> float:
    """Return BM25's idf of a lexeme that `holding` of `total` chunks hold, above 0."""
    return math.log(1 + (max(total, holding) - holding + 0.5) / (holding + 0.5))


@lru_cache(maxsize=100_000)
def _number(lexeme: str) -> int:
    return zlib.crc32(lexeme.encode()) % LEXEME_SPACE


def _lexemes(text: str, language: str) -> tuple[list[str], list[str]]:
    """Return the stems of a text's words, and the pairs of its runs without spaces."""
    words: list[str] = []
    spelled: list[str] = []
    for token in tokens(text):
        if is_unspaced(token):
            spelled += pairs(token) or [token]
        else:
            words.append(token[:_LONGEST_WORD])
    return stems(words, language), spelled


def stems(words: list[str], language: str) -> list[str]:
    """Return the stem of each word, the words themselves in a language without a stemmer."""
    algorithm = STEMMERS.get(language)
    if algorithm is None:
        return words
    # A stemmer must not be used by two threads.
    stemmer = getattr(_stemmers, algorithm, None)
    if stemmer is None:
        stemmer = Stemmer.Stemmer(algorithm)
        setattr(_stemmers, algorithm, stemmer)
    stemmed: list[str] = stemmer.stemWords(words)
    return stemmed
