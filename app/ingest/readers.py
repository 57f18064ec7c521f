"""The reading process, seen from the server: started when the first file comes, started again when it has died."""

import asyncio
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

_ANSWER_LIMIT = 64 * 1024**2


class ReaderDied(Exception):
    """The process that read a file ended without an answer: killed by a limit, or broken."""


class Readers:
    """Hands files to the reading process, a few at a time: their memory adds up to a bound."""

    def __init__(self, *, at_once: int = 2) -> None:
        self._turn = asyncio.Semaphore(at_once)
        self._starting = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._requests: socket.socket | None = None

    async def read(self, request: dict[str, Any], *, wall_seconds: float) -> dict[str, Any]:
        """Return the answer to a request (see app.reading.server); ReaderDied, or TimeoutError after `wall_seconds`."""
        async with self._turn, asyncio.timeout(wall_seconds):
            answer = await self._ask(request)
            if not answer and self._is_gone():
                # The reading process was killed with the request on its way: that says nothing of the file.
                answer = await self._ask(request)
            if not answer:
                raise ReaderDied
            found: dict[str, Any] = orjson.loads(answer)
            return found

    async def aclose(self) -> None:
        """End the reading process and give up what it is reading."""
        if self._requests is not None:
            self._requests.close()
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        self._requests = self._process = None

    async def _ask(self, request: dict[str, Any]) -> bytes:
        """Return what the process answers, nothing when the child that read the file has died."""
        ours, theirs = socket.socketpair()
        try:
            await self._send(theirs)
        finally:
            theirs.close()
        lines, out = await asyncio.open_connection(sock=ours, limit=_ANSWER_LIMIT)
        try:
            out.write(orjson.dumps(request) + b"\n")
            return await lines.read(-1)
        except ConnectionError:
            return b""
        finally:
            out.close()

    def _is_gone(self) -> bool:
        """Whether the reading process itself has ended, not only its child."""
        if self._requests is None:
            return True
        try:
            return self._requests.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    async def _send(self, connection: socket.socket) -> None:
        async with self._starting:
            for _ in range(2):
                requests = self._requests or await self._start()
                try:
                    socket.send_fds(requests, [b"\0"], [connection.fileno()])
                except OSError:
                    await self.aclose()
                else:
                    return
        raise ReaderDied

    async def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "app.reading.server", str(theirs.fileno())),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env=_bare_environment(),
            )
        self._requests = ours
        return ours


def _bare_environment() -> dict[str, str]:
    """Hand the parsers no secrets."""
    return {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ} | {
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "HOME": "/nonexistent",
    }
