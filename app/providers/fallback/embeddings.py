"""Deterministic embeddings without a model: signed feature hashing of words, stems and character n-grams, rotated.

The recipe and the table of word ranks are the version: whoever changes either changes the model's name, too.
"""

import asyncio
import math
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.core.errors import InvalidRequest
from app.core.tokens import count_tokens, decode_tokens
from app.providers.base import EmbeddingResult, Embeddings, Purpose, TokenInput
from app.providers.fallback.rotation import rotate
from app.providers.fallback.words import check_table, is_unspaced, rarity, stem, word_counts

MODEL = "footnote-hash-v1"

_MASK = (1 << 64) - 1
_WORD_SHARE = 0.4
_CHARACTER_WEIGHT = 0.35**0.7
_Features = tuple[tuple[int, float], ...]


class FallbackEmbeddings:
    """Embeds by the words that texts share: a query finds its own document."""

    name = "fallback"
    model = MODEL

    def __init__(self, *, dimensions: int = 1536) -> None:
        check_table()
        self.dimensions = dimensions

    async def embed(
        self,
        texts: Sequence[TokenInput],
        *,
        purpose: Purpose,  # noqa: ARG002 - documents and queries are embedded alike
        model: str | None = None,  # noqa: ARG002 - it stands in for every model
        dimensions: int | None = None,
    ) -> EmbeddingResult:
        if dimensions is not None and dimensions > self.dimensions:
            raise InvalidRequest(
                f"Invalid 'dimensions': this model has {self.dimensions} at most.",
                param="dimensions",
                code="integer_above_max_value",
            )
        return await asyncio.to_thread(self._embed, texts, dimensions or self.dimensions)

    def _embed(self, texts: Sequence[TokenInput], dimensions: int) -> EmbeddingResult:
        plain = [text if isinstance(text, str) else decode_tokens(text) for text in texts]
        rows = [shortened(embed_text(text, self.dimensions), dimensions) for text in plain]
        counts = [
            count_tokens(text) if isinstance(given, str) else len(given)
            for given, text in zip(texts, plain, strict=True)
        ]
        return EmbeddingResult(np.stack(rows), sum(counts))


def embed_text(text: str, dimensions: int) -> Embeddings:
    """Return the unit vector of a text: any text, an empty one too."""
    clean = text.encode("utf-8", errors="replace").decode("utf-8")
    vector = [0.0] * dimensions
    for word, count in word_counts(clean).items():
        factor = 1 + round(math.log(count), 9)
        for index, value in _features(word, dimensions):
            vector[index] += factor * value
    if not any(vector):
        # Nothing to hash, such as punctuation alone: still a valid vector, of its own direction.
        vector[_hash(clean.encode()) % dimensions] = 1.0
    return _unit(rotate(np.array(vector)))


def shortened(vector: Embeddings, dimensions: int) -> Embeddings:
    """Return the first dimensions of a vector at unit length, as OpenAI shortens embeddings."""
    return vector if dimensions == len(vector) else _unit(vector[:dimensions].astype(np.float64))


def _unit(vector: NDArray[np.float64]) -> Embeddings:
    # fsum is exact: numpy's sum depends on the machine's vector width.
    length = math.sqrt(math.fsum((vector * vector).tolist()))
    if length == 0:
        vector, length = np.eye(1, len(vector))[0], 1.0
    return (vector / length).astype(np.float32)


@lru_cache(maxsize=200_000)
def _features(word: str, dimensions: int) -> _Features:
    if is_unspaced(word):
        weight = _CHARACTER_WEIGHT if len(word) == 1 else 1.0
        return _hashed([(f"{len(word)}:{word}", weight)], dimensions)

    told = rarity(word)
    bounded = f"^{word}$"
    grams = [
        bounded[start : start + size] for size in (4, 5) for start in range(max(1, len(bounded) - size + 1))
    ]
    share = told / math.sqrt(len(grams))
    features = [(f"w:{word}", _WORD_SHARE * told), (f"l:{stem(word)}", _WORD_SHARE * told)]
    return _hashed([*features, *((f"c:{gram}", share) for gram in grams)], dimensions)


def _hashed(features: Iterable[tuple[str, float]], dimensions: int) -> _Features:
    """Return where features fall and with which sign; several may fall together."""
    sums: dict[int, float] = {}
    for feature, value in features:
        number = _hash(feature.encode())
        index = (number & _MASK >> 1) % dimensions
        sums[index] = sums.get(index, 0.0) + (value if number >> 63 else -value)
    return tuple(sums.items())


def _hash(data: bytes) -> int:
    """Return a stable 64-bit hash: two CRCs through MurmurHash3's finalizer."""
    number = zlib.crc32(data) | zlib.crc32(b"\x9e" + data) << 32
    number = (number ^ number >> 33) * 0xFF51AFD7ED558CCD & _MASK
    number = (number ^ number >> 33) * 0xC4CEB9FE1A85EC53 & _MASK
    return number ^ number >> 33
