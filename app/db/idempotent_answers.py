"""First answers to requests with an Idempotency-Key in the database."""

import re
from dataclasses import dataclass

import orjson
from sqlalchemy import text

from app.db.connections import SystemConnections
from app.db.forgetting import BEFORE_QUOTING

# A process that answers says every few seconds that it lives. When it has not for this long, another takes over.
_CLAIM = text("""
    insert into idempotent_answers as a (project_id, caller, idempotency_key, token)
    values (:project_id, :caller, :idempotency_key, :token)
    on conflict (project_id, caller, idempotency_key) do update set
        token = excluded.token, created_at = now(), status = null, headers = null, body = null, file_ids = '{}'
    where a.created_at < now() - case when a.status is null then interval '30 seconds' else interval '24 hours' end
    returning token
""")
_FIND = text("""
    select fingerprint, status, headers, body from idempotent_answers
    where project_id = :project_id and caller = :caller and idempotency_key = :idempotency_key and status is not null
""")
_STAY = text("""
    update idempotent_answers set created_at = now()
    where project_id = :project_id and caller = :caller and idempotency_key = :idempotency_key and token = :token
      and status is null
""")
# With the files that it quotes: an answer is forgotten with the first of them, and not kept if one has gone already.
_KEEP = text("""
    update idempotent_answers set created_at = now(), fingerprint = :fingerprint, status = :status,
        headers = cast(:headers as jsonb), body = :body,
        file_ids = cast(:file_ids as varchar[])
    where project_id = :project_id and caller = :caller and idempotency_key = :idempotency_key and token = :token
      and not exists (
          select from unnest(cast(:file_ids as varchar[])) as quoted (file_id)
          where not exists (select from files f where f.public_id = quoted.file_id)
      )
""")
_DROP = text("""
    delete from idempotent_answers
    where project_id = :project_id and caller = :caller and idempotency_key = :idempotency_key and token = :token
      and status is null
""")
_FILE_ID = re.compile(rb"file-[A-Za-z0-9]{24}")


@dataclass(frozen=True, slots=True)
class Slot:
    """Where an answer is kept: for one key of a project. `token` says who answers."""

    project_id: str
    caller: str
    idempotency_key: str
    token: str

    @property
    def names(self) -> dict[str, str]:
        return {"project_id": self.project_id, "caller": self.caller, "idempotency_key": self.idempotency_key}


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was sent first; `fingerprint` stands for the request."""

    fingerprint: bytes
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def quoted_files(self) -> list[str]:
        """The files that it quotes. The record of its search may not be written yet."""
        if "x-footnote-retrieval-id" not in self.headers:
            return []
        return sorted({found.decode() for found in _FILE_ID.findall(self.body)})


class IdempotentAnswers:
    """The kept answers of all projects."""

    def __init__(self, connections: SystemConnections) -> None:
        self._connections = connections

    async def claim(self, slot: Slot) -> bool:
        """Whether the slot is ours now: it was free, its answer a day old, or whoever had it is gone."""
        async with self._connections.begin() as connection:
            taken = await connection.execute(_CLAIM, {**slot.names, "token": slot.token})
            return taken.scalar_one_or_none() is not None

    async def find(self, slot: Slot) -> KeptAnswer | None:
        """Return the answer that is kept there, None while there is none."""
        async with self._connections.begin() as connection:
            row = (await connection.execute(_FIND, slot.names)).one_or_none()
        return None if row is None else KeptAnswer(row.fingerprint, row.status, row.headers, row.body)

    async def stay(self, slot: Slot) -> None:
        """Say that the answer is still being made."""
        async with self._connections.begin() as connection:
            await connection.execute(_STAY, {**slot.names, "token": slot.token})

    async def keep(self, slot: Slot, answer: KeptAnswer) -> None:
        """Keep an answer in a slot of ours."""
        values = {
            "token": slot.token,
            "fingerprint": answer.fingerprint,
            "status": answer.status,
            "headers": orjson.dumps(answer.headers).decode(),
            "body": answer.body,
            "file_ids": answer.quoted_files,
        }
        async with self._connections.begin() as connection:
            await connection.execute(BEFORE_QUOTING)
            await connection.execute(_KEEP, {**slot.names, **values})

    async def drop(self, slot: Slot) -> None:
        """Free a slot of ours that keeps nothing."""
        async with self._connections.begin() as connection:
            await connection.execute(_DROP, {**slot.names, "token": slot.token})
