"""Embeds a file's chunks: each text once, known ones not again, the rest in batches."""

from collections.abc import Iterator, Sequence

import numpy as np

from app.core import metrics
from app.core.tokens import count_tokens
from app.core.types import Caller
from app.db.database import Database
from app.providers.base import EmbeddingProvider, Embeddings

# OpenAI takes 2,048 inputs and 300,000 tokens in one request; smaller batches fail and retry cheaper.
_BATCH_TEXTS = 256
_BATCH_TOKENS = 100_000


class ChunkEmbedder:
    """Embeds texts that are to be stored."""

    def __init__(self, database: Database, embeddings: EmbeddingProvider) -> None:
        self._database = database
        self._embeddings = embeddings

    @property
    def model(self) -> str:
        return self._embeddings.model

    @property
    def dimensions(self) -> int:
        return self._embeddings.dimensions

    async def embed(self, caller: Caller, texts: dict[bytes, str]) -> dict[bytes, Embeddings]:
        """Return hash → embedding for texts by their hash, asking the provider for unknown ones only."""
        async with self._database.transaction(caller.project_id) as tx:
            known: dict[bytes, Embeddings] = dict(
                await tx.chunks.known_embeddings(list(texts), model=self.model, dimensions=self.dimensions)
            )
        metrics.reused_embeddings.inc(len(known))

        missing = [(key, text) for key, text in texts.items() if key not in known]
        for batch in _batches(missing):
            result = await self._embeddings.embed([text for _, text in batch], purpose="document")
            known |= {key: np.asarray(row) for (key, _), row in zip(batch, result.vectors, strict=True)}
        return known


def _batches(texts: Sequence[tuple[bytes, str]]) -> Iterator[list[tuple[bytes, str]]]:
    batch: list[tuple[bytes, str]] = []
    tokens = 0
    for key, text in texts:
        count = count_tokens(text)
        if batch and (len(batch) == _BATCH_TEXTS or tokens + count > _BATCH_TOKENS):
            yield batch
            batch, tokens = [], 0
        batch.append((key, text))
        tokens += count
    if batch:
        yield batch
