"""Deterministic embeddings without a model: signed feature hashing, rotated.

The recipe and the table of word ranks are the version: whoever changes either changes the model's name, too.
"""

import asyncio
from collections.abc import Sequence

import numpy as np

from app.core.errors import InvalidRequest
from app.core.fusion import Fusion
from app.core.rarity import rarity
from app.core.text import count_tokens, decode_tokens
from app.core.types import EmbeddingSpace, Json
from app.core.vectors import shortened, unit_rows
from app.providers.base import EmbeddingResult, Embeddings, Purpose, TokenInput
from app.providers.fallback.features import feature_sums
from app.providers.fallback.model_names import is_openai_name
from app.providers.fallback.rotation import rotate

MODEL = "footnote-hash-v1"

# The fallback stands in for every model; clients that know this one expect its length.
_DIMENSIONS_OF = {"text-embedding-3-large": 3_072}
_ROWS_AT_ONCE = 64  # they stay in the processor's cache while they are rotated


class FallbackEmbeddings:
    """Embeds by the words that texts share: a query finds its own document."""

    name = "fallback"
    fusion = Fusion("minmax", 0.6)
    is_cheap = True

    def __init__(self, *, dimensions: int = 1536, stands_for: str = MODEL) -> None:
        rarity("")  # reads the table of word ranks: without it nothing may start
        self.space = EmbeddingSpace(MODEL, dimensions)
        self._stands_for = stands_for

    def answers_to(self, model: str) -> bool:
        return model == self._stands_for or is_openai_name(model)

    async def check(self) -> None:
        """Need nothing, so that nothing can be missing."""

    async def close(self) -> None:
        """Hold nothing open."""

    async def serves(self, space: EmbeddingSpace) -> bool:
        return space.model == MODEL

    async def embed(
        self,
        texts: Sequence[TokenInput],
        *,
        purpose: Purpose,  # noqa: ARG002 - documents and queries are embedded alike
        space: EmbeddingSpace | None = None,
    ) -> EmbeddingResult:
        vectors = await asyncio.to_thread(_embed, texts, (space or self.space).dimensions)
        return EmbeddingResult(vectors, None)

    async def embed_as(
        self,
        texts: Sequence[TokenInput],
        *,
        model: str,
        dimensions: int | None,
        extra: Json | None = None,  # noqa: ARG002 - there is no upstream to read it
    ) -> EmbeddingResult:
        most = _DIMENSIONS_OF.get(model, self.space.dimensions)
        wanted = checked_dimensions(dimensions, most=most)
        vectors, tokens = await asyncio.to_thread(lambda: (_embed(texts, most), token_count(texts)))
        return EmbeddingResult(shortened(vectors, dimensions=wanted), tokens)


def _embed(texts: Sequence[TokenInput], dimensions: int) -> Embeddings:
    return embed_texts(plain_texts(texts), dimensions=dimensions)


def plain_texts(texts: Sequence[TokenInput]) -> list[str]:
    """Return inputs as texts."""
    return [text if isinstance(text, str) else decode_tokens(text) for text in texts]


def token_count(texts: Sequence[TokenInput]) -> int:
    """Return how many tokens inputs have together."""
    return sum(count_tokens(text) if isinstance(text, str) else len(text) for text in texts)


def checked_dimensions(asked: int | None, *, most: int) -> int:
    """Return how many dimensions a caller gets; InvalidRequest for more than there are."""
    if asked is not None and asked > most:
        raise InvalidRequest(
            f"Invalid 'dimensions': this model has {most} at most.",
            param="dimensions",
            code="integer_above_max_value",
        )
    return asked or most


def embed_texts(texts: Sequence[str], *, dimensions: int) -> Embeddings:
    """Return a unit vector a text, whatever the text; the same bytes for it alone and among others."""
    vectors = np.empty((len(texts), dimensions), dtype=np.float32)
    for start in range(0, len(texts), _ROWS_AT_ONCE):
        rows = feature_sums(texts[start : start + _ROWS_AT_ONCE], dimensions)
        vectors[start : start + len(rows)] = unit_rows(rotate(rows))
    return vectors
