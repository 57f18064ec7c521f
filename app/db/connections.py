"""Transactions of the server's own work, which sees the rows of all projects."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.core.scope import transaction_scope
from app.db.engine import CONNECTION_ARGUMENTS
from app.db.failures import Failures

_SAY_WHY = text("select set_config('footnote.system', :reason, true)")


@dataclass(frozen=True, slots=True)
class SystemConnections:
    """Connections for such work. PostgreSQL gets the reason as the setting `footnote.system`."""

    engine: AsyncEngine
    reason: str
    failures: Failures

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction; it commits when the block ends and rolls back on an error."""
        with transaction_scope(), self.failures.translated():
            async with self.engine.begin() as connection:
                await connection.execute(_SAY_WHY, {"reason": self.reason})
                yield connection

    async def listen(self, channel: str, on_note: Callable[[], Awaitable[None]]) -> None:
        """Call `on_note` whenever any process notifies the channel, and at each start of listening, until cancelled."""
        url = self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    url, autocommit=True, **CONNECTION_ARGUMENTS
                ) as connection:
                    await connection.execute(f"listen {channel}")
                    await on_note()
                    async for _ in connection.notifies():
                        await on_note()
            except psycopg.OperationalError:
                await asyncio.sleep(1)
