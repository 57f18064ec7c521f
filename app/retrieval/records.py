"""Records of retrievals: what was asked, where, what both legs found, what was chosen, and what the model read."""

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog

from app.core.errors import Overloaded
from app.core.types import Caller
from app.db.database import Database
from app.models import RetrievalRecord
from app.retrieval.search import Retrieval
from app.wire.footnote import chunk_body, listing_body

log = structlog.get_logger()

_KEPT_ROLES = ("system", "developer", "user")


class RetrievalLog:
    """Keeps retrievals, and finds them again.

    Those that end while others are being written wait for each other and share a transaction.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writing = asyncio.Lock()
        self._waiting: dict[str, dict[str, dict[str, Any]]] = {}

    async def record(
        self, caller: Caller, retrieval: Retrieval, *, prompt: Sequence[dict[str, Any]] | None = None
    ) -> None:
        """Keep a retrieval, with the messages that the model read, without earlier answers. A busy database loses the record, not the answer."""
        project_id = caller.project_id
        self._waiting.setdefault(project_id, {})[retrieval.retrieval_id] = _record(retrieval, prompt)
        async with self._writing:
            # Empty if the previous writer has already stored this record.
            if batch := self._waiting.pop(project_id, None):
                await self._write(project_id, batch)

    async def retrieve(self, caller: Caller, retrieval_id: str) -> RetrievalRecord:
        """Return a record; raise NotFound."""
        async with self._database.of(caller).read() as snapshot:
            return await snapshot.retrievals.get(retrieval_id)

    async def _write(self, project_id: str, batch: dict[str, dict[str, Any]]) -> None:
        try:
            async with self._database.project(project_id).write() as tx:
                await tx.retrievals.create(batch)
        except Overloaded as error:
            log.warning("retrievals_not_recorded", retrieval_ids=list(batch), reason=error.message)
        except asyncio.CancelledError:
            # This caller has hung up. The next one writes the others' records.
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
        "candidates": list(retrieval.candidates),
        "chunks": [chunk_body(snippet) for snippet in retrieval.snippets],
        "files": listing_body(retrieval.listing)["files"] if retrieval.listing else [],
        "prompt": None if prompt is None else [_kept(message) for message in prompt],
    }


def _kept(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message without what models and tools said earlier: it may quote files that nobody can trace there."""
    return message if message["role"] in _KEPT_ROLES else {"role": message["role"], "content": None}
