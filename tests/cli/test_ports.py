"""A port that cannot be opened is a sentence."""

import socket

from app.cli.ports import why_not_listen


def test_a_port_in_use_is_named(free_port: int) -> None:
    """With what to do; a free one is nothing to talk of."""
    assert why_not_listen("127.0.0.1", free_port) is None
    with socket.create_server(("127.0.0.1", free_port)):
        said = why_not_listen("127.0.0.1", free_port)

    assert said is not None
    assert said.startswith(f"Port {free_port} of 127.0.0.1 is taken")
    assert "--port" in said


def test_an_address_of_another_machine_is_named() -> None:
    """By number and by name."""
    assert "no such address" in (why_not_listen("192.0.2.1", 0) or "")
    assert "HOST=nope.invalid" in (why_not_listen("nope.invalid", 0) or "")
