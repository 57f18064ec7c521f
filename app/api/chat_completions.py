"""POST /v1/chat/completions."""

from fastapi import APIRouter, Request, Response

from app.answering.answer import Answerer
from app.answering.chat_completions import fold_completion, stream_chunks
from app.api.answers import answer_headers, check_answerable, unless_gone
from app.api.bodies import json_response, read_json
from app.api.dependencies import admitted, source_links
from app.api.documentation import documented
from app.api.sse import event_stream
from app.core.source_links import SourceLinks
from app.core.types import Caller
from app.wire.chat_answers import answer_request
from app.wire.chat_completions import ChatCompletionRequest

router = APIRouter(tags=["chat"])


@router.post("/v1/chat/completions", openapi_extra=documented(ChatCompletionRequest))
async def create_chat_completion(request: Request) -> Response:
    """Answer a chat from the caller's documents, plain or streamed."""
    services, caller = await admitted(request)
    body = await read_json(request, ChatCompletionRequest)
    check_answerable(services.models, services.api_settings, model=body.model, stream=body.stream)
    links = await source_links(request, services.source_links, caller)
    respond = _streamed if body.stream else _plain
    return await unless_gone(request, respond(services.answerer, caller, body, links))


async def _streamed(
    answerer: Answerer, caller: Caller, body: ChatCompletionRequest, links: SourceLinks
) -> Response:
    answer = await answerer.start(caller, answer_request(body))
    chunks = stream_chunks(answer, choices=body.n or 1, includes_usage=body.includes_usage, links=links)
    return event_stream(chunks, close=answer.aclose, headers=answer_headers(answer))


async def _plain(
    answerer: Answerer, caller: Caller, body: ChatCompletionRequest, links: SourceLinks
) -> Response:
    answer = await answerer.start(caller, answer_request(body))
    try:
        completion = await fold_completion(answer, links=links)
    finally:
        await answer.aclose()
    return json_response(completion, headers=answer_headers(answer))
