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
        for server in self.servers:
            server.close()
        for connection in waiting:
            with suppress(OSError):
                await asyncio.get_running_loop().connect_accepted_socket(self._make_protocol, connection)
        await super().shutdown(sockets)

    def _accept_waiting(self) -> list[socket.socket]:
        waiting = []
        for listening in (sock for server in self.servers for sock in server.sockets):
            with socket.socket(fileno=socket.dup(listening.fileno())) as listener, suppress(BlockingIOError):
                if not self.shares_its_sockets:
                    drop_first_packets(listener)
                listener.settimeout(0)
                while True:
                    waiting.append(listener.accept()[0])
        return waiting

    def _make_protocol(self) -> asyncio.Protocol:
        return self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )


class _OneOfSeveral(DrainingServer):
    """Ends without a word to its listening socket, from which the other workers may still take connections."""

    shares_its_sockets = True


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
