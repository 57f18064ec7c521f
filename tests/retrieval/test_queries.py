"""Query embeddings: the same query again costs no call."""

from typing import Any

import numpy as np

from app.core.types import EmbeddingSpace
from app.providers.fallback.embeddings import MODEL, FallbackEmbeddings
from app.retrieval.queries import QueryEmbedder


class CountingEmbeddings(FallbackEmbeddings):
    """The fallback, noting what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[str]] = []

    async def embed(self, texts: Any, **options: Any) -> Any:
        self.asked.append(list(texts))
        return await super().embed(texts, **options)


async def test_known_queries_are_not_asked_for_again() -> None:
    """Only new ones are, each once, in one call; the vectors come in the order of the queries."""
    provider = CountingEmbeddings()
    queries = QueryEmbedder(provider)

    first = await queries.embed(["leave", "dinner"], provider.space)
    second = await queries.embed(["dinner", "trips", "trips", "leave"], provider.space)

    assert provider.asked == [["leave", "dinner"], ["trips"]]
    np.testing.assert_array_equal(second[0], first[1])
    np.testing.assert_array_equal(second[3], first[0])
    np.testing.assert_array_equal(second[1], second[2])


async def test_each_space_has_its_own() -> None:
    """The same query for stores of two spaces is embedded twice."""
    provider = CountingEmbeddings()
    queries = QueryEmbedder(provider)

    (large,) = await queries.embed(["leave"], provider.space)
    (small,) = await queries.embed(["leave"], EmbeddingSpace(MODEL, 256))

    assert (len(large), len(small)) == (1536, 256)
