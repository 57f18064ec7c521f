"""Ports that are a test's own for as long as it holds them."""

import contextlib
import socket
from collections.abc import Iterator


@contextlib.contextmanager
def reserved_port() -> Iterator[int]:
    """Yield a TCP port of 127.0.0.1 that the kernel gives to nobody else until the block ends.

    It stays bound here without being listened on. A server that sets SO_REUSEADDR, as all of ours do, can listen there
    nevertheless. A port that is only looked up and closed again may be any connection's own when the server binds it.
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        port: int = holder.getsockname()[1]
        yield port
