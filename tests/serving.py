"""Real servers for the tests: an ASGI application on a free port, in a thread with a loop of its own."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import uvicorn

from app.sockets.options import SERVER_OPTIONS
from app.sockets.server import DrainingServer


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A server that answers at `url`."""

    url: str
    end: Callable[[], None] = lambda: None

    @property
    def v1(self) -> str:
        return f"{self.url}/v1"


@contextlib.contextmanager
def serve(app: Any, **options: Any) -> Iterator[LiveServer]:
    """Serve an ASGI application until the block ends."""
    defaults = SERVER_OPTIONS | {"host": "127.0.0.1", "port": 0, "timeout_graceful_shutdown": 5}
    server = DrainingServer(uvicorn.Config(app, **(defaults | options)))

    def end() -> None:
        server.should_exit = True

    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 120
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the server did not start")
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield LiveServer(f"http://127.0.0.1:{port}", end)
    finally:
        end()
        thread.join(60)
