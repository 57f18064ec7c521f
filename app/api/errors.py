"""Every error as OpenAI's envelope, with the status that says who must act."""

import math

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from app.access.rate_limits import LimitExceeded
from app.core.errors import FootnoteError, InvalidRequest, NotFound, ReplicaLost
from app.core.ids import is_malformed, malformed_id
from app.core.waiting import primary_scope
from app.wire.errors import error_body
from app.wire.validation import described

# The status that proxies log for a client that hung up.
CLIENT_CLOSED_REQUEST = 499
# Nothing but reading is asked for, so it may be done twice.
_SAFE = ("GET", "HEAD")
_PATH_IDS = ("file_id", "vector_store_id", "batch_id", "upload_id", "retrieval_id")


def error_response(error: FootnoteError) -> Response:
    """Return the response of one of our errors."""
    return _respond(error.status, error)


def add_error_handlers(app: FastAPI) -> None:
    """Turn every error that reaches the API into the envelope."""

    async def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, FootnoteError)
        # A store's name is accepted in place of its id, so only an id that was not found can be called malformed.
        return error_response((isinstance(error, NotFound) and _malformed(request)) or error)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return _of_http(request, error)

    async def invalid(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return _of_parameters(error)

    async def gone(_request: Request, _error: Exception) -> Response:
        # Nobody reads this response. It tells the log why the request has no answer.
        return Response(status_code=CLIENT_CLOSED_REQUEST)

    async def lost(request: Request, error: Exception) -> Response:
        return _Again() if request.method in _SAFE else await ours(request, error)

    app.add_exception_handler(ClientDisconnect, gone)
    app.add_exception_handler(ReplicaLost, lost)
    app.add_exception_handler(FootnoteError, ours)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)


class _Again(Response):
    """The answer of the route that was asked, which reads from the primary this time."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with primary_scope():
            await scope["route"].app(scope, receive, send)


def _of_http(request: Request, error: HTTPException) -> Response:
    path = request.scope["path"]
    messages = {
        404: f"Invalid URL ({request.method} {path})",
        405: f"Not allowed to {request.method} on {path}.",
    }
    shown = InvalidRequest(messages.get(error.status_code, str(error.detail)))
    response = _respond(error.status_code, shown)
    response.headers.update(error.headers or {})
    return response


def _of_parameters(error: RequestValidationError) -> Response:
    """Answer a wrong path or query parameter, without repeating what was sent."""
    details = error.errors()[0]
    return error_response(described(details, str(details["loc"][-1]) if details["loc"] else ""))


def _malformed(request: Request) -> InvalidRequest | None:
    """Return the error for the first id in the path that no object can have, None when there is none."""
    given = {name: value for name, value in request.path_params.items() if name in _PATH_IDS}
    return next((malformed_id(name, value) for name, value in given.items() if is_malformed(value)), None)


def _respond(status: int, error: FootnoteError) -> Response:
    headers = {}
    if error.retry_after_seconds is not None:
        headers["retry-after"] = str(math.ceil(error.retry_after_seconds))
        headers["retry-after-ms"] = str(math.ceil(error.retry_after_seconds * 1000))
    if error.should_retry is not None:
        headers["x-should-retry"] = str(error.should_retry).lower()
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    if isinstance(error, LimitExceeded):
        headers |= error.state.headers()
    return Response(orjson.dumps(error_body(error)), status, headers, media_type="application/json")
