"""/v1/responses: create (plain or streamed), retrieve, replay, list the input items, delete."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.answering.responding import Responder
from app.api.answers import Framing, answer_headers, check_answerable, event_stream, unless_gone
from app.api.bodies import json_response, read_json
from app.api.dependencies import ApiSettingsDep, CallerDep, LinksDep, ModelsDep, ResponderDep, ResponsesDep
from app.api.documentation import documented
from app.api.pagination import PageDep
from app.core.errors import InvalidRequest
from app.core.permissions import SourceLinks
from app.core.types import Caller
from app.wire.response_bodies import deleted_response_body
from app.wire.responses import ResponseRequest
from app.wire.vector_stores import list_body

router = APIRouter(prefix="/v1/responses", tags=["responses"])


@router.post("", openapi_extra=documented(ResponseRequest))
async def create_response(
    request: Request,
    responder: ResponderDep,
    models: ModelsDep,
    api_settings: ApiSettingsDep,
    links: LinksDep,
    caller: CallerDep,
) -> Response:
    """Answer from the caller's documents, plain or streamed, and keep the response."""
    body = await read_json(request, ResponseRequest)
    check_answerable(models, api_settings, model=body.model, stream=body.stream)
    respond = _streamed if body.stream else _plain
    return await unless_gone(request, respond(responder, caller, body, links))


async def _streamed(
    responder: Responder, caller: Caller, body: ResponseRequest, links: SourceLinks
) -> Response:
    response = await responder.start(caller, body, links)
    return event_stream(
        response.events(),
        close=response.aclose,
        headers=answer_headers(response.answer),
        framing=Framing(response.failure, named=True),
    )


async def _plain(responder: Responder, caller: Caller, body: ResponseRequest, links: SourceLinks) -> Response:
    response = await responder.start(caller, body, links)
    try:
        whole = await response.whole()
    finally:
        await response.aclose()
    return json_response(whole, headers=answer_headers(response.answer))


@router.get("/{response_id}")
async def retrieve_response(
    response_id: str,
    responses: ResponsesDep,
    caller: CallerDep,
    *,
    stream: Annotated[bool, Query()] = False,
    starting_after: Annotated[int, Query(ge=-1)] = -1,
) -> Response:
    """Return a stored response, or send its events again from behind a sequence number."""
    if not stream:
        return json_response(await responses.retrieve(caller, response_id))
    events = await responses.events(caller, response_id, starting_after=starting_after)
    return event_stream(_each(events), close=_nothing, headers={}, framing=Framing(lambda _: (), named=True))


@router.get("/{response_id}/input_items")
async def list_input_items(
    response_id: str, responses: ResponsesDep, caller: CallerDep, page: PageDep
) -> Response:
    """List what a response was given, the last item first."""
    found = await responses.list_given(caller, response_id, page)
    return json_response(list_body(found.items, has_more=found.has_more))


@router.post("/{response_id}/cancel")
async def cancel_response(response_id: str, responses: ResponsesDep, caller: CallerDep) -> Response:
    """Refuse: nothing here runs in the background."""
    await responses.retrieve(caller, response_id)
    raise InvalidRequest("Cannot cancel a synchronous response.", param="response_id")


@router.delete("/{response_id}")
async def delete_response(response_id: str, responses: ResponsesDep, caller: CallerDep) -> Response:
    """Delete a stored response."""
    await responses.delete(caller, response_id)
    return json_response(deleted_response_body(response_id))


async def _each(events: list[dict[str, Any]]) -> AsyncIterator[dict[str, Any]]:
    for event in events:
        yield event


async def _nothing() -> None:
    """Do nothing: a stored response has nothing to close."""
