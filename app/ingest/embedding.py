"""Embeds chunks: each text once, known ones not again, the others in batches at the pace that upstream allows."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

import numpy as np
import stamina
import structlog

from app.core import telemetry
from app.core.errors import (
    FootnoteError,
    Overloaded,
    QuotaExceeded,
    RateLimited,
    UpstreamAway,
    UpstreamFailed,
    UpstreamTimedOut,
)
from app.core.text import count_tokens
from app.core.types import Caller, EmbeddingSpace
from app.db.database import Database
from app.providers.base import EmbeddingProvider, Embeddings

# OpenAI takes 2,048 inputs and 300,000 tokens in one request; smaller batches fail and retry cheaper.
_BATCH_TEXTS = 256
_BATCH_TOKENS = 100_000
_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 60.0
# An upstream that answers nobody is left alone so long. What waits for it is read again each time.
_AWAY_SECONDS = 15.0
_PROBE = "word"
_patiently = stamina.AsyncRetryingCaller(attempts=7, timeout=None)


log = structlog.get_logger()

OnProgress = Callable[[Mapping[bytes, Embeddings]], Awaitable[None]]


class Pace:
    """When upstream may be asked again. One refusal slows down all files that are being read."""

    def __init__(self) -> None:
        self._not_before = 0.0

    async def ready(self) -> None:
        """Return once the last pause is over."""
        while (pause := self._not_before - time.monotonic()) > 0:  # noqa: ASYNC110 - another refusal prolongs it
            await asyncio.sleep(pause)

    def slow_down(self, seconds: float) -> None:
        """Let nobody ask upstream for this many seconds."""
        self._not_before = max(self._not_before, time.monotonic() + seconds)


class ChunkEmbedder:
    """Embeds texts that are to be stored."""

    def __init__(self, database: Database, embeddings: EmbeddingProvider) -> None:
        self._database = database
        self._embeddings = embeddings
        self._pace = Pace()

    @property
    def space(self) -> EmbeddingSpace:
        """The space that new stores get."""
        return self._embeddings.space

    async def ready(self) -> None:
        """Return once upstream may be asked: at once, unless it has refused a call for its rate, or answers nobody."""
        await self._pace.ready()

    async def serves(self, space: EmbeddingSpace) -> bool:
        """Whether texts can be embedded in this space; UpstreamAway while upstream does not say."""
        try:
            return await self._embeddings.serves(space)
        except (UpstreamFailed, UpstreamTimedOut) as error:
            raise self._away(error) from error

    async def embed(
        self,
        caller: Caller,
        texts: dict[bytes, str],
        space: EmbeddingSpace,
        *,
        on_progress: OnProgress | None = None,
    ) -> dict[bytes, Embeddings]:
        """Return hash → embedding in this space for texts by their hash, asking the provider for unknown ones only.

        Each batch is cached at once, so that a new start after a crash does not pay for it again. Cheap embeddings are
        neither looked up nor cached. `on_progress` gets what is known after each batch but the last.

        Raises UpstreamAway while upstream embeds nothing at all, and what upstream says of these texts.
        """
        is_cheap = self._embeddings.is_cheap
        known = {} if is_cheap else await self._known(caller, list(texts), space)
        telemetry.reused_embeddings.inc(len(known))

        missing = [(key, text) for key, text in texts.items() if key not in known]
        for batch in _batches(missing):
            vectors = await self._embed_or_blame([text for _, text in batch], space)
            fresh = {key: np.asarray(row) for (key, _), row in zip(batch, vectors, strict=True)}
            if not is_cheap:
                async with self._database.project(caller.project_id).write() as tx:
                    await tx.embedding_cache.put(fresh, space)
            known |= fresh
            if on_progress is not None and len(known) < len(texts):
                await on_progress(known)
        return known

    async def _known(
        self, caller: Caller, hashes: list[bytes], space: EmbeddingSpace
    ) -> dict[bytes, Embeddings]:
        async with self._database.project(caller.project_id).write() as tx:
            known: dict[bytes, Embeddings] = dict(await tx.embedding_cache.find(hashes, space))
            rest = [key for key in hashes if key not in known]
            if rest:
                known |= await tx.chunks.known_embeddings(rest, space)
        return known

    async def _embed_or_blame(self, texts: list[str], space: EmbeddingSpace) -> Embeddings:
        """Embed a batch. If upstream fails, find out whether these texts are the cause, or it embeds no other either."""
        try:
            return await self._embed_patiently(texts, space)
        except (UpstreamFailed, UpstreamTimedOut, UpstreamAway) as error:
            try:
                await self._embeddings.embed([_PROBE], purpose="document", space=space)
            except (UpstreamFailed, UpstreamTimedOut, Overloaded):
                raise self._away(error) from error
            raise

    def _away(self, error: FootnoteError) -> UpstreamAway:
        """Let nobody ask upstream for a while, and return what those are told who asked."""
        self._pace.slow_down(_AWAY_SECONDS)
        log.warning("upstream_away", reason=error.message, pause_seconds=_AWAY_SECONDS)
        return UpstreamAway(error.message, code="upstream_unavailable", retry_after_seconds=_AWAY_SECONDS)

    async def _embed_patiently(self, texts: list[str], space: EmbeddingSpace) -> Embeddings:
        """Embed a batch; wait as long as upstream asks when it is refused for its rate."""
        try:
            # Most often this is all, and what tries again costs more than the fallback's embeddings of a short text.
            return await self._embed_when_ready(texts, space)
        except RateLimited as error:
            if not self._pause_before_retry(error):
                raise
        return await _patiently(self._pause_before_retry, self._embed_when_ready, texts, space)

    async def _embed_when_ready(self, texts: list[str], space: EmbeddingSpace) -> Embeddings:
        await self._pace.ready()
        return (await self._embeddings.embed(texts, purpose="document", space=space)).vectors

    def _pause_before_retry(self, error: Exception) -> bool | float:
        """Return for how long a refusal slows down all files, False for any other error."""
        if not isinstance(error, RateLimited) or isinstance(error, QuotaExceeded):
            return False
        pause = min(error.retry_after_seconds or _FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS)
        self._pace.slow_down(pause)
        return pause


def _batches(texts: Sequence[tuple[bytes, str]]) -> Iterator[list[tuple[bytes, str]]]:
    # No token is shorter than a byte, and few texts need no counting.
    if len(texts) <= _BATCH_TEXTS and sum(len(text.encode()) for _, text in texts) <= _BATCH_TOKENS:
        if texts:
            yield list(texts)
        return
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
