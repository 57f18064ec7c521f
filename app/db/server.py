"""One PostgreSQL server as callers' rows are reached on it: its connections, and whether it answers."""

from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry

from app.core.priority import give_way
from app.db.connections import Failures, Pulse
from app.db.direct import DirectConnections
from app.db.engine import PoolSizes
from app.db.sessions import Sessions


class Server:
    """Connections of both kinds to one server. Its owner runs the pulse."""

    def __init__(
        self,
        url: str,
        engine: AsyncEngine,
        pulse: Pulse,
        *,
        sizes: PoolSizes,
        data_dir: Path | None = None,
    ) -> None:
        self.engine = engine
        self.sizes = sizes
        self.pulse = pulse
        self.failures = Failures(pulse, data_dir)
        self.direct = DirectConnections(url, self.failures, most=sizes.direct)
        self.sessions = Sessions(engine, self.failures)

    def let_others_go_first(self) -> None:
        """Give the processes that an embedded PostgreSQL runs for these connections a low priority."""
        if not self.failures.is_embedded:
            return
        self.direct.gives_way = True

        @event.listens_for(self.engine.sync_engine, "checkout")
        def _give_way(dbapi_connection: Any, entry: ConnectionPoolEntry, _proxy: object) -> None:
            if not entry.info.get("gives_way"):
                entry.info["gives_way"] = give_way(dbapi_connection.driver_connection.info.backend_pid)

    async def close(self) -> None:
        await self.direct.close()
        await self.engine.dispose()
