"""Secrets of the server: made once, shared by all of its replicas, never shown."""

import secrets

from sqlalchemy import text

from app.db.connections import SystemConnections

_BYTES = 32
# Replicas that start together agree on the first one's.
_KEEP = text("insert into secrets (name, value) values (:name, :value) on conflict (name) do nothing")
_GET = text("select value from secrets where name = :name")


class Secrets:
    """Random keys by name. They belong to the server and to no project."""

    def __init__(self, connections: SystemConnections) -> None:
        self._connections = connections

    async def get_or_make(self, name: str) -> bytes:
        """Return the secret of this name; the first to ask makes it."""
        async with self._connections.begin() as connection:
            await connection.execute(_KEEP, {"name": name, "value": secrets.token_bytes(_BYTES)})
            value: bytes = (await connection.execute(_GET, {"name": name})).scalar_one()
            return value
