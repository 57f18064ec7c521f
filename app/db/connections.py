"""Transactions of the server's own work, which sees the rows of all projects."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.core.scope import transaction_scope
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
