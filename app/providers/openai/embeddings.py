"""Embeddings from upstream, checked: count, order, dimensions, finite and of unit length."""

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np

from app.core.errors import InvalidRequest, UpstreamFailed, UpstreamMisconfigured
from app.core.fusion import Fusion
from app.core.types import EmbeddingSpace
from app.providers.base import EmbeddingResult, Embeddings, Purpose, TokenInput
from app.providers.openai.connection import OpenAIConnection


class OpenAIEmbeddings:
    """Embeddings from upstream, checked: count, order, dimensions, finite and of unit length."""

    name = "openai"
    fusion = Fusion("zscore", 0.45)

    def __init__(self, connection: OpenAIConnection, *, space: EmbeddingSpace) -> None:
        self._connection = connection
        self.space = space
        self._listed: frozenset[str] = frozenset()

    def answers_to(self, model: str) -> bool:  # noqa: ARG002 - upstream judges the name
        return True

    async def serves(self, space: EmbeddingSpace) -> bool:
        """A model of another name counts only when upstream lists it: many servers answer to any name with their own."""
        if space.model == self.space.model:
            return True
        if space.model not in self._listed:
            self._listed = frozenset(await self._connection.model_ids())
        return space.model in self._listed

    async def embed(
        self,
        texts: Sequence[TokenInput],
        *,
        purpose: Purpose,  # noqa: ARG002 - OpenAI's models embed documents and queries alike
        space: EmbeddingSpace | None = None,
    ) -> EmbeddingResult:
        wanted = space or self.space
        result = await self._ask(texts, wanted.model, wanted.dimensions)
        got = result.vectors.shape[1]
        if got != wanted.dimensions:
            raise UpstreamMisconfigured(
                f"The embedding model {wanted.model} returns {got} dimensions, not {wanted.dimensions}. "
                f"Set EMBEDDING_DIMENSIONS={got}.",
                code="dimensions_mismatch",
            )
        return result

    async def embed_as(
        self, texts: Sequence[TokenInput], *, model: str, dimensions: int | None
    ) -> EmbeddingResult:
        result = await self._ask(texts, model, dimensions)
        got = result.vectors.shape[1]
        if dimensions is not None and got != dimensions:
            raise InvalidRequest(
                f"This embedding model returns {got} dimensions and no other number.",
                param="dimensions",
                code="invalid_value",
            )
        return result

    async def _ask(self, texts: Sequence[TokenInput], model: str, dimensions: int | None) -> EmbeddingResult:
        body: dict[str, Any] = {"input": list(texts), "model": model, "encoding_format": "float"}
        if dimensions is not None and _takes_dimensions(model):
            body["dimensions"] = dimensions
        answer = await self._connection.post("/embeddings", body)
        vectors = _vectors(answer, count=len(texts))
        usage = answer.get("usage") or {}
        return EmbeddingResult(vectors, int(usage.get("prompt_tokens") or 0))

    async def check(self) -> None:
        await self._connection.model_ids()

    async def close(self) -> None:
        await self._connection.close()


def _takes_dimensions(model: str) -> bool:
    # Older models and most servers other than OpenAI's refuse the parameter.
    return model.startswith("text-embedding-3")


def _vectors(answer: Any, *, count: int) -> Embeddings:  # upstream's JSON
    try:
        rows = sorted(answer["data"], key=lambda row: row["index"])
        vectors = np.asarray([_floats(row["embedding"]) for row in rows], dtype=np.float32)
        complete = [row["index"] for row in rows] == list(range(count)) and vectors.ndim == 2
    except (KeyError, TypeError, ValueError) as error:
        raise UpstreamFailed(
            "The upstream embedding server answered with something that is no embedding."
        ) from error
    if not complete:
        raise UpstreamFailed(
            f"The upstream embedding server did not return {count} embeddings of one length."
        )

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or not lengths.all():
        raise UpstreamFailed("The upstream embedding server returned an embedding without length.")
    unit: Embeddings = vectors / lengths
    return unit


def _floats(embedding: str | list[float]) -> Any:
    """Return the numbers of an embedding: base64 of little-endian floats, or a list where base64 is not known."""
    if isinstance(embedding, str):
        return np.frombuffer(base64.b64decode(embedding, validate=True), dtype="<f4")
    return embedding
