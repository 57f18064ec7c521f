"""What PostgreSQL tells all processes of as soon as it is committed."""

from collections.abc import Awaitable, Callable, Mapping

from app.db.connections import SystemConnections

# A key, or a project's budget.
KEYS_CHANGED = "footnote_keys"
# A store is made, renamed or deleted. A trigger of the table notifies.
STORES_CHANGED = "footnote_stores"


class Announcements:
    """Listens on one connection."""

    def __init__(self, connections: SystemConnections) -> None:
        self._connections = connections

    async def listen(self, hearers: Mapping[str, Callable[[], Awaitable[None]]]) -> None:
        """Call a channel's hearer at each announcement, and all whenever listening begins, until cancelled."""
        await self._connections.listen(hearers)
