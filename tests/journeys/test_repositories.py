"""The repositories that a streamed chat makes: those that it uses, and no others."""

import inspect
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from types import FrameType

import httpx
import openai

from app.db.project import ProjectReader, ProjectWriter
from app.db.project_search import ProjectSearch
from app.db.retrievals import RetrievalWriter
from tests.conftest import MakeServer, sdk

_MOST = 6


@dataclass(slots=True)
class Seen:
    """The repositories that were made while somebody looked on, and those whose methods were called."""

    made: list[object] = field(default_factory=list)
    used: list[object] = field(default_factory=list)
    looks: bool = False

    def note(self, frame: FrameType, event: str, _argument: object) -> None:
        """Note a call, for Python's profiler hook."""
        owner = frame.f_locals.get("self") if self.looks and event == "call" else None
        if not isinstance(owner, _REPOSITORIES):
            return
        # Kept: of an object that is gone, the number may be another's.
        noted = self.made if frame.f_code.co_name == "__init__" else self.used
        if not any(owner is known for known in noted):
            noted.append(owner)


def test_a_chat_makes_no_repository_that_it_does_not_use(make_server: MakeServer) -> None:
    """A transaction has fifteen of them to offer; a chat with an answer from documents needs a handful."""
    with watching() as seen:
        server = make_server()
        texts = [{"text": "Leave lasts nine months.", "filename": "leave.txt"}]
        httpx.post(f"{server.v1}/ingest", json={"texts": texts}, timeout=60).raise_for_status()

        seen.looks = True
        text = streamed(sdk(server.v1))
        seen.looks = False

    assert "nine months" in text
    names = sorted(type(made).__name__ for made in seen.made)
    unused = [type(made).__name__ for made in seen.made if not any(made is used for used in seen.used)]
    assert not unused
    assert 0 < len(names) <= _MOST, names


def streamed(client: openai.OpenAI) -> str:
    stream = client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": "How long does leave last?"}], stream=True
    )
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)


@contextmanager
def watching() -> Iterator[Seen]:
    """Watch the calls of threads that begin meanwhile: the server is one."""
    seen, before = Seen(), sys.getprofile()
    threading.setprofile(seen.note)
    try:
        yield seen
    finally:
        threading.setprofile(before)


_REPOSITORIES = tuple(
    {
        inspect.get_annotations(part.func, eval_str=True)["return"]
        for sight in (ProjectReader, ProjectWriter)
        for _, part in inspect.getmembers(sight, lambda member: isinstance(member, cached_property))
    }
    # Over direct connections, without a transaction of SQLAlchemy's.
    | {ProjectSearch, RetrievalWriter}
)
