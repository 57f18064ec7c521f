"""Records of retrievals: what was asked, where, what both legs found, what was chosen, and what the model read."""

import asyncio
from collections.abc import Sequence
from contextvars import Context
from typing import Any

import structlog

from app.core import ids
from app.core.errors import FootnoteError, NotFound
from app.core.types import Caller
from app.db.database import Database
from app.models import RetrievalRecord
from app.retrieval.search import Retrieval
from app.wire.footnote import chunk_body, listing_body

log = structlog.get_logger()

_WRITE_AFTER_SECONDS = 0.1
# What is kept in memory at most. The answer after that waits for the database.
_MOST_WAITING = 500
# How long another replica has to write what it has just answered.
_PAUSES = (0.05, 0.1, 0.2, 0.3)
_KEPT_ROLES = ("system", "developer", "user")


class RetrievalLog:
    """Keeps retrievals, and finds them again.

    Records are written a moment after their answers, those of one moment in one transaction. A crash loses that moment.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writing = asyncio.Lock()
        self._waiting: dict[str, dict[str, dict[str, Any]]] = {}
        self._soon: asyncio.Task[None] | None = None

    async def record(
        self, caller: Caller, retrieval: Retrieval, *, prompt: Sequence[dict[str, Any]] | None = None
    ) -> None:
        """Keep a retrieval, with the messages that the model read, without earlier answers.

        A busy database loses the record, not the answer.
        """
        waiting = self._waiting.setdefault(caller.project_id, {})
        waiting[retrieval.retrieval_id] = _record(retrieval, prompt)
        if self._soon is None or self._soon.done():
            # It writes what other requests found, too: none of them is the one that it belongs to.
            self._soon = asyncio.create_task(self._write_soon(), name="retrieval-log", context=Context())
        if len(waiting) > _MOST_WAITING:
            await self.flush()

    async def retrieve(self, caller: Caller, retrieval_id: str) -> RetrievalRecord:
        """Return a record; raise NotFound. One so young that another replica may not have written it yet is waited for."""
        await self.flush()
        for pause in _PAUSES if ids.may_be_on_its_way(retrieval_id) else ():
            try:
                return await self._get(caller, retrieval_id)
            except NotFound:
                await asyncio.sleep(pause)
        return await self._get(caller, retrieval_id)

    async def flush(self) -> None:
        """Return once all records that were kept before are written."""
        async with self._writing:
            for project_id in list(self._waiting):
                await self._write(project_id, self._waiting.pop(project_id))

    async def close(self) -> None:
        """Write what is left."""
        await self.flush()
        if self._soon is not None:
            self._soon.cancel()
            await asyncio.gather(self._soon, return_exceptions=True)

    async def _get(self, caller: Caller, retrieval_id: str) -> RetrievalRecord:
        async with self._database.fresh(caller).read() as snapshot:
            return await snapshot.retrievals.get(retrieval_id)

    async def _write_soon(self) -> None:
        while self._waiting:
            await asyncio.sleep(_WRITE_AFTER_SECONDS)
            await self.flush()

    async def _write(self, project_id: str, batch: dict[str, dict[str, Any]]) -> None:
        try:
            await self._database.project(project_id).retrievals.create(batch)
        except FootnoteError as error:
            log.warning("retrievals_not_recorded", retrieval_ids=list(batch), reason=error.message)
        except asyncio.CancelledError:
            # Who waited for these records has hung up. They are written with the next.
            self._waiting[project_id] = batch | self._waiting.get(project_id, {})
            raise


def _record(retrieval: Retrieval, prompt: Sequence[dict[str, Any]] | None) -> dict[str, Any]:
    return {
        "mode": retrieval.mode,
        "route": retrieval.route,
        "probes": retrieval.probes,
        "reranked": retrieval.is_reranked,
        "asked": list(retrieval.asked),
        "queries": list(retrieval.queries),
        "vector_store_ids": list(retrieval.store_ids),
        "files_searched": retrieval.files_searched,
        "milliseconds": {name: round(1_000 * value, 1) for name, value in retrieval.timings.items()},
        "candidates": retrieval.candidates._asdict(),
        "chunks": [chunk_body(snippet) for snippet in retrieval.snippets],
        "files": listing_body(retrieval.listing)["files"] if retrieval.listing else [],
        "prompt": None if prompt is None else [_kept(message) for message in prompt],
    }


def _kept(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message without what models and tools said earlier: it may quote files that nobody can trace there."""
    return message if message["role"] in _KEPT_ROLES else {"role": message["role"], "content": None}
