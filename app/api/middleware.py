"""Pure ASGI middleware for every request: an id, limits of heads and bodies, HEAD and HTTP/1.0, and the last error handler."""

import time
from functools import lru_cache
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.errors import error_response
from app.api.idempotency import KEY_HEADER, Idempotency
from app.core import ids, telemetry
from app.core.errors import FootnoteError, HeadTooLarge, PermissionDenied, TooLarge, UrlTooLong
from app.services import ApiSettings


class _AllIsSaid(Exception):
    """The headers are sent, so nothing more is wanted of the route."""


class HeadersOnly:
    """Hands HEAD on as GET, and ends the work once the headers are there. The route's key, scope and limits hold."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b""})
                raise _AllIsSaid

        try:
            # A copy: the server below must know that it is a HEAD.
            await self._app({**scope, "method": "GET"}, receive, send_headers)
        except* _AllIsSaid:
            pass


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


class WholeForOldClients:
    """Gathers an answer of unknown length for HTTP/1.0: the server below would send it in chunks."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope.get("http_version") == "1.0":
            send = _Gathered(send)
        await self._app(scope, receive, send)


class _Gathered:
    """A `send` that holds a start without a length back until the body is there."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._pieces: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and "content-length" not in MutableHeaders(scope=message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._pieces.append(message.get("body", b""))
            if not message.get("more_body", False):
                await self._send_whole(self._start)

    async def _send_whole(self, start: Message) -> None:
        body = b"".join(self._pieces)
        MutableHeaders(scope=start)["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


log = structlog.get_logger()

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SAME_FOR_ALL = (
    (b"openai-version", b"2020-10-01"),
    (b"openai-organization", b"footnote"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
_POLICY = (b"content-security-policy", _PAGE_POLICY.encode())
_OURS = frozenset({b"x-request-id", b"openai-processing-ms", *(name for name, _ in _SAME_FOR_ALL)})


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
            with telemetry.request_span(scope["method"], scope["headers"]) as span:
                try:
                    await self._app(scope, receive, send_with_headers)
                finally:
                    telemetry.note_response(span, method=scope["method"], route=_route(scope), status=status)
        except Exception:
            telemetry.unhandled_errors.inc()
            log.exception("unhandled_error", path=scope["path"])
            if status is not None:
                raise
            unforeseen = FootnoteError(f"The server had an error. Its log has more under {request_id}.")
            await error_response(unforeseen)(scope, receive, send_with_headers)
        finally:
            seconds = time.perf_counter() - started
            telemetry.note_request(scope["method"], _route(scope), status, seconds)
            log.info(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=status,
                milliseconds=round(seconds * 1000, 1),
            )


def _route(scope: Scope) -> str:
    """Return the path of the route with its parameters' names: the number of routes is limited, that of paths is not."""
    return getattr(scope.get("route"), "path", "none")


def _add_headers(message: Message, scope: Scope, started: float) -> None:
    """Add our headers to a response's own, of which only its content policy stays as it is."""
    state = scope["state"]
    given = message.get("headers", ())
    headers = [header for header in given if header[0] not in _OURS]
    headers.append((b"x-request-id", state["request_id"].encode()))
    headers.append((b"openai-processing-ms", b"%d" % ((time.perf_counter() - started) * 1000)))
    headers += _SAME_FOR_ALL
    limits = [(name.encode(), value.encode()) for name, value in state.get("limit_headers", {}).items()]
    names = {name for name, _ in headers}
    headers += (default for default in (_POLICY, *limits) if default[0] not in names)
    message["headers"] = headers


def _header(scope: Scope, wanted: bytes) -> str | None:
    """Return a request's header. Starlette's Headers decodes every name before it."""
    for name, value in scope["headers"]:
        if name == wanted:
            return str(value, "latin-1")
    return None


class SizeLimit:
    """Refuses bodies over the limit. It counts the bytes as they come, because a declared length proves nothing.

    What is to be done once is handed to Idempotency, which reads bodies as well.
    """

    def __init__(self, app: ASGIApp, api_settings: ApiSettings) -> None:
        self._app = app
        self._once = Idempotency(app)
        self._api_settings = api_settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        is_upload = (_header(scope, b"content-type") or "").startswith("multipart/form-data")
        # A form is larger than its file: it also has names, notes and boundaries.
        sizes = self._api_settings
        limit = sizes.max_upload_bytes + 1024 * 1024 if is_upload else sizes.max_request_bytes
        length = _header(scope, b"content-length") or ""
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

        is_once = scope["method"] == "POST" and _header(scope, KEY_HEADER) is not None
        await (self._once if is_once else self._app)(scope, counted, send)


def _too_large(limit: int, *, is_upload: bool) -> TooLarge:
    setting = "MAX_UPLOAD_BYTES" if is_upload else "MAX_REQUEST_BYTES"
    message = f"The request is too large: at most {limit} bytes are taken ({setting})."
    return TooLarge(message, param="file" if is_upload else None)


_OTHER_MACHINE = (
    "Without API keys this server answers on localhost only. "
    "Make one with `footnote keys create`, or set API_KEYS, to open it to others."
)
_OTHER_PAGE = (
    "Without API keys pages of other origins may not call this server. Name the page's origin in CORS_ALLOW_ORIGINS, "
    "such as http://localhost:3000, or make a key with `footnote keys create`."
)


class LoopbackGuard:
    """Let only this machine's own pages and programs call, as long as no key is needed.

    A foreign page that a browser here visits could otherwise reach us, by a name that it makes point here.
    """

    def __init__(self, app: ASGIApp, allowed_origins: tuple[str, ...]) -> None:
        self._app = app
        self._allowed_origins = allowed_origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            host = _hostname(f"//{_header(scope, b'host') or ''}")
            is_here = host in _LOOPBACK_NAMES
            is_welcome = self._is_welcome(scope, is_reading=scope["method"] in _READING)
            if not (is_here and is_welcome) and await scope["state"]["services"].keys.may_be_open():
                denied = PermissionDenied(_OTHER_PAGE if is_here else _OTHER_MACHINE)
                await error_response(denied)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _is_welcome(self, scope: Scope, *, is_reading: bool) -> bool:
        """Whether a page that a browser shows may do this. Other programs send none of these headers.

        Pages of other ports of this machine may read, which browsers keep from them anyway, but not write.
        """
        origin, site = _header(scope, b"origin"), _header(scope, b"sec-fetch-site")
        if origin in self._allowed_origins:
            return True
        if origin is not None and _hostname(origin) not in _LOOPBACK_NAMES:
            return False
        if is_reading:
            # A link to our page is followed from anywhere.
            is_link = _header(scope, b"sec-fetch-mode") == "navigate"
            return is_link or site != "cross-site"
        is_own_page = origin is None or origin.partition("://")[2] == _header(scope, b"host")
        return is_own_page and site not in {"cross-site", "same-site"}


@lru_cache(maxsize=256)
def _hostname(address: str) -> str:
    """Return the host of an address, nothing when it is malformed."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
