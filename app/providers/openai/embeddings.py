"""Embeddings from upstream, checked: count, order, dimensions, finite and of unit length."""

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np

from app.core.errors import FootnoteError, InvalidRequest, NotFound, UpstreamFailed, UpstreamMisconfigured
from app.core.fusion import Fusion
from app.core.types import EmbeddingSpace, Json
from app.core.vectors import shortened
from app.providers.base import EmbeddingResult, Embeddings, Purpose, TokenInput
from app.providers.openai.connection import OpenAIConnection
from app.providers.openai.shortening import can_be_shortened

# Models that refused `dimensions`. The list is bounded, because callers may send any name.
_MOST_REMEMBERED = 1_000


class OpenAIEmbeddings:
    """Embeddings from upstream, checked: count, order, dimensions, finite and of unit length."""

    name = "openai"
    fusion = Fusion("zscore", 0.45)
    is_cheap = False

    def __init__(self, connection: OpenAIConnection, *, space: EmbeddingSpace) -> None:
        self._connection = connection
        self.space = space
        self._listed: frozenset[str] = frozenset()
        self._of_one_length: set[str] = set()

    def answers_to(self, model: str) -> bool:  # noqa: ARG002 - upstream judges the name
        return True

    async def serves(self, space: EmbeddingSpace) -> bool:
        """A model of another name counts only when upstream lists it, because many servers answer to any name with their one model."""
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
        try:
            result = await self._ask(texts, wanted.model, dimensions=wanted.dimensions)
        except NotFound as error:
            raise UpstreamMisconfigured(
                f"The upstream model server has no embedding model {wanted.model!r} at this address. "
                f"Check EMBEDDING_MODEL and {self._connection.url_setting}.",
                code="model_not_found",
            ) from error
        got = result.vectors.shape[1]
        if got != wanted.dimensions:
            raise UpstreamMisconfigured(
                f"The embedding model {wanted.model} returns {got} dimensions, not {wanted.dimensions}. "
                f"Set EMBEDDING_DIMENSIONS={got}.",
                code="dimensions_mismatch",
            )
        return result

    async def embed_as(
        self,
        texts: Sequence[TokenInput],
        *,
        model: str,
        dimensions: int | None,
        extra: Json | None = None,
    ) -> EmbeddingResult:
        result = await self._ask(texts, model, dimensions=dimensions, extra=extra)
        got = result.vectors.shape[1]
        if dimensions is not None and got != dimensions:
            raise InvalidRequest(
                f"This embedding model returned {got} dimensions, not {dimensions}.",
                param="dimensions",
                code="invalid_value",
            )
        return result

    async def _ask(
        self, texts: Sequence[TokenInput], model: str, *, dimensions: int | None, extra: Json | None = None
    ) -> EmbeddingResult:
        """Return what upstream embeds, shortened where it ignored `dimensions` and its model allows that."""
        body = {**(extra or {}), "input": list(texts), "model": model, "encoding_format": "float"}
        answer = await self._answer(body, dimensions)
        vectors = _vectors(answer, count=len(texts))
        if dimensions is not None and dimensions < vectors.shape[1] and can_be_shortened(model):
            vectors = shortened(vectors, dimensions=dimensions)
        usage = answer.get("usage") or {}
        return EmbeddingResult(vectors, int(usage.get("prompt_tokens") or 0))

    async def _answer(self, body: dict[str, Any], dimensions: int | None) -> Any:  # upstream's JSON
        """Ask for the dimensions, and once more without them when upstream refuses: many models have one length only."""
        model = body["model"]
        if dimensions is None or model in self._of_one_length:
            return await self._connection.post("/embeddings", body)
        try:
            return await self._connection.post("/embeddings", body | {"dimensions": dimensions})
        except InvalidRequest as refused:
            try:
                answer = await self._connection.post("/embeddings", body)
            except FootnoteError:
                raise refused from None
            if len(self._of_one_length) < _MOST_REMEMBERED:
                self._of_one_length.add(model)
            return answer

    async def check(self) -> None:
        await self._connection.model_ids()

    async def close(self) -> None:
        await self._connection.close()


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
