"""The queue: memberships in progress, claimed one by one under a lease that a living worker renews."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.scope import transaction_scope
from app.db.failures import translated_failures

CHANNEL = "footnote_jobs"
LEASE_SECONDS = 60

# Materialized: as a plain subquery it may be run once for each row that it is joined to, and claim one more each time.
_CLAIM = text("""
    with due as materialized (
        select vector_store_id, file_id from vector_store_files
        where status = 'in_progress' and run_after <= now() and (lease_until is null or lease_until < now())
        order by batch_id is not null, run_after limit 1 for update skip locked
    )
    update vector_store_files m
    set lease_token = :token, lease_until = now() + make_interval(secs => :lease), attempts = m.attempts + 1
    from due
    where m.vector_store_id = due.vector_store_id and m.file_id = due.file_id
    returning m.vector_store_id, m.file_id, m.project_id, m.attempts
""")
_RENEW = text("""
    update vector_store_files set lease_until = now() + make_interval(secs => :lease)
    where vector_store_id = :store_id and file_id = :file_id and lease_token = :token and status = 'in_progress'
""")
_LATER = text("""
    update vector_store_files
    set lease_token = null, lease_until = null, run_after = now() + make_interval(secs => :pause),
        attempts = attempts - :forgiven
    where vector_store_id = :store_id and file_id = :file_id and lease_token = :token
""")
_FAILED = text("""
    update vector_store_files
    set status = 'failed', last_error_code = :code, last_error_message = :message, lease_token = null,
        lease_until = null, completed_at = now()
    where vector_store_id = :store_id and file_id = :file_id and lease_token = :token and status = 'in_progress'
""")


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do one job for a while. `attempts` counts this one."""

    store_id: int
    file_id: int
    project_id: str
    attempts: int
    token: str


class JobQueue:
    """The jobs of all projects."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def claim(self) -> Claim | None:
        """Claim the job that is due the longest, single files before batches, or None.

        A job whose worker died is due when its lease ends.
        """
        token = secrets.token_hex(16)
        rows = await self._run(_CLAIM, {"token": token, "lease": LEASE_SECONDS})
        if not rows:
            return None
        store_id, file_id, project_id, attempts = rows[0]
        return Claim(store_id, file_id, project_id, attempts, token)

    async def renew(self, claim: Claim) -> None:
        """Prolong the lease of a job that takes longer."""
        await self._run(_RENEW, _keys(claim) | {"lease": LEASE_SECONDS})

    async def postpone(self, claim: Claim, *, pause_seconds: float, forgiven: bool = False) -> None:
        """Give the job back, to be tried again after a pause. A forgiven attempt is not counted."""
        await self._run(_LATER, _keys(claim) | {"pause": pause_seconds, "forgiven": int(forgiven)})

    async def fail(self, claim: Claim, *, code: str, message: str) -> None:
        """End the job for good, with the reason that callers see."""
        await self._run(_FAILED, _keys(claim) | {"code": code, "message": message})

    async def listen(self, on_job: Callable[[], Awaitable[None]]) -> None:
        """Call `on_job` whenever any process announces a job, until cancelled."""
        url = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
                    await connection.execute(f"listen {CHANNEL}")
                    await on_job()
                    async for _ in connection.notifies():
                        await on_job()
            except psycopg.OperationalError:
                await asyncio.sleep(1)

    async def _run(self, statement: Any, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        with transaction_scope(), translated_failures():
            async with self._engine.begin() as connection:
                result = await connection.execute(statement, values)
                return [tuple(row) for row in result] if result.returns_rows else []


def _keys(claim: Claim) -> dict[str, Any]:
    return {"store_id": claim.store_id, "file_id": claim.file_id, "token": claim.token}
