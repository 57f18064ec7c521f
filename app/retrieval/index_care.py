"""When a store gets an IVFFlat index, with how many lists, and how many of them a search probes."""

import asyncio
import math
from dataclasses import dataclass
from typing import Literal

import structlog

from app.db.lexemes import LexemeTotals
from app.db.vector_indexes import MAX_INDEX_DIMENSIONS, StoreIndex, VectorIndexes

log = structlog.get_logger()

# 15 % of the lists found .91 to .99 of the exact top ten on three real collections.
_PROBED_SHARE = 0.15
_SUMMED_AT_ROWS = 100_000
_LOOK_EVERY_SECONDS = 60.0
_AT_MOST_EVERY_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class IndexPolicy:
    """How indexes are made. `lists` and `probes` are numbers that pin them, or "auto" to size them from the rows."""

    min_chunks: int = 50_000
    build: Literal["auto", "deferred"] = "auto"
    lists: int | Literal["auto"] = "auto"
    probes: int | Literal["auto"] = "auto"

    def lists_for(self, chunk_count: int) -> int:
        """Return sqrt(n) lists: the build's time grows with about the square of them."""
        return self.lists if self.lists != "auto" else max(1, round(math.sqrt(chunk_count)))

    def probes_for(self, lists: int) -> int:
        """Return how many of the lists a search reads."""
        return min(lists, self.probes if self.probes != "auto" else max(1, math.ceil(lists * _PROBED_SHARE)))


class IndexCare:
    """Builds indexes: on request, and by itself once a store has grown past the policy's border."""

    def __init__(self, indexes: VectorIndexes, totals: LexemeTotals, policy: IndexPolicy) -> None:
        self._indexes = indexes
        self._totals = totals
        self._policy = policy
        self._look_now = asyncio.Event()

    async def status(self) -> list[StoreIndex]:
        """Return every store that has chunks, with its index."""
        return await self._indexes.list(min_chunks=1)

    async def build(self, store: StoreIndex) -> bool:
        """Build the store's index. False when another process is at it."""
        lists = self._policy.lists_for(store.chunk_count)
        built = await self._indexes.build(store, lists=lists)
        log.info(
            "index_build", vector_store_id=store.public_id, lists=lists, chunks=store.chunk_count, built=built
        )
        return built

    def nudge(self) -> None:
        """Say that chunks have come: a store may have grown enough."""
        self._look_now.set()

    async def run(self) -> None:
        """Build what is due, now and then and after each nudge, until cancelled."""
        while self._policy.build == "auto":
            try:
                await self._totals.sum_up(min_rows=_SUMMED_AT_ROWS)
                await self.build_due()
            except Exception:
                log.exception("index_care_failed")
            await asyncio.sleep(_AT_MOST_EVERY_SECONDS)
            self._look_now.clear()
            try:
                async with asyncio.timeout(_LOOK_EVERY_SECONDS):
                    await self._look_now.wait()
            except TimeoutError:
                continue

    async def build_due(self) -> int:
        """Build the index of each store past the border that has none, or has doubled; return how many.

        Indexes of stores that were deleted go first.
        """
        if dropped := await self._indexes.drop_orphans():
            log.info("indexes_dropped", count=dropped)
        built = 0
        for store in await self._indexes.list(min_chunks=self._policy.min_chunks):
            if _is_due(store):
                built += await self.build(store)
        return built


def _is_due(store: StoreIndex) -> bool:
    if store.dimensions is None or store.dimensions > MAX_INDEX_DIMENSIONS:
        return False
    return store.lists is None or store.chunk_count >= 2 * (store.chunks_at_build or 1)
