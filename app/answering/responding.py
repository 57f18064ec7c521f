"""Responses from request to storage: what they continue, their events, and storing them."""

import datetime as dt
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

from app.answering.answer import Answer, Answerer
from app.answering.response_items import Event
from app.answering.responses import ResponseRenderer
from app.core import ids
from app.core.errors import FootnoteError, InvalidRequest, NotFound
from app.core.permissions import SourceLinks
from app.core.types import Caller
from app.db.database import Database
from app.db.project import ProjectReader
from app.wire.response_answers import answer_request
from app.wire.response_bodies import ResponseHead
from app.wire.response_items import Item, as_items
from app.wire.responses import ResponseRequest


@dataclass(frozen=True, slots=True)
class _History:
    """The history that a response continues, and its own input."""

    before: list[Item]
    given: list[Item]
    previous_id: int | None = None


@dataclass(slots=True)
class OpenResponse:
    """A response under way. The caller must `aclose` it."""

    answer: Answer
    _renderer: ResponseRenderer
    _keeper: "_Keeper"
    _sent: list[Event] = field(default_factory=list)

    async def events(self) -> AsyncIterator[Event]:
        """Yield the events; the last one is yielded once the response is stored. Raises what the answer raises."""
        async for event in self._renderer.events():
            self._sent.append(event)
            if "response" in event and event["response"]["status"] != "in_progress":
                await self._keeper.keep(event["response"], self._sent)
            yield event

    async def whole(self) -> dict[str, Any]:
        """Return the finished response."""
        body: dict[str, Any] = {}
        async for event in self.events():
            body = event.get("response", body)
        return body

    def failure(self, error: FootnoteError) -> Iterator[Event]:
        """Yield what a stream ends with when it breaks."""
        return self._renderer.failure(error)

    async def aclose(self) -> None:
        """Stop upstream's work."""
        await self.answer.aclose()


class Responder:
    """Starts responses. `retention_days` is how long they are kept; 0 keeps them until they are deleted."""

    def __init__(self, database: Database, answerer: Answerer, *, retention_days: int) -> None:
        self._database = database
        self._answerer = answerer
        self._life = dt.timedelta(days=retention_days) if retention_days else None

    async def start(self, caller: Caller, request: ResponseRequest, links: SourceLinks) -> OpenResponse:
        """Return the response once upstream has begun, so that failures still have a status."""
        history = await self._history(caller, request)
        answer = await self._answerer.start(caller, answer_request(request, history.before + history.given))
        head = ResponseHead(
            response_id=ids.make_response_id(),
            created_at=int(time.time()),
            model=answer.model,
            request=request,
            service_tier=answer.started.service_tier,
        )
        keeper = _Keeper(self._database, caller, request, history, self._life)
        return OpenResponse(answer, ResponseRenderer(answer, head, links), keeper)

    async def _history(self, caller: Caller, request: ResponseRequest) -> _History:
        given = as_items(request.input)
        references = [item["id"] for item in given if item["type"] == "item_reference"]
        if not (references or request.previous_response_id or request.conversation_id):
            return _History([], given)
        async with self._database.of(caller).read() as snapshot:
            given = await _resolved(snapshot, given, references)
            if request.conversation_id is not None:
                conversation = await snapshot.conversations.get(request.conversation_id)
                return _History(await snapshot.conversations.items(conversation), given)
            if request.previous_response_id is None:
                return _History([], given)
            previous = await snapshot.responses.find(request.previous_response_id)
            if previous is None:
                raise InvalidRequest(
                    f"Previous response with id '{ids.shown_id(request.previous_response_id)}' not found.",
                    param="previous_response_id",
                    code="previous_response_not_found",
                )
            return _History(await snapshot.responses.history(previous), given, previous.id)


async def _resolved(snapshot: ProjectReader, given: list[Item], references: list[str]) -> list[Item]:
    """Return the items with those in place of the references that these name."""
    if not references:
        return given
    found = await snapshot.responses.find_items(references)
    for reference in references:
        if reference not in found:
            raise NotFound(f"Item with id '{ids.shown_id(reference)}' not found.", param="input")
    return [found[item["id"]] if item["type"] == "item_reference" else item for item in given]


@dataclass(frozen=True, slots=True)
class _Keeper:
    """Keeps one response when it is over, and puts it at the end of its conversation."""

    _database: Database
    _caller: Caller
    _request: ResponseRequest
    _history: _History
    _life: dt.timedelta | None

    async def keep(self, response: Event, events: list[Event]) -> None:
        """Store what shall be stored. Documents that the response quotes may be deleted: these are left out."""
        if not self._request.store and self._request.conversation_id is None:
            return
        body = _without_sources(response)
        async with self._database.of(self._caller).write() as tx:
            if self._request.store:
                await tx.responses.create(
                    body,
                    [_stored(event) for event in events],
                    given=self._history.given,
                    previous_id=self._history.previous_id,
                    life=self._life,
                )
            if self._request.conversation_id is not None:
                conversation = await tx.conversations.get(self._request.conversation_id)
                await tx.conversations.add(conversation, self._history.given)
                await tx.conversations.add(conversation, body["output"], is_output=True)


def _stored(event: Event) -> Event:
    if "response" in event:
        return event | {"response": _without_sources(event["response"])}
    return event | {"item": _without_results(event["item"])} if "item" in event else event


def _without_sources(response: Event) -> Event:
    kept = {name: value for name, value in response.items() if name != "footnote"}
    return kept | {"output": [_without_results(item) for item in response["output"]]}


def _without_results(item: Item) -> Item:
    return item | {"results": None} if item["type"] == "file_search_call" else item
