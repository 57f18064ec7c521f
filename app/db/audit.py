"""The audit in the database: what was done with keys, and what was deleted."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.telemetry import current_request_id
from app.core.types import Caller
from app.db.connections import SystemConnections

_NOTE = text("""
    insert into audit_entries (project_id, action, subject, key_id, request_id)
    values (:project_id, :action, :subject, :key_id, :request_id)
""")
_LIST = text("""
    select a.created_at, coalesce(p.name, p.id), a.action, a.subject, a.key_id, a.request_id
    from audit_entries a join projects p on p.id = a.project_id
    where (cast(:project as varchar) is null or p.name = :project)
      and a.created_at > now() - make_interval(days => :days)
    order by a.created_at desc, a.id desc limit :most
""")
_MOST_LISTED = 10_000


@dataclass(frozen=True, slots=True)
class Audited:
    """One thing that was done: when, in which project, to what, with which key, in which request."""

    created_at: dt.datetime
    project: str
    action: str
    subject: str
    key_id: str | None
    request_id: str | None


class AuditWriter:
    """One project's audit. An entry is written in the transaction of what it tells about."""

    def __init__(self, session: AsyncSession, caller: Caller) -> None:
        self._session = session
        self._caller = caller

    async def note(self, action: str, subject: str) -> None:
        """Note what the caller does to an object: ids only, never a text."""
        values = {"action": action, "subject": subject, "key_id": self._caller.key_id}
        project = {"project_id": self._caller.project_id, "request_id": current_request_id()}
        await self._session.execute(_NOTE, values | project)


class AuditRows:
    """The audit of all projects."""

    def __init__(self, connections: SystemConnections) -> None:
        self._connections = connections

    async def note(self, project_id: str, action: str, subject: str) -> None:
        """Note what the operator did."""
        values = {"project_id": project_id, "action": action, "subject": subject}
        async with self._connections.begin() as connection:
            await connection.execute(_NOTE, values | {"key_id": None, "request_id": None})

    async def list(self, *, project: str | None, days: int) -> list[Audited]:
        """Return what was done in the last days, the latest first; in one project if it is named."""
        wanted = {"project": project, "days": days, "most": _MOST_LISTED}
        async with self._connections.begin() as connection:
            return [Audited(*row) for row in await connection.execute(_LIST, wanted)]
