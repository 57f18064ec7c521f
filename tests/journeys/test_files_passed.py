"""How many files of the code a streamed chat passes: as many has whoever follows it to read."""

import asyncio
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import httpx
import openai
import structlog

import app
from tests.conftest import MakeServer, sdk

_CODE = Path(app.__file__).parent
_MOST = 45


@dataclass(slots=True)
class Passed:
    """The files of which a function was called for a request while somebody looked on."""

    files: set[str] = field(default_factory=set)
    looks: bool = False

    def note(self, frame: FrameType, event: str, _argument: object) -> None:
        """Note a call, for Python's profiler hook."""
        path = frame.f_code.co_filename
        if self.looks and event == "call" and path.startswith(f"{_CODE}/") and not in_background():
            self.files.add(path.removeprefix(f"{_CODE}/"))


def in_background() -> bool:
    """Whether a task runs that serves no request: those of requests know their id, the sockets' callbacks are no task."""
    try:
        task = asyncio.current_task()
    except RuntimeError:
        return False
    return task is not None and "request_id" not in structlog.contextvars.get_contextvars()


def test_a_streamed_chat_passes_few_files(make_server: MakeServer, upstream_url: str) -> None:
    """Grounded, with an upstream: the second of two, because the first fills caches. No worker runs beside it."""
    settings = {"openai_api_key": "sk-good", "openai_base_url": upstream_url}
    texts = [{"text": "Leave lasts nine months.", "filename": "leave.txt"}]
    reading = make_server(**settings)
    httpx.post(f"{reading.v1}/ingest", json={"texts": texts}, timeout=60).raise_for_status()

    with watching() as passed:
        client = sdk(make_server(worker="off", **settings).v1)
        streamed(client)
        passed.looks = True
        text = streamed(client)
        passed.looks = False

    assert text
    assert "answering/answer.py" in passed.files
    assert len(passed.files) <= _MOST, " ".join(sorted(passed.files))


def streamed(client: openai.OpenAI) -> str:
    stream = client.chat.completions.create(
        model="gpt-5.4-mini",
        messages=[{"role": "user", "content": "How long does leave last?"}],
        stream=True,
    )
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)


@contextmanager
def watching() -> Iterator[Passed]:
    """Watch the calls of threads that begin meanwhile: the server is one."""
    passed, before = Passed(), sys.getprofile()
    threading.setprofile(passed.note)
    try:
        yield passed
    finally:
        threading.setprofile(before)
