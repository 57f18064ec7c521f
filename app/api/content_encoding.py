"""Compressed request bodies: gzip and deflate are read, piece by piece so that size limits hold; others are refused."""

import zlib
from collections import deque
from typing import Protocol

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.errors import error_response
from app.core.errors import InvalidRequest, UnsupportedEncoding

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
