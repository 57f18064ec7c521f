"""Queries to embeddings. Recent ones are kept in memory."""

from collections.abc import Sequence

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from app.core import metrics
from app.core.types import EmbeddingSpace
from app.providers.base import EmbeddingProvider

# A query is embedded whole; far beyond a question's length it only costs.
LONGEST_QUERY = 8_000
# At 1,536 dimensions some 6 MB.
_REMEMBERED = 1_000


class QueryEmbedder:
    """Embeds queries; the same query again costs no call."""

    def __init__(self, embeddings: EmbeddingProvider) -> None:
        self._embeddings = embeddings
        self._known: LRUCache[tuple[EmbeddingSpace, str], NDArray[np.float32]] = LRUCache(_REMEMBERED)

    async def serves(self, space: EmbeddingSpace) -> bool:
        """Whether queries can be embedded in this space."""
        return await self._embeddings.serves(space)

    async def embed(self, queries: Sequence[str], space: EmbeddingSpace) -> list[NDArray[np.float32]]:
        """Return an embedding a query, in this space. Raises a FootnoteError."""
        known = {query: self._known.get((space, query)) for query in queries}
        missing = [query for query, vector in known.items() if vector is None]
        metrics.known_queries.inc(len(known) - len(missing))
        if missing:
            embedded = await self._embeddings.embed(missing, purpose="query", space=space)
            for query, vector in zip(missing, embedded.vectors, strict=True):
                self._known[space, query] = known[query] = np.asarray(vector)
        return [vector for query in queries if (vector := known[query]) is not None]
