"""Bodies: compressed ones within the size limits, JSON to a request model, dicts to JSON."""

import codecs
import zlib
from collections import deque
from typing import Protocol, TypeVar

import orjson
from fastapi import Request, Response
from pydantic import BaseModel, ValidationError
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.errors import error_response
from app.core.errors import InvalidRequest, UnsupportedEncoding
from app.wire.validation import invalid_request

_PIECE_BYTES = 256 * 1024
_PLAIN = frozenset({"", "identity"})
_KNOWN = frozenset({"gzip", "x-gzip", "deflate"})


class ContentDecoding:
    """Passes on decoded bodies. It stands outside the size limit, which therefore counts the decoded bytes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Most requests have none, and Starlette's Headers decodes every name.
        is_encoded = any(name == b"content-encoding" for name, _ in scope.get("headers", ()))
        if not is_encoded or scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        encoding = Headers(scope=scope)["content-encoding"]
        encoding = encoding.strip().lower()
        if encoding in _PLAIN:
            await self._app(scope, receive, send)
        elif encoding in _KNOWN:
            await self._app(scope, _Decoded(receive, encoding), send)
        else:
            refused = UnsupportedEncoding(
                "Bodies are read plain, or with one Content-Encoding of gzip and deflate."
            )
            response = error_response(refused)
            response.headers["accept-encoding"] = "gzip, deflate"
            await response(scope, receive, send)


class _Decoded:
    """A `receive` whose body messages hold decoded pieces."""

    def __init__(self, receive: Receive, encoding: str) -> None:
        self._receive = receive
        self._is_deflate = encoding == "deflate"
        self._inflater: _Inflater | None = None
        self._waiting: deque[bytes] = deque()
        self._came_anything = False
        self._is_last = False

    async def __call__(self) -> Message:
        if not self._waiting and self._is_last:
            return await self._receive()
        if not self._waiting:
            message = await self._receive()
            if message["type"] != "http.request":
                return message
            self._is_last = not message.get("more_body", False)
            self._waiting.append(message.get("body", b""))
        return self._next_piece()

    def _next_piece(self) -> Message:
        """Return a decoded piece of bounded size. The rest of its source waits."""
        source = self._waiting.popleft()
        self._came_anything = self._came_anything or bool(source)
        try:
            piece, rest = self._inflate(source) if source else (b"", b"")
        except zlib.error as error:
            raise _broken() from error
        if rest:
            self._waiting.append(rest)
        is_over = self._is_last and not rest
        if is_over and self._came_anything and not (self._inflater and self._inflater.eof):
            raise _broken()
        return {"type": "http.request", "body": piece, "more_body": not is_over}

    def _inflate(self, source: bytes) -> tuple[bytes, bytes]:
        if self._inflater is None or self._inflater.eof:
            # Gzip files may follow each other in one body.
            self._inflater = self._new_inflater(source)
        piece = self._inflater.decompress(source, _PIECE_BYTES)
        return piece, self._inflater.unconsumed_tail or self._inflater.unused_data

    def _new_inflater(self, source: bytes) -> "_Inflater":
        if not self._is_deflate:
            return zlib.decompressobj(zlib.MAX_WBITS | 16)
        # "deflate" means zlib's format, but many send it bare.
        has_header = source[0] & 0x0F == zlib.DEFLATED
        return zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)


class _Inflater(Protocol):
    """zlib's decompressing object, whose class has no public name."""

    @property
    def eof(self) -> bool: ...

    @property
    def unconsumed_tail(self) -> bytes: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


def _broken() -> InvalidRequest:
    return InvalidRequest("The body of the request is not what its Content-Encoding says.")


_Model = TypeVar("_Model", bound=BaseModel)
_DEEPEST_JSON = 64


async def read_json(request: Request, model: type[_Model]) -> _Model:
    """Return the request's body as `model`; InvalidRequest says which parameter is wrong."""
    content = await request.body()
    _check_encoding(content)
    try:
        raw = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise InvalidRequest(
            "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your "
            "HTTP library correctly. The API expects a JSON payload, but what was sent was not valid JSON.)"
        ) from error
    if _is_deeper(raw, _DEEPEST_JSON):
        raise InvalidRequest(f"The JSON body is nested deeper than {_DEEPEST_JSON} levels.")
    return validate(raw, model)


def validate(raw: object, model: type[_Model]) -> _Model:
    """Return raw JSON as `model`, or raise InvalidRequest."""
    if not isinstance(raw, dict):
        raise InvalidRequest("The body of the request must be a JSON object.")
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise invalid_request(error, raw) from error


def json_response(body: object, *, headers: dict[str, str] | None = None) -> Response:
    """Return a JSON response."""
    return Response(orjson.dumps(body), headers=headers, media_type="application/json")


def _check_encoding(content: bytes) -> None:
    """Raise InvalidRequest for the encodings that are taken for JSON by mistake: parsers see only noise in them."""
    if content.startswith(codecs.BOM_UTF8):
        raise InvalidRequest("The JSON body begins with a byte order mark. Send it without, as plain UTF-8.")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" in content[:4]:
        raise InvalidRequest("The JSON body is not UTF-8; it looks like UTF-16 or UTF-32. Send it as UTF-8.")


def _is_deeper(value: object, levels: int) -> bool:
    """Whether JSON is nested deeper; walked in layers, so that depth costs no stack."""
    layer = [value]
    for _ in range(levels):
        nested: list[object] = []
        for item in layer:
            if isinstance(item, dict):
                nested += item.values()
            elif isinstance(item, list):
                nested += item
        layer = [item for item in nested if isinstance(item, dict | list)]
        if not layer:
            return False
    return True
