"""Idempotency-Key: a POST that is repeated under the same key is done once, and gets the first answer again."""

import hashlib
from collections.abc import Mapping
from email.message import Message as Header

from fastapi import Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.access.first_answers import LARGEST_ANSWER, FirstAnswers
from app.api.errors import error_response
from app.core.errors import FootnoteError, InvalidRequest, Unauthenticated
from app.db.idempotent_answers import KeptAnswer, Slot
from app.services import Services

# What says nothing about the request itself: a key that was refused, a limit, a client that hung up.
_NOT_KEPT = frozenset({401, 403, 408, 429, 499})
_KEPT_HEADERS = ("content-type", "x-footnote-provider", "x-footnote-retrieval-id", "x-should-retry")


KEY_HEADER = b"idempotency-key"


class Idempotency:
    """Replays first answers to POSTs with a key. It stands inside of the size limit, which counts what it reads."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        services: Services = scope["state"]["services"]
        key = Headers(scope=scope)[KEY_HEADER.decode()]
        try:
            caller = await services.keys.identify(Headers(scope=scope).get("authorization"))
            found = await services.first_answers.claim(caller, key)
            if isinstance(found, KeptAnswer):
                scope["state"]["limit_headers"] = await services.rate_limits.admit(caller)
                response = await _replayed(found, _Request(scope, receive))
        except Unauthenticated:
            # The route says so itself, unless it needs no key.
            await self._app(scope, receive, send)
            return
        except FootnoteError as error:
            response = error_response(error)
            found = None
        if isinstance(found, Slot):
            await self._answer(services.first_answers, found, scope, receive, send)
        else:
            await response(scope, receive, send)

    async def _answer(
        self, answers: FirstAnswers, slot: Slot, scope: Scope, receive: Receive, send: Send
    ) -> None:
        request = _Request(scope, receive)
        async with answers.answering(slot):
            answer = _Answer(send)
            await self._app(scope, request.receive, answer.send)
            if answer.is_held and await request.is_read_to_the_end():
                await answers.keep(slot, answer.kept(request.fingerprint))
            await answer.release()


class _Request:
    """A request whose bytes are hashed as they are read. The hash stands for method, address and body."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        self._is_whole = False
        self._hash = hashlib.sha256(
            f"{scope['method']} {scope['path']}?".encode() + scope.get("query_string", b"") + b"\n"
        )
        self._boundary = _boundary(Headers(scope=scope).get("content-type", ""))
        self._tail = b""

    @property
    def fingerprint(self) -> bytes:
        whole = self._hash.copy()
        whole.update(self._tail)
        return whole.digest()

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._add(message.get("body", b""))
            self._is_whole = not message.get("more_body", False)
        return message

    async def is_read_to_the_end(self) -> bool:
        """Read what nobody has read; False when the client hung up first, or sends too much."""
        try:
            while not self._is_whole:
                if (await self.receive())["type"] != "http.request":
                    return False
        except FootnoteError:
            return False
        return True

    def _add(self, piece: bytes) -> None:
        # A form's boundary is another each time that a client sends it.
        if not self._boundary:
            self._hash.update(piece)
            return
        joined = (self._tail + piece).replace(self._boundary, b"")
        kept = len(self._boundary) - 1
        self._hash.update(joined[:-kept] if kept else joined)
        self._tail = joined[-kept:] if kept else b""


class _Answer:
    """An answer that is held back until it is kept. What is not to be kept passes through at once."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._pieces: list[bytes] = []
        self._size = 0

    @property
    def is_held(self) -> bool:
        return self._start is not None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_to_be_kept(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._pieces.append(message.get("body", b""))
            self._size += len(self._pieces[-1])
            if self._size > LARGEST_ANSWER:
                await self._let_go(more_body=message.get("more_body", False))

    def kept(self, fingerprint: bytes) -> KeptAnswer:
        """Return the answer as it is kept."""
        assert self._start is not None, "it is held"
        headers = Headers(raw=self._start["headers"])
        known = {name: headers[name] for name in _KEPT_HEADERS if name in headers}
        return KeptAnswer(fingerprint, self._start["status"], known, b"".join(self._pieces))

    async def release(self) -> None:
        """Send what is held."""
        if self.is_held:
            await self._let_go(more_body=False)

    async def _let_go(self, *, more_body: bool) -> None:
        assert self._start is not None, "it is held"
        start, self._start = self._start, None
        await self._send(start)
        body, self._pieces = b"".join(self._pieces), []
        await self._send({"type": "http.response.body", "body": body, "more_body": more_body})


def _is_to_be_kept(start: Message) -> bool:
    is_stream = Headers(raw=start["headers"]).get("content-type", "").startswith("text/event-stream")
    status: int = start["status"]
    return status < 500 and status not in _NOT_KEPT and not is_stream


async def _replayed(kept: KeptAnswer, request: _Request) -> Response:
    """Return a kept answer; raise InvalidRequest when it was given to another request."""
    if not await request.is_read_to_the_end() or request.fingerprint != kept.fingerprint:
        raise InvalidRequest(
            "This Idempotency-Key was used for another request. Use a new key for each request.",
            param="Idempotency-Key",
            code="idempotency_key_reused",
        )
    headers: Mapping[str, str] = {**kept.headers, "idempotency-replayed": "true"}
    return Response(kept.body, kept.status, dict(headers))


def _boundary(content_type: str) -> bytes:
    """Return a form's boundary, nothing for another body."""
    header = Header()
    header["content-type"] = content_type
    boundary = header.get_param("boundary") if header.get_content_maintype() == "multipart" else None
    return boundary.encode() if isinstance(boundary, str) else b""
