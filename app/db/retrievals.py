"""Recorded retrievals in the database."""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.core.ids import shown_id
from app.core.types import Caller
from app.db.direct import DirectConnections, bind
from app.db.forgetting import BEFORE_QUOTING, FORGETTING, GONE
from app.db.json_values import without_nul
from app.db.reach import reachable_files
from app.db.statements import Bound, Statement, compiled
from app.models import File, RetrievalRecord

# The answer does not wait until the record is on disk. A crash loses the last moment of the log at most.
# The records come as one JSON object by id: psycopg takes longer to quote an array of texts than a search takes.
_CREATE = compiled(
    text("""
    with at_ease as (select set_config('synchronous_commit', 'off', true))
    insert into retrievals (public_id, project_id, record, file_ids)
    select public_id, :project_id, record, array(
        select distinct file_id from (
            select quoted ->> 'file_id' as file_id, quoted -> 'also_in' as also_in
            from jsonb_array_elements(record -> 'chunks' || coalesce(record -> 'files', '[]')) quoted
        ) quoted
        union select same ->> 'file_id' from jsonb_array_elements(record -> 'chunks') quoted,
            jsonb_array_elements(quoted -> 'also_in') same
    )
    from at_ease, jsonb_each(cast(:records as jsonb)) as recorded (public_id, record)
""")
)
_SETTINGS = compiled(
    text("""
    select set_config('footnote.project', :project_id, true), set_config('statement_timeout', '15s', true),
           set_config('idle_in_transaction_session_timeout', '10s', true), set_config('lock_timeout', '3s', true)
""")
)
_BEGIN = Bound(Statement(b"begin isolation level read committed, read write"))
_WAIT = compiled(BEFORE_QUOTING)
_COMMIT = Bound(Statement(b"commit"))


class RetrievalReader:
    """One project's recorded retrievals."""

    def __init__(self, session: AsyncSession, caller: Caller) -> None:
        self._session = session
        self._project_id = caller.project_id
        self._caller = caller

    async def get(self, retrieval_id: str) -> RetrievalRecord:
        """Return a record; raise NotFound if there is none or if it has expired."""
        query = select(RetrievalRecord).where(
            RetrievalRecord.project_id == self._project_id, RetrievalRecord.public_id == retrieval_id
        )
        found = await self._session.scalar(query)
        if found is None or not await self._is_reached(found):
            raise NotFound(
                f"No retrieval found with id '{shown_id(retrieval_id)}'. They are kept for a while only."
            )
        return found

    async def _is_reached(self, record: RetrievalRecord) -> bool:
        """Whether the caller's key reaches every file that a record quotes."""
        if not self._caller.reach.is_bound:
            return True
        reached = select(func.count()).where(
            File.project_id == self._project_id, File.public_id.in_(record.file_ids)
        )
        count = await self._session.scalar(reached.where(*reachable_files(self._caller.reach)))
        return count == len(record.file_ids)


class RetrievalWriter:
    """Writes one project's retrievals, past SQLAlchemy: they are as many as searches."""

    def __init__(self, connections: DirectConnections, project_id: str) -> None:
        self._connections = connections
        self._project_id = project_id

    async def create(self, records: Mapping[str, dict[str, Any]]) -> None:
        """Store records by their ids, without texts of files that have been deleted since the search."""
        given = {
            "project_id": self._project_id,
            "records": _json(records),
            "retrieval_ids": f"{{{','.join(records)}}}",
        }
        opening = [_BEGIN, *(bind(statement, given) for statement in (_SETTINGS, _WAIT, _CREATE, GONE))]
        async with self._connections.opened(opening) as (connection, rows):
            gone = [file_id for (file_id,) in rows[-1]]
            given = {"file_ids": f"{{{','.join(gone)}}}"}
            forgetting = [bind(statement, given) for statement in FORGETTING] if gone else []
            await connection.run([*forgetting, _COMMIT])


def _json(records: Mapping[str, dict[str, Any]]) -> bytes:
    """Return records as PostgreSQL takes jsonb in binary: after a byte of its version, and without NUL characters, which a question may hold."""
    written = orjson.dumps(records)
    return b"\x01" + (written if b"\\u0000" not in written else orjson.dumps(without_nul(records)))
