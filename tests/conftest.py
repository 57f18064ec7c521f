"""Fixtures: a real PostgreSQL, a migrated database for each worker, live servers, a faulty upstream."""

import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import openai
import psycopg
import pytest
from httpx._config import DEFAULT_TIMEOUT_CONFIG, create_ssl_context
from httpx._transports import default as httpx_transports
from httpx2._transports import default as httpx2_transports
from hypothesis import settings as hypothesis_settings

from app.core.telemetry import configure_logging
from app.core.types import Caller
from app.db.database import Database
from app.db.engine import DatabaseUrls
from app.main import create_app
from app.postgres.cluster import OWNER, SERVING
from app.postgres.embedded import EmbeddedPostgres, start_embedded
from app.settings import Settings
from app.startup import bring_up
from tests.fake_upstream import FakeUpstream
from tests.ports import reserved_port
from tests.serving import LiveServer, serve

# The tests' own PostgreSQL may lose its data when the machine fails, which makes it faster.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
_CLEAN = "delete from vector_stores; delete from files; delete from uploads; delete from imports; delete from retrievals; delete from responses; delete from conversations; delete from embedding_cache; delete from lexeme_counts; delete from lexeme_additions; delete from deleted_places; delete from api_keys; delete from idempotent_answers; delete from key_usage; delete from audit_entries; delete from write_marks; delete from projects where id <> 'proj_default'; update projects set tokens_per_month = null"

# Machines that run tests are busy: httpx's five seconds are no part of what is tested. All of its calls share this object.
DEFAULT_TIMEOUT_CONFIG.read = DEFAULT_TIMEOUT_CONFIG.connect = 60.0
# For the same reason, how long an example takes is not tested.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")

MakeServer = Callable[..., LiveServer]


def pytest_configure() -> None:
    """Keep compiled modules: the tests start hundreds of interpreters, and each would compile all that it imports.

    And read the certificates of this machine once. Each client and each `httpx.get` would read them, though our servers
    speak plain HTTP: that takes twenty times as long as a refused connection.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    for transports in (httpx_transports, httpx2_transports):
        pytest.MonkeyPatch().setattr(transports, "create_ssl_context", cache(create_ssl_context))


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> None:
    """Take no setting from the environment in which the tests run."""
    for name in Settings.model_fields:
        os.environ.pop(name.upper(), None)
    configure_logging(level="info", style="json")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[EmbeddedPostgres]:
    """One PostgreSQL for all workers."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    with start_embedded(shared / "postgres", settings=_FAST) as embedded:
        yield embedded


def two_roles(url: str) -> dict[str, Any]:
    """Return the settings of a server that serves as the embedded PostgreSQL is served: not by the tables' owner."""
    return {"database_url": serving_url(url), "database_owner_url": url}


def serving_url(url: str) -> str:
    """Return the URL of a database of the embedded PostgreSQL for the role that serves."""
    return url.replace(f"//{OWNER}@", f"//{SERVING}@")


def conninfo(url: str) -> str:
    """Return a SQLAlchemy URL in the form that psycopg takes."""
    return url.replace("postgresql+psycopg://", "postgresql://")


@pytest.fixture(scope="session")
def make_database(postgres: EmbeddedPostgres, worker_id: str) -> Callable[[str], str]:
    """Return a function that makes an empty database and returns its URL."""

    def make(name: str) -> str:
        full_name = f"test_{worker_id}_{name}"
        with psycopg.connect(conninfo(postgres.url), autocommit=True) as connection:
            connection.execute(f'drop database if exists "{full_name}" with (force)')
            connection.execute(f'create database "{full_name}"')
        return postgres.url_for(full_name)

    return make


@pytest.fixture(scope="session")
def database_url(make_database: Callable[[str], str]) -> str:
    """The worker's own migrated database; only servers that a test makes read its queue."""
    url = make_database("main")
    bring_up(DatabaseUrls(serving_url(url), url))
    return url


@pytest.fixture
def clean_url(database_url: str) -> Iterator[str]:
    """The worker's database; what the test leaves in it is deleted afterwards."""
    yield database_url
    _clean(database_url)


def _clean(url: str) -> None:
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        indexes = connection.execute(
            "select indexname from pg_indexes where indexname like 'chunks_ivfflat_%'"
        )
        for (name,) in indexes.fetchall():
            connection.execute(f"drop index {name}")
        connection.execute(_CLEAN)


@pytest.fixture
async def db(clean_url: str) -> AsyncIterator[Database]:
    """The worker's database, empty."""
    database = Database.connect(DatabaseUrls(serving_url(clean_url), clean_url))
    yield database
    await database.close()


@pytest.fixture
def caller() -> Caller:
    """The caller when no key is needed."""
    return Caller("proj_default")


@pytest.fixture
def free_port() -> Iterator[int]:
    """A TCP port that nobody listens on, and that is the test's own."""
    with reserved_port() as port:
        yield port


@pytest.fixture(scope="session")
def upstream_server() -> Iterator[tuple[FakeUpstream, LiveServer]]:
    """The faulty upstream, served once for all tests of a worker."""
    fake = FakeUpstream()
    with serve(fake.app) as server:
        yield fake, server


@pytest.fixture
def upstream(upstream_server: tuple[FakeUpstream, LiveServer]) -> FakeUpstream:
    """The faulty upstream, without requests of earlier tests."""
    fake, _ = upstream_server
    fake.forget()
    return fake


@pytest.fixture
def upstream_url(upstream: FakeUpstream, upstream_server: tuple[FakeUpstream, LiveServer]) -> str:
    """Where the faulty upstream is."""
    return upstream_server[1].v1


@pytest.fixture
def make_server(clean_url: str) -> Iterator[MakeServer]:
    """Return a function that serves Footnote with the settings it is given."""
    with ExitStack() as stack:

        def make(**overrides: Any) -> LiveServer:
            settings = Settings(_env_file=None, **(two_roles(clean_url) | overrides))
            return stack.enter_context(serve(create_app(settings)))

        yield make


@pytest.fixture(scope="session")
def shared_url(make_database: Callable[[str], str]) -> str:
    """The shared server's database."""
    url = make_database("shared")
    bring_up(DatabaseUrls(serving_url(url), url))
    return url


@pytest.fixture(scope="session")
def _shared_server(shared_url: str) -> Iterator[LiveServer]:
    with serve(create_app(Settings(_env_file=None, **two_roles(shared_url)))) as server:
        yield server


@pytest.fixture
def live_server(_shared_server: LiveServer, shared_url: str) -> Iterator[LiveServer]:
    """Footnote with the fallback and default settings, its database empty."""
    yield _shared_server
    _clean(shared_url)


_opened: list[openai.OpenAI] = []


@pytest.fixture(autouse=True)
def _clients_are_closed() -> Iterator[None]:
    """Close every SDK client that the test opened: a socket left to the collector is a warning, in some later test."""
    yield
    while _opened:
        _opened.pop().close()


@pytest.fixture
def client(live_server: LiveServer) -> openai.OpenAI:
    """The stock SDK, strict about what it is answered, pointed at the live server."""
    return sdk(live_server.v1)


def sdk(base_url: str, *, key: str = "any", strict: bool = True) -> openai.OpenAI:
    """Return the stock SDK pointed at a base URL, without retries of its own, closed when the test ends."""
    opened = openai.OpenAI(base_url=base_url, api_key=key, max_retries=0, _strict_response_validation=strict)
    _opened.append(opened)
    return opened
