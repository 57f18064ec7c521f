"""Embeddings from upstream, checked: count, order, dimensions, finite and of unit length."""

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np

from app.core.errors import FootnoteError, InvalidRequest, UpstreamFailed, UpstreamMisconfigured
from app.providers.base import EmbeddingResult, Embeddings, Purpose, TokenInput
from app.providers.openai.connection import OpenAIConnection


class OpenAIEmbeddings:
    """Embeddings from upstream, checked: count, order, dimensions, finite and of unit length."""

    name = "openai"

    def __init__(self, connection: OpenAIConnection, *, model: str, dimensions: int) -> None:
        self._connection = connection
        self.model = model
        self.dimensions = dimensions

    async def embed(
        self,
        texts: Sequence[TokenInput],
        *,
        purpose: Purpose,  # noqa: ARG002 - OpenAI's models embed documents and queries alike
        model: str | None = None,
        dimensions: int | None = None,
    ) -> EmbeddingResult:
        body: dict[str, Any] = {
            "input": list(texts),
            "model": model or self.model,
            "encoding_format": "float",
        }
        stored = model is None and dimensions is None
        wanted = self.dimensions if stored else dimensions
        if wanted is not None and _takes_dimensions(str(body["model"])):
            body["dimensions"] = wanted

        answer = await self._connection.post("/embeddings", body)
        vectors = _vectors(answer, count=len(texts))
        if wanted is not None and vectors.shape[1] != wanted:
            raise _wrong_dimensions(vectors.shape[1], wanted, stored=stored)
        usage = answer.get("usage") or {}
        return EmbeddingResult(vectors, int(usage.get("prompt_tokens") or 0))

    async def check(self) -> None:
        await self._connection.model_ids()


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


def _wrong_dimensions(got: int, wanted: int, *, stored: bool) -> FootnoteError:
    if stored:
        return UpstreamMisconfigured(
            f"The embedding model returns {got} dimensions, not {wanted}. Set EMBEDDING_DIMENSIONS={got}.",
            code="dimensions_mismatch",
        )
    return InvalidRequest(
        f"This embedding model returns {got} dimensions and no other number.",
        param="dimensions",
        code="invalid_value",
    )
