"""How many connections there may be, in total and from one address. The oldest idle one makes room for a new one."""

import resource
from collections import Counter
from dataclasses import dataclass
from typing import Protocol, Self

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
