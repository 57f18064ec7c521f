"""The process that reads files: it has the parsers loaded, and forks a limited child for each file.

Starting an interpreter and loading the parsers takes ten times as long as reading a small file. A fork takes neither.
Run as ``python -m app.reading.server FD``; never imported. It ends when the other end of its socket is closed.
"""

import gc
import logging
import os
import resource
import signal
import socket
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path

import orjson

from app.reading.delimited import write_delimited
from app.reading.document import Budget, Document, Source, Unreadable
from app.reading.kinds import find_kind
from app.reading.pages import PageSpan, join_pages
from app.reading.read import read

# Chats go first when the cores are busy, and the kernel kills these processes first when memory is short.
_NICENESS = 19
_OOM_SCORE = b"700"
_LARGE_BYTES = 16 * 1024**2
_HEAD_BYTES = 4_096


def main() -> None:
    """Serve requests until the server that started this process is gone."""
    with suppress(OSError):
        os.nice(_NICENESS)
    # Children are not waited for; the kernel reaps them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # It warns of forms in XFA, whose fields it gives all the same.
    logging.getLogger("pypdfium2").setLevel(logging.ERROR)
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as requests:
        while True:
            message, descriptors, _, _ = socket.recv_fds(requests, 1, 1)
            if not message:
                return
            answer = socket.socket(fileno=descriptors[0])
            if os.fork() == 0:
                requests.close()
                _serve(answer)
            answer.close()


def _serve(connection: socket.socket) -> None:
    """Read the file that the connection's one line names, answer with JSON, and end."""
    code = 1
    try:
        with connection.makefile("rb") as lines:
            request = orjson.loads(lines.readline())
        # A thread that gets no memory to start would be waited for without end.
        threading.Thread(target=_end_with, args=(connection,), daemon=True).start()
        _limit(request)
        connection.sendall(orjson.dumps(_answer(request)))
        code = 0
    finally:
        # Skip the clean-up handlers, which belong to the parent.
        os._exit(code)


def _limit(request: dict[str, int]) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, request["wall_seconds"])
    resource.setrlimit(resource.RLIMIT_CPU, (request["cpu_seconds"],) * 2)
    resource.setrlimit(resource.RLIMIT_AS, (request["memory_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_bytes(_OOM_SCORE)


def _end_with(connection: socket.socket) -> None:
    """End this process when nobody waits for its answer any more."""
    connection.recv(1)
    os._exit(1)


def _answer(request: dict[str, str]) -> dict[str, object]:
    """Write the file's text to its target; return where its pages lie, or why there is no text."""
    path, target = Path(request["path"]), Path(request["target"])
    tempfile.tempdir = str(target.parent)
    budget = Budget(int(request["max_inflated_bytes"]), max_pages=int(request["max_pages"]))
    try:
        if _is_large_table(path):
            header_line, header_height = write_delimited(path, target)
            return {"pages": [], "warnings": [], "header_line": header_line, "header_height": header_height}
        document = read(Source(path.name, path.read_bytes(), budget, read))
    except Unreadable as error:
        return {"error": str(error)}
    except (MemoryError, RecursionError):
        return {"error": "reading it takes more memory than one file may use: divide it into smaller files"}
    text, pages = _joined(document)
    target.write_text(text, encoding="utf-8", newline="")
    return {
        "pages": [astuple(page) for page in pages],
        "warnings": document.warnings,
        "header_line": document.header_line,
        "header_height": document.header_height,
    }


def _is_large_table(path: Path) -> bool:
    """Whether a file is one of rows that is read row by row, because it is large."""
    if path.stat().st_size < _LARGE_BYTES:
        return False
    with path.open("rb") as file:
        suffix = path.suffix.lower()
        return find_kind(suffix, file.read(_HEAD_BYTES)) == "csv"


def _joined(document: Document) -> tuple[str, list[PageSpan]]:
    return join_pages(document.pages) if document.pages else (document.text, [])


if __name__ == "__main__":
    main()
