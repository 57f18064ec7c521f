"""Secrets of the server: made once, shared by all of its replicas, never shown."""

import secrets

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.core.scope import transaction_scope
from app.db.failures import translated_failures

_BYTES = 32
# Replicas that start together agree on the first one's.
_KEEP = text("insert into secrets (name, value) values (:name, :value) on conflict (name) do nothing")
_GET = text("select value from secrets where name = :name")


class Secrets:
    """Random keys by name. They belong to the server and to no project."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def get_or_make(self, name: str) -> bytes:
        """Return the secret of this name; the first to ask makes it."""
        with transaction_scope(), translated_failures():
            async with self._engine.begin() as connection:
                await connection.execute(_KEEP, {"name": name, "value": secrets.token_bytes(_BYTES)})
                value: bytes = (await connection.execute(_GET, {"name": name})).scalar_one()
                return value
