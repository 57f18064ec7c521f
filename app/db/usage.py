"""What keys used, by day, in the database."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import orjson
from sqlalchemy import text

from app.db.connections import SystemConnections

# One order, always: two servers that write the same keys' usage wait for each other instead of deadlocking.
_ADD = text("""
    with used as (
        select u.* from jsonb_to_recordset(cast(:used as jsonb)) as u (
            project_id varchar, key_id varchar, requests bigint, prompt_tokens bigint, completion_tokens bigint
        ) join projects p on p.id = u.project_id order by project_id, key_id
    ), added as (
        insert into key_usage as k (project_id, day, key_id, requests, prompt_tokens, completion_tokens)
        select project_id, (now() at time zone 'utc')::date, key_id, requests, prompt_tokens, completion_tokens
        from used
        on conflict (project_id, day, key_id) do update set
            requests = k.requests + excluded.requests,
            prompt_tokens = k.prompt_tokens + excluded.prompt_tokens,
            completion_tokens = k.completion_tokens + excluded.completion_tokens
        returning project_id, key_id, xmax = 0 as is_first
    ), noted as (
        insert into audit_entries (project_id, action, subject, key_id)
        select project_id, 'key.used', key_id, key_id from added where is_first and key_id <> ''
    )
    update api_keys set last_used_at = now() where id in (select key_id from added)
""")
_REPORT = text("""
    select u.day, coalesce(p.name, p.id) as project, u.key_id, coalesce(k.name, '') as name, u.requests,
        u.prompt_tokens, u.completion_tokens
    from key_usage u join projects p on p.id = u.project_id left join api_keys k on k.id = u.key_id
    where (cast(:project as varchar) is null or p.name = :project)
      and u.day > (now() at time zone 'utc')::date - cast(:days as int)
    order by u.day, project, u.key_id limit 100000
""")


@dataclass(frozen=True, slots=True)
class Used:
    """What one key of a project used since the last time; an empty key is a call without one."""

    project_id: str
    key_id: str
    requests: int
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class DayOfUse:
    """What one key used on a day. `name` is what the key is for."""

    day: dt.date
    project: str
    key_id: str
    name: str
    requests: int
    prompt_tokens: int
    completion_tokens: int


class UsageRows:
    """The usage of all projects."""

    def __init__(self, connections: SystemConnections) -> None:
        self._connections = connections

    async def add(self, used: Sequence[Used]) -> None:
        """Add to today's counts, note when keys were used last, and audit the first use of a day."""
        async with self._connections.begin() as connection:
            await connection.execute(_ADD, {"used": orjson.dumps([asdict(each) for each in used]).decode()})

    async def report(self, *, project: str | None, days: int) -> list[DayOfUse]:
        """Return the usage of the last days by day, project and key; of one project if it is named."""
        async with self._connections.begin() as connection:
            rows = await connection.execute(_REPORT, {"project": project, "days": days})
            return [DayOfUse(*row) for row in rows]
