"""Splits a stream of server-sent events into the data of its events. Pure."""

from collections.abc import Iterator


class EventData:
    """Takes a stream in pieces of any size. Names, ids and comments are passed over."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Yield the data of each event that is now complete."""
        lines = (self._rest + piece).splitlines(keepends=True)
        # A line that ends in CR may go on with LF.
        self._rest = b"" if not lines or lines[-1].endswith(b"\n") else lines.pop()
        for line in lines:
            content = line.rstrip(b"\r\n")
            if content.startswith(b"data:"):
                self._data.append(content[5:].removeprefix(b" "))
            elif not content:
                data = b"\n".join(self._data)
                self._data.clear()
                if data:
                    yield data
