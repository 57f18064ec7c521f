"""A text as a bag of hashed features: its words, their stems and character n-grams, weighted by rarity."""

import math
import zlib
from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.core.rarity import rarity
from app.core.text import KEPT_WORDS, is_unspaced
from app.providers.fallback.words import word_counts

_MASK = (1 << 64) - 1
_WORD_SHARE = 0.4
_CHARACTER_WEIGHT = (
    0.479578823  # 0.35 ** 0.7, written out: the power of another machine may differ in its last digit
)
# Where features fall and their values, as bytes of int64 and float64: those of many words are joined faster than arrays.
_Features = tuple[bytes, bytes]
_NUMBER_BYTES = 8
_SALT = zlib.crc32(b"\x9e")


def feature_sums(texts: Sequence[str], dimensions: int) -> NDArray[np.float64]:
    """Return a row a text: the sums of its signed features, by where they fall. Any str is taken, an empty one too."""
    clean = [text.encode("utf-8", errors="replace").decode("utf-8") for text in texts]
    counts = [word_counts(text) for text in clean]
    parts = [_features(word, dimensions) for words in counts for word in words]
    sizes = [len(places) // _NUMBER_BYTES for places, _ in parts]
    firsts = np.repeat(np.arange(len(texts)) * dimensions, [len(words) for words in counts])
    factors = [_factor(count) for words in counts for count in words.values()]

    places = np.frombuffer(b"".join([part[0] for part in parts]), np.int64) + np.repeat(firsts, sizes)
    values = np.frombuffer(b"".join([part[1] for part in parts]), np.float64) * np.repeat(factors, sizes)
    sums = np.bincount(places, weights=values, minlength=len(texts) * dimensions).astype(np.float64)
    rows = sums.reshape(len(texts), dimensions)
    for row in np.flatnonzero(~rows.any(axis=1)):
        # Nothing to hash, such as punctuation alone: still a direction, of its own.
        rows[row, _hash(clean[row].encode()) % dimensions] = 1.0
    return rows


@lru_cache(maxsize=1_000)
def _factor(count: int) -> float:
    """Return what a word weighs that occurs so often."""
    return 1 + round(math.log(count), 9)


# About 0.6 kB an entry: 10 MB when full.
@lru_cache(maxsize=KEPT_WORDS)
def _features(word: str, dimensions: int) -> _Features:
    if is_unspaced(word):
        weight = _CHARACTER_WEIGHT if len(word) == 1 else 1.0
        return _hashed([(f"{len(word)}:{word}", weight)], dimensions)

    weight = rarity(word)
    bounded = f"^{word}$"
    grams = [
        bounded[start : start + size] for size in (4, 5) for start in range(max(1, len(bounded) - size + 1))
    ]
    share = weight / math.sqrt(len(grams))
    features = [(f"w:{word}", _WORD_SHARE * weight), (f"l:{_cut(word)}", _WORD_SHARE * weight)]
    return _hashed([*features, *((f"c:{gram}", share) for gram in grams)], dimensions)


def _cut(word: str) -> str:
    """Return an English word without its common endings. Part of the recipe: other stems would be another model."""
    size = len(word)
    if size > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if size > 5 and word.endswith("ing"):
        return _single(word[:-3])
    if size > 4 and word.endswith("ed"):
        return _single(word[:-2])
    if size > 4 and word.endswith("es"):
        return word[:-2]
    if size > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word[:-2] if size > 5 and word.endswith("ly") else word


def _single(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


def _hashed(features: Iterable[tuple[str, float]], dimensions: int) -> _Features:
    """Return where features fall and with which sign; several may fall together."""
    places, values = array("q"), array("d")
    for feature, value in features:
        number = _hash(feature.encode())
        places.append((number & _MASK >> 1) % dimensions)
        values.append(value if number >> 63 else -value)
    return places.tobytes(), values.tobytes()


def _hash(data: bytes) -> int:
    """Return a stable 64-bit hash (never Python's own): two CRCs through MurmurHash3's finalizer."""
    number = zlib.crc32(data) | zlib.crc32(data, _SALT) << 32
    number = (number ^ number >> 33) * 0xFF51AFD7ED558CCD & _MASK
    number = (number ^ number >> 33) * 0xC4CEB9FE1A85EC53 & _MASK
    return number ^ number >> 33
