"""Shared by all routes that answer: the check of the model, clients that hang up, and the headers."""

from collections.abc import Coroutine
from typing import Any

from fastapi import Request, Response

from app.answering.answer import Answer
from app.api.errors import CLIENT_CLOSED_REQUEST
from app.api.sse import ClientGone, until_gone
from app.core.errors import InvalidRequest
from app.library.models import ModelLibrary
from app.services import ApiSettings


def check_answerable(models: ModelLibrary, api_settings: ApiSettings, *, model: str, stream: bool) -> None:
    """Raise NotFound for a model that is not there, InvalidRequest where streams are turned off."""
    models.check_chat(model)
    if stream and not api_settings.streaming_enabled:
        raise InvalidRequest(
            "Streaming is turned off on this server (STREAMING_ENABLED=false). Send stream: false.",
            param="stream",
            code="streaming_disabled",
        )


async def unless_gone(request: Request, answering: Coroutine[Any, Any, Response]) -> Response:
    """Return the response, or stop the work and note 499 when the client hangs up first."""
    try:
        return await until_gone(request.receive, answering)
    except ClientGone:
        return Response(status_code=CLIENT_CLOSED_REQUEST)


def answer_headers(answer: Answer) -> dict[str, str]:
    """Return the headers that name the provider and the retrieval."""
    headers = {"x-footnote-provider": answer.provider, **answer.reservation.headers}
    if answer.retrieval is not None:
        headers["x-footnote-retrieval-id"] = answer.retrieval.retrieval_id
    return headers
