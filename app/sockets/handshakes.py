"""Keeps a listening socket from taking new connections while those that it has taken are accepted."""

import ctypes
import socket
import struct
import sys
from contextlib import suppress

# The numbers of <linux/filter.h> and <asm-generic/socket.h>, which Python does not name.
_SO_ATTACH_FILTER = 26
_LOAD_BYTE, _MASK, _JUMP_IF_EQUAL, _RETURN = 0x30, 0x54, 0x15, 0x06
_FLAGS, _SYN, _SYN_OR_ACK = 13, 0x02, 0x12
_DROP, _PASS = 0, 0xFFFFFFFF

_INSTRUCTIONS = (
    (_LOAD_BYTE, 0, 0, _FLAGS),
    (_MASK, 0, 0, _SYN_OR_ACK),
    (_JUMP_IF_EQUAL, 0, 1, _SYN),
    (_RETURN, 0, 0, _DROP),
    (_RETURN, 0, 0, _PASS),
)


def drop_first_packets(listener: socket.socket) -> None:
    """Let the kernel drop the first packet (SYN) of each new connection. Connections half made can still be completed.

    A client whose packet was dropped sends it again after a second. Then the socket is closed, and the client is refused.
    Where the kernel has no such filters this does nothing: a connection made just before the close is then reset.
    """
    if sys.platform != "linux":
        return
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in _INSTRUCTIONS))
    with suppress(OSError):
        listener.setsockopt(
            socket.SOL_SOCKET,
            _SO_ATTACH_FILTER,
            struct.pack("HP", len(_INSTRUCTIONS), ctypes.addressof(program)),
        )
