"""One PostgreSQL server as callers' rows are reached on it: its connections, and whether it answers."""

from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.connections import Failures, Pulse
from app.db.direct import DirectConnections
from app.db.sessions import Sessions


class Server:
    """Connections of both kinds to one server. Its owner runs the pulse."""

    def __init__(self, url: str, engine: AsyncEngine, pulse: Pulse, *, data_dir: Path | None = None) -> None:
        self.engine = engine
        self.pulse = pulse
        self.failures = Failures(pulse, data_dir)
        self.direct = DirectConnections(url, self.failures)
        self.sessions = Sessions(engine, self.failures)

    async def close(self) -> None:
        await self.direct.close()
        await self.engine.dispose()
