"""A text as a bag of hashed features: its words, their stems and character n-grams, weighted by rarity."""

import math
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain, pairwise, repeat

import numpy as np
from numpy.typing import NDArray

from app.core.rarity import rarity
from app.core.text import KEPT_OF_CHUNKS, is_unspaced
from app.providers.fallback.words import word_counts

_LOW_BITS = np.uint64((1 << 63) - 1)
_FINALIZER = np.array([0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53], np.uint64)
_WORD_SHARE = 0.4
_CHARACTER_WEIGHT = (
    0.479578823  # 0.35 ** 0.7, written out: the power of another machine may differ in its last digit
)
# Where features fall and their values, as bytes of int64 and float64: those of many words are joined faster than arrays.
# It is empty until it is worked out, which is done for many words at once.
_Features = list[bytes]
_NUMBER_BYTES = 8
_SALT = zlib.crc32(b"\x9e")


def feature_sums(texts: Sequence[str], dimensions: int) -> NDArray[np.float64]:
    """Return a row a text: the sums of its signed features, by where they fall. Any str is taken, an empty one too."""
    clean = [text.encode("utf-8", errors="replace").decode("utf-8") for text in texts]
    counts = [word_counts(text) for text in clean]
    parts = _features([word for words in counts for word in words], dimensions)
    sizes = np.array([len(places) for places, _ in parts], np.int64) // _NUMBER_BYTES
    firsts = np.repeat(np.arange(len(texts)) * dimensions, [len(words) for words in counts])
    factors = [*map(_factor, chain.from_iterable(words.values() for words in counts))]

    places = np.frombuffer(b"".join([part[0] for part in parts]), np.int64) + np.repeat(firsts, sizes)
    values = np.frombuffer(b"".join([part[1] for part in parts]), np.float64) * np.repeat(factors, sizes)
    sums = np.bincount(places, weights=values, minlength=len(texts) * dimensions).astype(
        np.float64, copy=False
    )
    rows = sums.reshape(len(texts), dimensions)
    for row in np.flatnonzero(~rows.any(axis=1)):
        # Nothing to hash, such as punctuation alone: still a direction, of its own.
        rows[row, int(_hashes([clean[row].encode()])[0]) % dimensions] = 1.0
    return rows


@lru_cache(maxsize=1_000)
def _factor(count: int) -> float:
    """Return what a word weighs that occurs so often."""
    return 1 + round(math.log(count), 9)


def _features(words: Sequence[str], dimensions: int) -> list[_Features]:
    found = [_remembered(word, dimensions) for word in words]
    fresh = {word: features for word, features in zip(words, found, strict=True) if not features}
    if fresh:
        for features, hashed in zip(
            fresh.values(), _hashed([*map(_weighted, fresh)], dimensions), strict=True
        ):
            features[:] = hashed
    return found


# About 0.6 kB an entry: 10 MB when full.
@lru_cache(maxsize=KEPT_OF_CHUNKS)
def _remembered(word: str, dimensions: int) -> _Features:  # noqa: ARG001 - they are what it is remembered by
    return []


def _weighted(word: str) -> tuple[list[str], list[float]]:
    """Return a word's features and their weights."""
    if is_unspaced(word):
        return [f"{len(word)}:{word}"], [_CHARACTER_WEIGHT if len(word) == 1 else 1.0]

    weight = rarity(word)
    bounded = f"^{word}$"
    size = len(bounded)
    grams = ["c:" + bounded[start : start + 4] for start in range(max(1, size - 3))]
    grams += ["c:" + bounded[start : start + 5] for start in range(max(1, size - 4))]
    share = weight / math.sqrt(len(grams))
    own = _WORD_SHARE * weight
    return ["w:" + word, "l:" + _cut(word), *grams], [own, own, *([share] * len(grams))]


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


def _hashed(
    words: Sequence[tuple[Sequence[str], Sequence[float]]], dimensions: int
) -> Iterator[tuple[bytes, bytes]]:
    """Yield where the features of each word fall and with which sign; several may fall together."""
    numbers = _hashes([feature.encode() for features, _ in words for feature in features])
    values = np.array([*chain.from_iterable(weights for _, weights in words)])
    places = ((numbers & _LOW_BITS) % np.uint64(dimensions)).astype(np.int64).tobytes()
    signed = np.where(numbers >> np.uint64(63), values, -values).tobytes()
    ends = accumulate(len(features) * _NUMBER_BYTES for features, _ in words)
    for start, end in pairwise([0, *ends]):
        yield places[start:end], signed[start:end]


def _hashes(data: Sequence[bytes]) -> NDArray[np.uint64]:
    """Return stable 64-bit hashes (never Python's own): two CRCs through MurmurHash3's finalizer."""
    numbers = np.array([*map(zlib.crc32, data, repeat(_SALT))], np.uint64) << np.uint64(32)
    numbers |= np.array([*map(zlib.crc32, data)], np.uint64)
    for factor in _FINALIZER:
        numbers = (numbers ^ numbers >> np.uint64(33)) * factor
    return numbers ^ numbers >> np.uint64(33)
