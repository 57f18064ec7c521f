"""What PostgreSQL tells all processes of as soon as it is committed."""

from collections.abc import Mapping

from sqlalchemy import text

from app.db.connections import Hearer, SystemConnections

# A key, or a project's budget.
KEYS_CHANGED = "footnote_keys"
# A store is made, renamed or deleted. A trigger of the table notifies.
STORES_CHANGED = "footnote_stores"
# Files are read, or cannot be. It names them by their public ids.
FILES_READ = "footnote_read"
# For the transaction in which that is noted.
TELL_READ = text(f"""
    select pg_notify('{FILES_READ}', string_agg(public_id, ' '))
    from files where project_id = :project_id and id = any(cast(:file_ids as bigint[]))
""")  # noqa: S608 - a channel of our own


class Announcements:
    """Listens on one connection."""

    def __init__(self, connections: SystemConnections) -> None:
        self._connections = connections

    async def listen(self, hearers: Mapping[str, Hearer]) -> None:
        """Call a channel's hearer at each announcement, and all whenever listening begins, until cancelled."""
        await self._connections.listen(hearers)
