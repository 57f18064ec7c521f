"""Stored responses: retrieve, replay, list their input items, delete."""

from typing import Any

from app.core.types import Caller, Page
from app.db.database import Database
from app.db.paging import Listed


class ResponseLibrary:
    """A project's stored responses."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def retrieve(self, caller: Caller, response_id: str) -> dict[str, Any]:
        """Return a response's body; raise NotFound."""
        async with self._database.of(caller).read() as snapshot:
            return (await snapshot.responses.get(response_id)).body

    async def events(self, caller: Caller, response_id: str, *, starting_after: int) -> list[dict[str, Any]]:
        """Return the events of a response behind a sequence number, as they were sent; raise NotFound."""
        async with self._database.of(caller).read() as snapshot:
            record = await snapshot.responses.get(response_id, with_events=True)
        return [event for event in record.events if event["sequence_number"] > starting_after]

    async def list_given(self, caller: Caller, response_id: str, page: Page) -> Listed[dict[str, Any]]:
        """Return a page of the items that a response was given; raise NotFound."""
        async with self._database.of(caller).read() as snapshot:
            record = await snapshot.responses.get(response_id)
            return await snapshot.responses.list_given(record, page)

    async def delete(self, caller: Caller, response_id: str) -> None:
        """Delete a response; raise NotFound."""
        async with self._database.of(caller).write() as tx:
            await tx.responses.delete(await tx.responses.get(response_id))
            await tx.audit.note("response.deleted", response_id)
