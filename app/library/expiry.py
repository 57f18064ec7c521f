"""Sweeps away what has expired, now and then, for all projects."""

import asyncio

import structlog

from app.db.expiry import ExpiredRows

log = structlog.get_logger()

_SWEEP_EVERY_SECONDS = 60.0
# At 1,536 dimensions some 300 MB.
_MOST_CACHED_EMBEDDINGS = 100_000
_MOST_RETRIEVALS = 10_000
_RETRIEVAL_DAYS = 30


class Expiry:
    """Expired rows are hidden at once; this frees what they take up."""

    def __init__(self, rows: ExpiredRows) -> None:
        self._rows = rows

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            try:
                await self.sweep()
            except Exception:
                log.exception("sweep_failed")
            await asyncio.sleep(_SWEEP_EVERY_SECONDS)

    async def sweep(self) -> None:
        """Delete expired files, empty expired stores, trim the cache of embeddings and the recorded retrievals."""
        while deleted := await self._rows.delete_files():
            log.info("expired_files_deleted", count=deleted)
        while emptied := await self._rows.empty_stores():
            log.info("expired_stores_emptied", count=emptied)
        await self._rows.trim_cache(_MOST_CACHED_EMBEDDINGS)
        await self._rows.trim_retrievals(_MOST_RETRIEVALS, days=_RETRIEVAL_DAYS)
