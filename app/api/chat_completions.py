"""POST /v1/chat/completions."""

from fastapi import APIRouter, Request, Response

from app.answering.answer import Answer
from app.answering.chat_completions import fold_completion, stream_chunks
from app.api.bodies import json_response, read_json
from app.api.dependencies import CallerDep, ServicesDep, source_links
from app.api.documentation import documented
from app.api.model_names import check_model
from app.api.sse import ClientGone, event_stream, until_gone
from app.core.errors import InvalidRequest
from app.core.source_links import SourceLinks
from app.core.types import Caller
from app.services import Services
from app.wire.chat_completions import ChatCompletionRequest

router = APIRouter(tags=["chat"])
_CLIENT_CLOSED_REQUEST = 499


@router.post("/v1/chat/completions", openapi_extra=documented(ChatCompletionRequest))
async def create_chat_completion(request: Request, services: ServicesDep, caller: CallerDep) -> Response:
    """Answer a chat from the caller's documents, plain or streamed."""
    body = await read_json(request, ChatCompletionRequest)
    check_model(services, body.model)
    if body.stream and not services.door.streaming_enabled:
        raise InvalidRequest(
            "Streaming is turned off on this server (STREAMING_ENABLED=false). Send stream: false.",
            param="stream",
            code="streaming_disabled",
        )

    links = source_links(request, services, caller)
    try:
        if body.stream:
            answer = await until_gone(request, services.answerer.start(caller, body))
            return _streamed(answer, body, links)
        return await until_gone(request, _plain(services, caller, body, links))
    except ClientGone:
        return Response(status_code=_CLIENT_CLOSED_REQUEST)


def _streamed(answer: Answer, body: ChatCompletionRequest, links: SourceLinks) -> Response:
    chunks = stream_chunks(answer, choices=body.n or 1, includes_usage=body.includes_usage, links=links)
    return event_stream(chunks, close=answer.aclose, headers=_headers(answer))


async def _plain(
    services: Services, caller: Caller, body: ChatCompletionRequest, links: SourceLinks
) -> Response:
    answer = await services.answerer.start(caller, body)
    try:
        completion = await fold_completion(answer, links=links)
    finally:
        await answer.aclose()
    return json_response(completion, headers=_headers(answer))


def _headers(answer: Answer) -> dict[str, str]:
    headers = {"x-footnote-provider": answer.provider}
    if answer.retrieval is not None:
        headers["x-footnote-retrieval-id"] = answer.retrieval.retrieval_id
    return headers
