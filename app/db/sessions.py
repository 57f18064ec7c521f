"""Transactions of projects on one PostgreSQL server, each begun with a single message."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from psycopg import sql
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker

from app.core.waiting import transaction_scope
from app.db.chunk_search import PLANNER_SETTINGS
from app.db.connections import Failures
from app.db.engine import begin

# This is SET LOCAL in effect. Nothing outlives the transaction, so a transaction-pooling proxy is safe.
# It saves the round trip of the driver's own BEGIN; a search has three transactions.
_OPEN = sql.SQL(f"""
    begin isolation level {{isolation}};
    select set_config('footnote.project', {{project}}, true),
           set_config('statement_timeout', {{statement_timeout}}, true),
           set_config('idle_in_transaction_session_timeout', '10s', true),
           set_config('lock_timeout', '3s', true), {PLANNER_SETTINGS}{{plans}}
""")
# What checks a foreign key is a plan, too. Made again for each row that is stored, it takes two fifths of the time of COPY.
_KEPT_PLANS = sql.SQL(", set_config('plan_cache_mode', 'auto', true)")
_READ = sql.SQL("repeatable read, read only")
_WRITE = sql.SQL("read committed, read write")

STATEMENT_SECONDS = 15


class Sessions:
    """Opens the transactions of projects."""

    def __init__(self, engine: AsyncEngine, failures: Failures) -> None:
        self._engine = engine
        self._failures = failures
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)

    @asynccontextmanager
    async def open(
        self,
        project_id: str,
        *,
        read_only: bool,
        timeout_seconds: int = STATEMENT_SECONDS,
        grows: bool = False,
    ) -> AsyncIterator[tuple[AsyncSession, AsyncConnection]]:
        """Begin a transaction that can see one project's rows; `grows` says that it stores many."""
        opening = _OPEN.format(
            isolation=_READ if read_only else _WRITE,
            project=sql.Literal(project_id),
            statement_timeout=sql.Literal(f"{timeout_seconds}s"),
            plans=_KEPT_PLANS if grows else sql.SQL(""),
        )
        with transaction_scope(), self._failures.translated():
            session = self._sessions()
            async with session:
                try:
                    connection = await _open(session, opening)
                except psycopg.OperationalError:
                    self._failures.pulse.check()
                    # PostgreSQL was restarted under the pool, and nothing is done yet: begin again on a new connection.
                    await session.close()
                    await self._engine.dispose()
                    connection = await _open(session, opening)
                yield session, connection
                await session.commit()


async def _open(session: AsyncSession, opening: sql.Composed) -> AsyncConnection:
    """Begin a transaction and return its connection."""
    connection = await session.connection()
    await begin(connection, opening)
    return connection
