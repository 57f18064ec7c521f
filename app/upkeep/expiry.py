"""Deletes what has expired, at intervals, for all projects."""

import asyncio

import structlog

from app.core.folders import clear_left_folders
from app.db.expiry import ExpiredRows
from app.upkeep.rounds import going_on

log = structlog.get_logger()

_SWEEP_EVERY_SECONDS = 60.0
# At 1,536 dimensions some 300 MB.
_MOST_CACHED_EMBEDDINGS = 100_000
_MOST_RETRIEVALS = 10_000
_RETRIEVAL_DAYS = 30
_AUDIT_DAYS = 400
# Longer than anybody pages through a list.
_PLACE_HOURS = 24


class Expiry:
    """Frees the space of expired rows, which are hidden as soon as they expire."""

    def __init__(self, rows: ExpiredRows) -> None:
        self._rows = rows

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            with going_on("sweep_failed"):
                await self.sweep()
            await asyncio.sleep(_SWEEP_EVERY_SECONDS)

    async def sweep(self) -> None:
        """Delete expired files and what killed processes left of files, empty expired stores, delete old responses, trim caches and records."""
        if left := await asyncio.to_thread(clear_left_folders):
            log.info("left_folders_deleted", count=left)
        while deleted := await self._rows.delete_files():
            log.info("expired_files_deleted", count=deleted)
        while emptied := await self._rows.empty_stores():
            log.info("expired_stores_emptied", count=emptied)
        while deleted := await self._rows.delete_responses():
            log.info("expired_responses_deleted", count=deleted)
        await self._rows.empty_uploads()
        await self._rows.forget_texts()
        await self._rows.trim_cache(_MOST_CACHED_EMBEDDINGS)
        await self._rows.trim_retrievals(_MOST_RETRIEVALS, days=_RETRIEVAL_DAYS)
        await self._rows.forget_answers()
        await self._rows.trim_audit(days=_AUDIT_DAYS)
        await self._rows.forget_places(hours=_PLACE_HOURS)
