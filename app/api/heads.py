"""Limits of a request's head, for the log and the headers that every answer has. Endless heads end in `app/sockets`."""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.errors import error_response
from app.core.errors import FootnoteError, HeadTooLarge, UrlTooLong

_MOST_URL_BYTES = 8 * 1024
_MOST_HEADERS = 100
_MOST_HEADER_BYTES = 64 * 1024


class HeadLimit:
    """Refuses an address that is too long, and headers that are too many or too large."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        error = _judged(scope) if scope["type"] == "http" else None
        if error is None:
            await self._app(scope, receive, send)
            return
        response = error_response(error)
        response.headers["connection"] = "close"
        await response(scope, receive, send)


def _judged(scope: Scope) -> FootnoteError | None:
    path = scope.get("raw_path") or scope["path"]
    if len(path) + len(scope["query_string"]) > _MOST_URL_BYTES:
        return UrlTooLong(f"The address is too long: at most {_MOST_URL_BYTES} bytes are taken.")
    headers = scope["headers"]
    if len(headers) > _MOST_HEADERS:
        return HeadTooLarge(f"There are too many headers: at most {_MOST_HEADERS} are taken.")
    if sum(len(name) + len(value) for name, value in headers) > _MOST_HEADER_BYTES:
        return HeadTooLarge(f"The headers are too large: at most {_MOST_HEADER_BYTES} bytes are taken.")
    return None
