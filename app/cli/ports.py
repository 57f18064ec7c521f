"""Whether a port is free, asked before the server starts anything."""

import errno
import socket

_SAID = {
    errno.EADDRINUSE: "is taken: another program listens there. Stop it, or choose another port with --port (or PORT)",
    errno.EACCES: "may be opened by root only. Choose a port from 1024 on with --port (or PORT)",
    errno.EADDRNOTAVAIL: "cannot be opened: this machine has no such address. Correct HOST (or --host)",
}


def why_not_listen(host: str, port: int) -> str | None:
    """Return why nobody can listen there, as a sentence, or None."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            # As uvicorn does: a port that was closed a moment ago is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        return f"HOST={host} is no address of this machine. Correct HOST (or --host)."
    except OSError as error:
        said = _SAID.get(error.errno or 0, f"cannot be opened: {error.strerror}")
        return f"Port {port} of {host} {said}."
    return None
