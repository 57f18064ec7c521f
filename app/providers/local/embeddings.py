"""Embeddings of a local model and of hashed words as one vector: they find more together than either alone.

The recipe is the version: whoever changes it changes the model's name, too.
"""

import asyncio
import math
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np

from app.core.fusion import Fusion
from app.core.types import EmbeddingSpace, Json
from app.core.vectors import shortened
from app.providers.base import EmbeddingResult, Embeddings, Purpose, TokenInput
from app.providers.fallback import embeddings as hashed
from app.providers.fallback.rotation import rotate
from app.providers.local.minilm import SIZE, MiniLM

MODEL = "footnote-local-v1"

# Measured on seven collections (nDCG@10, semantic search): MiniLM .703, hashed words .720, both at these shares .749.
_MODEL_SHARE = 0.7
# Up to this many texts are taken for questions. More are documents, which wait for questions.
_FEW = 8
_LOWER_PRIORITY = 10


class LocalEmbeddings:
    """Embeds by meaning and by words, in threads of this process."""

    name = "local"
    fusion = Fusion("zscore", 0.45)
    is_cheap = False

    def __init__(self, *, dimensions: int = 1536, stands_for: str = MODEL) -> None:
        self.space = EmbeddingSpace(MODEL, dimensions)
        self._words = hashed.FallbackEmbeddings(dimensions=dimensions, stands_for=stands_for)
        self._model = MiniLM()
        # ONNX Runtime releases the interpreter's lock, so threads are as good as processes.
        self._questions = ThreadPoolExecutor(2, "embed-questions")
        self._documents = ThreadPoolExecutor(os.cpu_count() or 1, "embed-documents", _lower_priority)

    def answers_to(self, model: str) -> bool:
        return self._words.answers_to(model)

    async def check(self) -> None:
        """Need nothing more: the model was loaded at the start."""

    async def close(self) -> None:
        self._questions.shutdown(wait=False, cancel_futures=True)
        self._documents.shutdown(wait=False, cancel_futures=True)

    async def serves(self, space: EmbeddingSpace) -> bool:
        """Whether texts can be embedded in this space. The fallback's own space is served too, because its part is computed anyway."""
        return space.model == MODEL or await self._words.serves(space)

    async def embed(
        self, texts: Sequence[TokenInput], *, purpose: Purpose, space: EmbeddingSpace | None = None
    ) -> EmbeddingResult:
        wanted = space or self.space
        if wanted.model != MODEL:
            return await self._words.embed(texts, purpose=purpose, space=wanted)
        return EmbeddingResult(await self._embed(texts, wanted.dimensions), None)

    async def embed_as(
        self,
        texts: Sequence[TokenInput],
        *,
        model: str,  # noqa: ARG002 - it stands in for every model
        dimensions: int | None,
        extra: Json | None = None,  # noqa: ARG002 - there is no upstream to read it
    ) -> EmbeddingResult:
        wanted = hashed.checked_dimensions(dimensions, most=self.space.dimensions)
        vectors = await self._embed(texts, self.space.dimensions)
        tokens = await asyncio.to_thread(hashed.token_count, texts)
        return EmbeddingResult(shortened(vectors, dimensions=wanted), tokens)

    async def _embed(self, texts: Sequence[TokenInput], dimensions: int) -> Embeddings:
        plain = await asyncio.to_thread(hashed.plain_texts, texts)
        pool = self._questions if len(plain) <= _FEW else self._documents
        loop = asyncio.get_running_loop()
        rows = await asyncio.gather(*(loop.run_in_executor(pool, self._model.embed, text) for text in plain))
        return await asyncio.to_thread(_joined, np.stack(rows), plain, dimensions)


def _joined(meanings: np.ndarray, texts: Sequence[str], dimensions: int) -> Embeddings:
    """Return both parts as one unit vector a text, rotated: each sign then tells of both, by their shares."""
    words = hashed.embed_texts(texts, dimensions=dimensions - SIZE)
    parts = [math.sqrt(_MODEL_SHARE) * meanings, math.sqrt(1 - _MODEL_SHARE) * words]
    return np.asarray(rotate(np.hstack(parts)), dtype=np.float32)


def _lower_priority() -> None:
    """Let questions and answers go first: on Linux a priority is a thread's own."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LOWER_PRIORITY)
