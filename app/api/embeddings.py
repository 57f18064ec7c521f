"""POST /v1/embeddings, and /embeddings without the prefix."""

from fastapi import APIRouter, Request, Response

from app.api.bodies import json_response, read_json
from app.api.dependencies import PlainRoute, admitted
from app.api.documentation import documented
from app.core.errors import InvalidRequest
from app.core.text import count_tokens
from app.wire.embeddings import MAX_INPUT_TOKENS, MAX_REQUEST_TOKENS, EmbeddingRequest, embedding_body

router = APIRouter(tags=["embeddings"], route_class=PlainRoute)


@router.post("/v1/embeddings", openapi_extra=documented(EmbeddingRequest))
@router.post("/embeddings", include_in_schema=False)
async def create_embeddings(request: Request) -> Response:
    """Return the embedding of each input, in order, as floats or base64."""
    services, caller = await admitted(request)
    body = await read_json(request, EmbeddingRequest)
    services.models.check_embeddings(body.model)
    texts = body.texts()
    _check_tokens(texts)

    provider = services.providers.embeddings
    async with await services.rate_limits.reserve(caller, _estimated_tokens(texts)) as reservation:
        result = await provider.embed_as(
            texts, model=body.model, dimensions=body.dimensions, extra=body.extra()
        )
        tokens = result.prompt_tokens or 0
        await reservation.settle({"prompt_tokens": tokens})
    answer = embedding_body(
        result.vectors,
        model=body.model,
        prompt_tokens=tokens,
        encoding_format=body.encoding_format,
    )
    headers = {"x-footnote-provider": provider.name, **reservation.headers}
    return json_response(answer, headers=headers)


def _estimated_tokens(texts: list[str | list[int]]) -> int:
    return sum(len(text) // 4 + 1 if isinstance(text, str) else len(text) for text in texts)


def _check_tokens(texts: list[str | list[int]]) -> None:
    # A token is at least one byte: only what could be too long is counted.
    if sum(len(text) for text in texts) <= MAX_INPUT_TOKENS // 4:
        return
    counts = [count_tokens(text) if isinstance(text, str) else len(text) for text in texts]
    if max(counts) > MAX_INPUT_TOKENS:
        raise InvalidRequest(
            f"Invalid 'input': maximum context length is {MAX_INPUT_TOKENS} tokens, "
            f"but one input has {max(counts)}.",
            param="input",
            code="context_length_exceeded",
        )
    if sum(counts) > MAX_REQUEST_TOKENS:
        raise InvalidRequest(
            f"Invalid 'input': maximum request size is {MAX_REQUEST_TOKENS} tokens per request, "
            f"but the inputs have {sum(counts)}.",
            param="input",
            code="max_tokens_per_request",
        )
