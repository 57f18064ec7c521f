"""When a store gets an IVFFlat index, with how many lists, and how many of them a search probes."""

import asyncio
import math
from dataclasses import dataclass
from typing import Literal

import structlog

from app.core import telemetry
from app.core.errors import FootnoteError
from app.core.types import SearchRoute
from app.db.index_samples import Answers, IndexSamples, Sample
from app.db.lexemes import LexemeTotals
from app.db.vector_indexes import StoreIndex, VectorIndexes
from app.providers.base import EmbeddingProvider
from app.retrieval.plan import choose_route, lies_inline
from app.upkeep.calibration import LEAST_QUERIES, Calibration, calibrate, recall_of
from app.upkeep.rounds import going_on

log = structlog.get_logger()

# Each search adds up what is not summed. While files come in, summing takes time from reading them. A file has up to 64 rows.
_SUMMED_AT_ROWS = 10_000
_SUMMED_AT_REST = 200
_LOOK_EVERY_SECONDS = 60.0
_AT_MOST_EVERY_SECONDS = 2.0
_SAMPLES = 60
# An index is measured again when its store has changed by a fifth, and rebuilt below this recall.
_CHECK_GROWTH = 1.2
_LEAST_RECALL = 0.95
_EXACT_TRUTH_ROWS = 10_000
_TRUTH_CANDIDATES = 500


@dataclass(frozen=True, slots=True)
class IndexPolicy:
    """How indexes are made. `lists` and `probes` are fixed numbers, or "auto" to choose them from the rows."""

    min_chunks: int = 50_000
    build: Literal["auto", "deferred"] = "auto"
    lists: int | Literal["auto"] = "auto"
    probes: int | Literal["auto"] = "auto"

    def lists_for(self, chunk_count: int) -> int:
        """Return sqrt(n) lists: the build's time grows with about the square of them."""
        return self.lists if self.lists != "auto" else max(1, round(math.sqrt(chunk_count)))

    @property
    def pinned_probes(self) -> int | None:
        return None if self.probes == "auto" else self.probes


class IndexCare:
    """Builds indexes and measures them: on request, and by itself once a store has grown past the policy's border."""

    def __init__(
        self,
        indexes: VectorIndexes,
        samples: IndexSamples,
        totals: LexemeTotals,
        embeddings: EmbeddingProvider,
        policy: IndexPolicy,
    ) -> None:
        self._indexes = indexes
        self._samples = samples
        self._totals = totals
        self._embeddings = embeddings
        self._policy = policy
        self._look_now = asyncio.Event()

    async def status(self) -> list[StoreIndex]:
        """Return every store that has chunks, with its index."""
        return await self._indexes.list(min_chunks=1)

    async def build(self, store: StoreIndex) -> bool:
        """Build or rebuild the store's index, and measure it. False when another process is building."""
        lists = self._policy.lists_for(store.chunk_count)
        if not await self._indexes.build(store, lists=lists):
            return False
        log.info("index_built", vector_store_id=store.public_id, lists=lists, chunks=store.chunk_count)
        await self.check(await self._fresh(store))
        return True

    async def check(self, store: StoreIndex) -> Calibration:
        """Measure the index of a store that has one, and set the probes by what is found.

        It serves from then on if it beats a scan, or if its probes are pinned.
        """
        assert store.lists is not None, "there is an index to be measured"
        pinned = self._policy.pinned_probes
        samples = await self._queries(store)
        truth, scan = await self._truth(store, samples), _scan_of(store)
        found = await calibrate(
            truth,
            # The exact scan has just been measured: it is slow, and searches that people wait for go on beside it.
            truth if scan == "exact" else await self._samples.search(store, samples, route=scan),
            lambda probes: self._samples.search(store, samples, route="ivfflat", probes=probes),
            lists=store.lists,
            pinned=pinned,
        )
        await self._indexes.note_check(
            store.store_id,
            probes=found.probes,
            recall=found.recall,
            gain=found.gain,
            serves=pinned is not None or found.gain > 1.0,
        )
        log.info(
            "index_checked",
            vector_store_id=store.public_id,
            probes=found.probes,
            recall=round(found.recall, 4),
            gain=round(found.gain, 2),
        )
        return found

    def nudge(self) -> None:
        """Note that chunks were added: a store may have grown enough for an index."""
        self._look_now.set()

    async def run(self) -> None:
        """Do what is due, at intervals and after each nudge, until cancelled."""
        at_rest = True
        while True:
            # Before the work: what comes during it is looked at next.
            self._look_now.clear()
            with going_on("index_care_failed", telemetry.index_care_failures):
                await self.tidy_words(at_rest=at_rest)
            with going_on("index_care_failed", telemetry.index_care_failures):
                if self._policy.build == "auto":
                    await self.do_due()
            await asyncio.sleep(_AT_MOST_EVERY_SECONDS)
            try:
                async with asyncio.timeout(_LOOK_EVERY_SECONDS):
                    await self._look_now.wait()
                at_rest = False
            except TimeoutError:
                at_rest = True

    async def tidy_words(self, *, at_rest: bool) -> None:
        """Sum up the counts of lexemes, more of them when no files come in, and sort new ones into their index."""
        await self._totals.sum_up(min_rows=_SUMMED_AT_REST if at_rest else _SUMMED_AT_ROWS)
        await self._totals.sort_in()

    async def do_due(self) -> int:
        """Build, measure or drop the indexes of which it is time; return how many were built.

        A store where that fails is logged and counted, and looked at again next time; the others are cared for.
        """
        with going_on("index_care_failed", telemetry.index_care_failures):
            if dropped := await self._indexes.drop_leftovers():
                log.info("indexes_dropped", count=dropped)
        built = 0
        for store in await self._indexes.list(min_chunks=self._policy.min_chunks):
            with going_on(
                "index_care_failed", telemetry.index_care_failures, vector_store_id=store.public_id
            ):
                built += await self._care_for(store)
        return built

    async def _care_for(self, store: StoreIndex) -> bool:
        """Do what is due for one store; True when its index was built."""
        match self._due(store):
            case "build":
                return await self.build(store)
            case "check":
                return await self._check_or_rebuild(store)
            case "drop":
                await self._indexes.drop(store.store_id)
            case None:
                pass
        return False

    def _due(self, store: StoreIndex) -> Literal["build", "check", "drop"] | None:
        if store.dimensions is None:
            return None
        large_enough = store.chunk_count >= self._policy.min_chunks
        if store.lists is None or store.chunks_at_build is None:
            return "build" if large_enough else None
        if _has_changed(store.chunk_count, store.chunks_at_build, by=2.0):
            return "build" if large_enough else "drop"
        if self._policy.lists not in ("auto", store.lists):
            return "build"
        is_stale = store.chunks_at_check is None or _has_changed(
            store.chunk_count, store.chunks_at_check, by=_CHECK_GROWTH
        )
        pinned = self._policy.pinned_probes
        # Calibration may have found the same number of probes and yet not put the index into service.
        is_unpinned = pinned is not None and not (store.serves and store.probes == min(pinned, store.lists))
        return "check" if is_stale or is_unpinned else None

    async def _check_or_rebuild(self, store: StoreIndex) -> bool:
        """Measure the index with its present probes. Rebuild it if its recall is too low, else set its probes."""
        if store.probes is not None and self._policy.pinned_probes is None:
            samples = await self._queries(store)
            truth = await self._truth(store, samples)
            served = await self._samples.search(store, samples, route="ivfflat", probes=store.probes)
            if recall_of(served.keys, truth.keys) < _LEAST_RECALL:
                return await self.build(store)
        await self.check(store)
        return False

    async def _truth(self, store: StoreIndex, samples: list[Sample]) -> Answers:
        """Return the nearest ten of the samples: exactly, or in a large store by re-ranking enough candidates for the same result."""
        if store.chunk_count <= _EXACT_TRUTH_ROWS or _scan_of(store) == "exact":
            return await self._samples.search(store, samples, route="exact")
        return await self._samples.search(store, samples, route="bits", limit=_TRUTH_CANDIDATES)

    async def _queries(self, store: StoreIndex) -> list[Sample]:
        """Return what to measure with: what people asked last, if they asked enough, else stored vectors."""
        asked = await self._samples.recent_queries(store, count=_SAMPLES)
        if len(asked) >= LEAST_QUERIES and store.space is not None:
            try:
                if await self._embeddings.serves(store.space):
                    embedded = await self._embeddings.embed(asked, purpose="query", space=store.space)
                    return [Sample(vector) for vector in embedded.vectors]
            except FootnoteError as error:
                log.info("index_check_without_queries", reason=error.message)
        return await self._samples.draw(store, count=_SAMPLES)

    async def _fresh(self, store: StoreIndex) -> StoreIndex:
        entries = await self._indexes.list(min_chunks=store.chunk_count)
        return next((entry for entry in entries if entry.store_id == store.store_id), store)


def _scan_of(store: StoreIndex) -> SearchRoute:
    """Return the way that a search of the store goes without its index."""
    inline = lies_inline(store.dimensions or 0, chunks=store.chunk_count, usage_bytes=store.usage_bytes)
    return choose_route(chunk_count=store.chunk_count, filtered=False, probes=None, inline=inline)


def _has_changed(count: int, before: int, *, by: float) -> bool:
    return count >= by * before or by * count <= before
