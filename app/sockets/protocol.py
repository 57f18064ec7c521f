"""uvicorn's HTTP protocol with limits, whichever parser is installed: on heads, pauses and the number of connections."""

import asyncio
import math
import resource
from collections import Counter
from dataclasses import dataclass
from http import HTTPStatus
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, TypeAlias

import h11
import orjson
import structlog
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from app.core import ids
from app.core.errors import FootnoteError, HeadTooLarge, Overloaded, RequestTimedOut
from app.wire.errors import error_body

# Descriptors that are kept for PostgreSQL, upstream, files and the reading process.
_RESERVED_DESCRIPTORS = 256
_FEWEST = 32
_MOST = 8_192


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """What one connection may take, and how many there may be.

    A head is the request line with its headers. `body_idle_seconds` is the longest pause between two pieces of a body,
    `write_idle_seconds` the longest time in which a client reads nothing of its answer.
    """

    most: int
    most_per_address: int
    head_seconds: float = 10.0
    head_bytes: int = 64 * 1024
    body_idle_seconds: float = 30.0
    write_idle_seconds: float = 60.0

    @classmethod
    def of_this_process(cls) -> Self:
        """Return limits below the number of descriptors that this process may open.

        One address gets three quarters of the places: it may be a proxy, through which all clients come.
        """
        descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        free = _MOST if descriptors == resource.RLIM_INFINITY else descriptors - _RESERVED_DESCRIPTORS
        most = max(_FEWEST, min(_MOST, free))
        return cls(most=most, most_per_address=most * 3 // 4)


class Connection(Protocol):
    """What the register needs of a connection."""

    def make_room(self) -> None:
        """Close the connection, on which no request is being served."""


class Connections:
    """The open connections by address, and which of them are idle, the oldest first."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self._limits = limits
        self._addresses: dict[Connection, str] = {}
        self._counts: Counter[str] = Counter()
        # Dictionaries keep their order: the first has been idle for the longest time.
        self._idle: dict[Connection, None] = {}
        self._idle_by_address: dict[str, dict[Connection, None]] = {}

    def admit(self, connection: Connection, address: str) -> bool:
        """Note a new connection, idle so far; return False when there is no room and no idle one to close for it."""
        if self._counts[address] >= self._limits.most_per_address and not self._close_oldest(
            self._idle_by_address.get(address)
        ):
            return False
        if len(self._addresses) >= self._limits.most and not self._close_oldest(self._idle):
            return False
        self._addresses[connection] = address
        self._counts[address] += 1
        self.note_idle(connection)
        return True

    def note_idle(self, connection: Connection) -> None:
        """Note that the connection waits for a request."""
        address = self._addresses.get(connection)
        if address is not None:
            self._idle[connection] = None
            self._idle_by_address.setdefault(address, {})[connection] = None

    def note_busy(self, connection: Connection) -> None:
        """Note that a request of the connection is being served."""
        address = self._addresses.get(connection)
        if address is None or connection not in self._idle:
            return
        del self._idle[connection]
        of_address = self._idle_by_address[address]
        del of_address[connection]
        if not of_address:
            del self._idle_by_address[address]

    def forget(self, connection: Connection) -> None:
        """Note that the connection is closed, or is about to be."""
        self.note_busy(connection)
        address = self._addresses.pop(connection, None)
        if address is not None:
            self._counts[address] -= 1
            if not self._counts[address]:
                del self._counts[address]

    def _close_oldest(self, idle: dict[Connection, None] | None) -> bool:
        if not idle:
            return False
        oldest = next(iter(idle))
        self.forget(oldest)
        oldest.make_room()
        return True


if TYPE_CHECKING or find_spec("httptools"):
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

log = structlog.get_logger()

# A connection that is closed while bytes arrive is reset, and the client does not see why. So it is read for a moment.
_LINGER_SECONDS = 1.0
# A client that has connected just before the server ends may have sent its request already.
_LAST_REQUEST_SECONDS = 1.0

_MOST_WAITING_BYTES = 16 * 1024


class Gathered:
    """A transport that sends what is written within one turn of the loop at once. Each write by itself is a system call.

    uvicorn writes the head of an answer, each frame and the end apart.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0

    def __getattr__(self, name: str) -> Any:  # all else is the transport's own
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if not self._waiting:
            self._loop.call_soon(self.send)
        self._waiting.append(data)
        self._waiting_bytes += len(data)
        if self._waiting_bytes > _MOST_WAITING_BYTES:
            # The transport says when a client reads too slowly.
            self.send()

    def write_eof(self) -> None:
        self.send()
        self._transport.write_eof()

    def close(self) -> None:
        self.send()
        self._transport.close()

    def send(self) -> None:
        """Send what waits."""
        waiting, self._waiting, self._waiting_bytes = self._waiting, [], 0
        if waiting and not self._transport.is_closing():
            self._transport.writelines(waiting)


if TYPE_CHECKING:
    _Base: TypeAlias = H11Protocol
else:
    _Base = object


class _Limited(_Base):
    """What both parsers' protocols have in common. The parser's side says what of a request is complete."""

    limits: ClassVar[ConnectionLimits]
    register: ClassVar[Connections]

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # uvicorn's own
        super().__init__(*args, **kwargs)
        # Bytes that belong to no complete head and to no piece of a body.
        self._pending_bytes = 0
        self._has_served = False
        self._is_refused = False
        self._is_ending = False
        self._deadline: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._gathered = Gathered(transport)
        super().connection_made(self._gathered)  # type: ignore[arg-type] # all that uvicorn asks of one
        if self.register.admit(self, self.client[0] if self.client else ""):
            self._wait(self.limits.head_seconds)
            return
        message = "The server has too many open connections. Try again in a moment."
        self._refuse(Overloaded(message, code="overloaded", retry_after_seconds=1))

    def connection_lost(self, exc: Exception | None) -> None:
        self.register.forget(self)
        self._deadline = None
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        had_pending = self._pending_bytes > 0
        self._pending_bytes += len(data)
        super().data_received(data)
        if self._pending_bytes > self.limits.head_bytes:
            message = (
                f"The request's headers are too large: at most {self.limits.head_bytes} bytes are taken."
            )
            self._refuse(HeadTooLarge(message))
        elif self._reads_body:
            self._wait(self.limits.body_idle_seconds)
        elif self._is_serving:
            self._deadline = None
        elif self._has_served and not had_pending:
            self._wait(self.limits.head_seconds)

    def on_response_complete(self) -> None:
        self._gathered.send()
        super().on_response_complete()
        self._has_served = True
        if not self._is_serving:
            self.register.note_idle(self)
        if self._pending_bytes:
            self._wait(self.limits.head_seconds)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._wait(self.limits.write_idle_seconds)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._reads_body:
            self._wait(self.limits.body_idle_seconds)
        else:
            self._deadline = None

    def shutdown(self) -> None:
        """End the connection, after the request that is being served, or the first one if that is still to come."""
        if self.cycle is None and not self._is_refused:
            self._is_ending = True
            self._wait(_LAST_REQUEST_SECONDS)
        else:
            super().shutdown()

    def make_room(self) -> None:
        """Close this idle connection: a new one needs its place."""
        self.transport.close()

    def _begin_serving(self) -> None:
        """Note that the head of a request is complete."""
        self._deadline = None
        self.register.note_busy(self)
        if self._is_ending:
            self.cycle.keep_alive = False

    @property
    def _reads_body(self) -> bool:
        """Whether the head of a request is complete and its body is not."""
        raise NotImplementedError

    @property
    def _is_serving(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _wait(self, seconds: float) -> None:
        """Give the client so much time for its next step."""
        self._deadline = self._now() + seconds
        if self._timer is None or self._timer.when() > self._deadline:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = asyncio.get_running_loop().call_at(self._deadline, self._look)

    def _look(self) -> None:
        """Close the connection if its time is up, else look again when it will be."""
        self._timer = None
        if self._deadline is None or self.transport.is_closing():
            return
        if self._now() < self._deadline:
            self._wait(self._deadline - self._now())
        elif self.flow.write_paused:
            self.transport.abort()
        elif self._is_refused:
            self.transport.close()
        elif self._reads_body and self.flow.read_paused:
            # It is our side that is slow.
            self._wait(self.limits.body_idle_seconds)
        elif self._is_serving or self._pending_bytes:
            self._refuse(RequestTimedOut("The request did not arrive in time.", code="request_timeout"))
        else:
            self.transport.close()

    def _refuse(self, error: FootnoteError) -> None:
        """Answer with an error, without the application, and close."""
        log.info("connection_refused", status=error.status, client=self.client[0] if self.client else None)
        self._is_refused = True
        self.register.forget(self)
        is_answered = self._is_serving and self.cycle.response_started
        if self._is_serving:
            # Whoever reads the request's body learns that the client is gone.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.transport.is_closing():
            return
        if not is_answered:
            self.transport.write(_answer(error))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.flow.resume_reading()
        self._wait(_LINGER_SECONDS)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def _answer(error: FootnoteError) -> bytes:
    body = orjson.dumps(error_body(error))
    lines = [
        f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}",
        "content-type: application/json",
        f"content-length: {len(body)}",
        f"x-request-id: {ids.make_request_id()}",
        "connection: close",
    ]
    if error.retry_after_seconds is not None:
        lines.append(f"retry-after: {math.ceil(error.retry_after_seconds)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


class LimitedH11(_Limited, H11Protocol):
    """With the parser h11, which limits what is incomplete in a body itself."""

    def handle_events(self) -> None:
        before = self.cycle
        super().handle_events()
        waits_for_head = self.conn.their_state is h11.IDLE
        self._pending_bytes = len(self.conn.trailing_data[0]) if waits_for_head else 0
        if self.cycle is not before:
            self._begin_serving()

    @property
    def _reads_body(self) -> bool:
        return self.conn.their_state is h11.SEND_BODY


if TYPE_CHECKING or find_spec("httptools"):

    class LimitedHttpTools(_Limited, HttpToolsProtocol):  # type: ignore[misc] # both define the same attributes
        """With the parser httptools, which has no limits of its own, not on trailers either."""

        _is_in_body = False

        def on_headers_complete(self) -> None:
            super().on_headers_complete()
            self._pending_bytes = 0
            self._is_in_body = True
            self._begin_serving()

        def on_body(self, body: bytes) -> None:
            super().on_body(body)
            self._pending_bytes = 0

        def on_message_complete(self) -> None:
            super().on_message_complete()
            self._pending_bytes = 0
            self._is_in_body = False

        @property
        def _reads_body(self) -> bool:
            return self._is_in_body


def limited(limits: ConnectionLimits) -> type[asyncio.Protocol]:
    """Return the protocol over the parser that is installed, with these limits and a register of its own."""
    parser = LimitedHttpTools if find_spec("httptools") else LimitedH11
    return type("LimitedProtocol", (parser,), {"limits": limits, "register": Connections(limits)})


LimitedProtocol = limited(ConnectionLimits.of_this_process())
