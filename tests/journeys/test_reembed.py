"""footnote reembed, killed with kill -9 midway: the store is served unchanged, and the next run resumes."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import httpx
import openai
import psycopg
import pytest

from tests.conftest import MakeServer, conninfo, sdk
from tests.fake_upstream import FakeUpstream
from tests.processes import wait_until

_ROOT = Path(__file__).parents[2]
_RULES = [f"Rule {number}: on subject s{number} one fills in form f{number}." for number in range(1_200)]
_NEXT = "embed-slow"
_IN_THE_OLD = ("text-embedding-3-small", 512, _NEXT)
_IN_THE_NEXT = (_NEXT, 1536, None)


@dataclass
class Serving:
    """A store of a running server, its upstream and its database."""

    client: openai.OpenAI
    store_id: str
    upstream: FakeUpstream
    url: str
    upstream_url: str
    found: list[Any] = field(default_factory=list)

    def asked(self) -> list[list[str]]:
        """Return the texts of each call that embedded chunks with the next model, in order."""
        batches = [list(body["input"]) for body in self.upstream.requests if body.get("model") == _NEXT]
        return [batch for batch in batches if len(batch) > 1]

    @contextmanager
    def started(self) -> Iterator["subprocess.Popen[str]"]:
        """Run the command while the block runs, and kill it at the block's end if it is still running."""
        environment = {
            "DATABASE_URL": self.url,
            "OPENAI_API_KEY": "sk-good",
            "OPENAI_BASE_URL": self.upstream_url,
            "EMBEDDING_DIMENSIONS": "512",
            # The log tells how often a store was switched over. Commands are silent about it otherwise.
            "LOG_LEVEL": "info",
        }
        with subprocess.Popen(
            [sys.executable, "-m", "app", "reembed", "--model", _NEXT],
            cwd=_ROOT,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def run(self) -> str:
        """Run the command to its end; return what it wrote."""
        with self.started() as process:
            output, _ = process.communicate(timeout=300)
        assert process.returncode == 0, output
        return output

    def state(self) -> tuple[Any, ...]:
        with psycopg.connect(self.url) as connection:
            query = "select embedding_model, dimensions, next_embedding_model from vector_stores where public_id = %s"
            row = connection.execute(query, (self.store_id,)).fetchone()
            assert row is not None
            return row

    def dimensions(self) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute("select distinct vector_dims(embedding) from chunks").fetchall()

    def execute(self, statement: Any) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute(statement)

    def search(self) -> str:
        page = self.client.vector_stores.search(
            self.store_id, query=_RULES[700], extra_body={"footnote": {"mode": "semantic"}}
        )
        return page.data[0].content[0].text

    @contextmanager
    def searched_meanwhile(self) -> Iterator[None]:
        """Search without pause while the block lasts, and note what came: the text, or the error."""
        stop = threading.Event()

        def search() -> None:
            while not stop.is_set():
                try:
                    self.found.append(self.search())
                except openai.OpenAIError as error:
                    self.found.append(error)

        searcher = threading.Thread(target=search)
        searcher.start()
        try:
            yield
        finally:
            stop.set()
            searcher.join()


@pytest.fixture
def serving(make_server: MakeServer, upstream: FakeUpstream, upstream_url: str, clean_url: str) -> Serving:
    """A store of 1,200 chunks in the model that the running server is set to."""
    server = make_server(
        openai_api_key="sk-good",
        openai_base_url=upstream_url,
        embedding_dimensions=512,
        chunk_size=60,
        chunk_overlap=0,
    )
    answer = httpx.post(f"{server.v1}/ingest", json={"text": "\n".join(_RULES)}, timeout=120)
    body = answer.raise_for_status().json()
    assert body["chunks"] == len(_RULES)
    return Serving(sdk(server.v1), body["vector_store_id"], upstream, conninfo(clean_url), upstream_url)


def kill(process: "subprocess.Popen[str]") -> str:
    """Kill the command at once; return what it had written."""
    process.send_signal(signal.SIGKILL)
    output, _ = process.communicate()
    assert process.returncode == -signal.SIGKILL
    return output


def test_a_killed_move_resumes(serving: Serving) -> None:
    """What was embedded is not asked for again, even without the cache; searches find the same all the while; one switch."""
    with serving.searched_meanwhile():
        with serving.started() as process:
            assert wait_until(lambda: len(serving.asked()) >= 3, seconds=60)
            killed = kill(process)
        # The last call was under way when the command died: its answer may have been lost.
        *embedded, under_way = serving.asked()
        between = serving.state(), serving.dimensions()
        serving.execute("delete from embedding_cache")

        finished = serving.run()
        again = serving.run()

    before = list(chain.from_iterable(embedded))
    after = list(chain.from_iterable(serving.asked()[len(embedded) + 1 :]))
    assert between == (_IN_THE_OLD, [(512,)])
    assert (serving.state(), serving.dimensions()) == (_IN_THE_NEXT, [(1536,)])
    assert len(before) >= 512
    assert not set(before) & set(after)
    assert {*before, *under_way, *after} == set(_RULES)
    assert len(after) == len(set(after))
    assert [output.count("store_reembedded") for output in (killed, finished, again)] == [0, 1, 0]
    assert "1536 dimensions): 1" in finished
    assert "1536 dimensions): 0" in again
    assert len(serving.found) >= 10
    assert set(serving.found) == {_RULES[700]}


def test_a_move_killed_during_the_switch_resumes(serving: Serving) -> None:
    """Nothing of the switch is left, nothing is embedded again, and the next run makes it."""
    with serving.searched_meanwhile(), psycopg.connect(serving.url) as holder:
        holder.execute("select from chunks where ordinal = 1100 for update")
        with serving.started() as process:
            assert wait_until(lambda: is_switching(serving.url), seconds=60)
            killed = kill(process)
        holder.rollback()
        calls = len(serving.asked())
        between = serving.state(), serving.dimensions()

        finished = serving.run()

    assert between == (_IN_THE_OLD, [(512,)])
    assert (serving.state(), serving.dimensions()) == (_IN_THE_NEXT, [(1536,)])
    assert len(serving.asked()) == calls
    assert [output.count("store_reembedded") for output in (killed, finished)] == [0, 1]
    assert set(serving.found) == {_RULES[700]}


def is_switching(url: str) -> bool:
    """Whether the switch is under way, and waits for a row."""
    with psycopg.connect(url) as connection:
        query = """
            select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
                and query like '%update chunks c set embedding%'"""
        return connection.execute(query).fetchone() is not None
