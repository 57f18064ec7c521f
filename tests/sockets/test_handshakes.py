"""A listening socket that takes nobody new, on the kernel's own TCP."""

import socket
import sys

import pytest

from app.sockets.handshakes import drop_first_packets

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux drops first packets")


def test_nobody_new_is_taken_and_who_was_taken_is_served() -> None:
    """A new client waits, a client that had connected is accepted, and after the close a client is refused."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as client,
    ):
        address = listener.getsockname()

        drop_first_packets(listener)

        with pytest.raises(TimeoutError):
            socket.create_connection(address, timeout=0.3)
        accepted, _ = listener.accept()
        with accepted:
            client.sendall(b"x")
            assert accepted.recv(1) == b"x"
        listener.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address, timeout=5)
