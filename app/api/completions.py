"""POST /v1/completions: the older API, for clients that still use it."""

from fastapi import APIRouter, Request, Response

from app.answering.completions import Completions
from app.api.answers import answer_headers, check_answerable, event_stream, unless_gone
from app.api.bodies import json_response, read_json
from app.api.dependencies import AnswererDep, ApiSettingsDep, CallerDep, LinksDep, ModelsDep
from app.api.documentation import documented
from app.wire.completions import CompletionRequest

router = APIRouter(tags=["completions"])


@router.post("/v1/completions", openapi_extra=documented(CompletionRequest))
async def create_completion(
    request: Request,
    answerer: AnswererDep,
    models: ModelsDep,
    api_settings: ApiSettingsDep,
    links: LinksDep,
    caller: CallerDep,
) -> Response:
    """Complete prompts from the caller's documents, plain or streamed."""
    body = await read_json(request, CompletionRequest)
    check_answerable(models, api_settings, model=body.model, stream=body.stream)
    completions = Completions(answerer, caller, body.answer_requests(), links, echo=body.echo)
    return await unless_gone(request, (_streamed if body.stream else _plain)(completions, body))


async def _streamed(completions: Completions, body: CompletionRequest) -> Response:
    answer = await completions.start()
    pieces = completions.pieces(choices=body.n or 1, includes_usage=body.includes_usage)
    return event_stream(pieces, close=completions.aclose, headers=answer_headers(answer))


async def _plain(completions: Completions, body: CompletionRequest) -> Response:
    answer = await completions.start()
    try:
        whole = await completions.whole(choices=body.n or 1)
    finally:
        await completions.aclose()
    return json_response(whole, headers=answer_headers(answer))
