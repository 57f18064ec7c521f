"""Pure ASGI middleware for every request: an id, size limits, response headers, and the last error handler."""

import time
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.errors import error_response
from app.core import ids, metrics
from app.core.errors import FootnoteError, PermissionDenied, TooLarge
from app.services import ApiSettings

log = structlog.get_logger()

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Exchange:
    """The outermost middleware: gives each request an id and each response its headers, and answers unexpected errors."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        request_id = ids.make_request_id()
        started = time.perf_counter()
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        status: int | None = None

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(message, scope, started)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            metrics.unhandled_errors.inc()
            log.exception("unhandled_error", path=scope["path"])
            if status is not None:
                raise
            unforeseen = FootnoteError(f"The server had an error. Its log has more under {request_id}.")
            await error_response(unforeseen)(scope, receive, send_with_headers)
        finally:
            milliseconds = round((time.perf_counter() - started) * 1000, 1)
            log.info(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=status,
                milliseconds=milliseconds,
            )


def _add_headers(message: Message, scope: Scope, started: float) -> None:
    headers = MutableHeaders(scope=message)
    headers["x-request-id"] = scope["state"]["request_id"]
    headers["openai-processing-ms"] = str(int((time.perf_counter() - started) * 1000))
    headers["openai-version"] = "2020-10-01"
    headers["openai-organization"] = "footnote"
    headers["x-content-type-options"] = "nosniff"
    headers["referrer-policy"] = "no-referrer"
    headers.setdefault("content-security-policy", _PAGE_POLICY)
    for name, value in scope["state"].get("limit_headers", {}).items():
        headers.setdefault(name, value)


class SizeLimit:
    """Refuses bodies over the limit. It counts the bytes as they come, because a declared length proves nothing."""

    def __init__(self, app: ASGIApp, api_settings: ApiSettings) -> None:
        self._app = app
        self._api_settings = api_settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        headers = Headers(scope=scope)
        is_upload = headers.get("content-type", "").startswith("multipart/form-data")
        # A form is larger than its file: it also has names, notes and boundaries.
        sizes = self._api_settings
        limit = sizes.max_upload_bytes + 1024 * 1024 if is_upload else sizes.max_request_bytes
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > limit:
            await error_response(_too_large(limit, is_upload=is_upload))(scope, receive, send)
            return

        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _too_large(limit, is_upload=is_upload)
            return message

        await self._app(scope, counted, send)


def _too_large(limit: int, *, is_upload: bool) -> TooLarge:
    setting = "MAX_UPLOAD_BYTES" if is_upload else "MAX_REQUEST_BYTES"
    message = f"The request is too large: at most {limit} bytes are taken ({setting})."
    return TooLarge(message, param="file" if is_upload else None)


class LoopbackGuard:
    """Let only this machine's own pages and programs call, as long as no key is needed.

    A foreign page that a browser here visits could otherwise reach us, by a name that it makes point here.
    """

    def __init__(self, app: ASGIApp, allowed_origins: tuple[str, ...]) -> None:
        self._app = app
        self._allowed_origins = allowed_origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            host = _hostname(f"//{headers.get('host', '')}")
            is_ours = host in _LOOPBACK_NAMES and self._is_welcome(headers.get("origin"))
            if not is_ours and await scope["state"]["services"].keys.may_be_open():
                denied = PermissionDenied(
                    "Without API keys this server answers on localhost only. "
                    "Make one with `footnote keys create`, or set API_KEYS, to open it to others."
                )
                await error_response(denied)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _is_welcome(self, origin: str | None) -> bool:
        return origin is None or origin in self._allowed_origins or _hostname(origin) in _LOOPBACK_NAMES


def _hostname(address: str) -> str:
    """Return the host of an address, nothing when it is malformed."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
