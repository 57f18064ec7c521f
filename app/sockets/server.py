"""uvicorn's server, which ends without resetting a connection that a client has opened already."""

import asyncio
import socket
import sys
from contextlib import suppress
from typing import Any

import uvicorn
from uvicorn.supervisors import multiprocess

from app.sockets.handshakes import drop_first_packets

_EXIT_NOT_STARTED = 3
_NEXT_TRY_SECONDS = 1.0
# uvloop's timers know no shorter time.
_STEP_SECONDS = 0.001


def run(app: str, *, workers: int, **options: Any) -> None:
    """Serve an application's factory until the process is told to end. Several workers share one listening socket."""
    if workers > 1:
        config = uvicorn.Config(app, factory=True, workers=workers, **options)
        _Workers(config, sockets=[config.bind_socket()]).run()
        return
    server = DrainingServer(uvicorn.Config(app, factory=True, **options))
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(_EXIT_NOT_STARTED)


class DrainingServer(uvicorn.Server):
    """Serves as uvicorn does. When it ends, it also takes the connections that still wait to be accepted.

    Closing the listening socket would reset them, and their clients may have sent requests already.
    """

    shares_its_sockets = False

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Nothing is awaited between the last of them and the close.
        waiting = self._accept_waiting()
        self._stop_listening()
        for connection in waiting:
            with suppress(OSError):
                await asyncio.get_running_loop().connect_accepted_socket(self._make_protocol, connection)
        await super().shutdown(sockets)

    def _accept_waiting(self) -> list[socket.socket]:
        waiting = []
        for listening in self._listening():
            with socket.socket(fileno=socket.dup(listening.fileno())) as listener, suppress(BlockingIOError):
                if not self.shares_its_sockets:
                    drop_first_packets(listener)
                listener.settimeout(0)
                while True:
                    waiting.append(listener.accept()[0])
        return waiting

    def _listening(self) -> list[socket.socket]:
        return [listening for server in self.servers for listening in server.sockets]

    def _stop_listening(self) -> None:
        for server in self.servers:
            server.close()

    def _make_protocol(self) -> asyncio.Protocol:
        return self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )


class _OneOfSeveral(DrainingServer):
    """Leaves a new connection to others that have less than half as many.

    An event loop's own server takes all that wait, at once: the worker that wakes first would have every connection of a
    client's pool for as long as they stay open. Here it waits a millisecond longer for each doubling of those that it has.
    It ends without a word to its listening socket, from which the other workers may still take connections.
    """

    shares_its_sockets = True

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._shared: list[socket.socket] = []
        self._connecting: set[asyncio.Task[Any]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup([])
        self._shared = sockets or []
        for listening in self._shared:
            listening.listen(self.config.backlog)
            listening.settimeout(0)
            self._look_at(listening)

    def _listening(self) -> list[socket.socket]:
        return self._shared

    def _stop_listening(self) -> None:
        for listening in self._shared:
            asyncio.get_running_loop().remove_reader(listening)

    def _look_at(self, listening: socket.socket) -> None:
        if not self.should_exit:
            asyncio.get_running_loop().add_reader(listening, self._give_others_time, listening)

    def _give_others_time(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        # It stays ready until somebody has taken the connection.
        loop.remove_reader(listening)
        held = len(self.server_state.connections) + len(self._connecting)
        loop.call_later(held.bit_length() * _STEP_SECONDS, self._take_one, listening)

    def _take_one(self, listening: socket.socket) -> None:
        if self.should_exit:
            return
        loop = asyncio.get_running_loop()
        try:
            connection, _ = listening.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            self._look_at(listening)  # another worker was faster, or the client has gone
        except OSError:
            # No descriptors are left, and the socket stays ready: the loop would ask again and again.
            loop.call_later(_NEXT_TRY_SECONDS, self._look_at, listening)
        else:
            self._look_at(listening)
            connecting = loop.create_task(loop.connect_accepted_socket(self._make_protocol, connection))
            self._connecting.add(connecting)
            connecting.add_done_callback(self._connecting.discard)


class _Worker(multiprocess.Process):
    """A process that serves as one alone does."""

    @property
    def server(self) -> uvicorn.Server:
        if self._server is None:
            self._server = _OneOfSeveral(self.config)
        return self._server


# uvicorn's supervisor makes its processes by this name.
multiprocess.Process = _Worker  # type: ignore[misc]


class _Workers(multiprocess.Multiprocess):
    """Starts the workers, and others for those that die.

    It lets go of the listening socket before they end. Held here, it would take connections that nobody accepts any more.
    """

    def terminate_all(self) -> None:
        for listening in self.sockets:
            drop_first_packets(listening)
            listening.close()
        super().terminate_all()
