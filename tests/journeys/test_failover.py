"""A server with a replica of its database: the primary dies, the replica is promoted, and nothing acknowledged is lost."""

import httpx
import pytest

from app.main import create_app
from app.settings import Settings
from tests.postgres_servers import PostgresServer, serve_with_replicas
from tests.processes import wait_until
from tests.serving import LiveServer, serve

KEY = {"authorization": "Bearer secret"}


def ingest(server: LiveServer, name: str) -> int:
    body = {
        "text": f"The code of {name} is {name[::-1]}.",
        "filename": f"{name}.txt",
        "vector_store": "codes",
    }
    return httpx.post(f"{server.v1}/ingest", json=body, headers=KEY).status_code


def finds(server: LiveServer, name: str) -> bool:
    body = {"query": f"What is the code of {name}?"}
    answer = httpx.post(f"{server.v1}/vector_stores/codes/search", json=body, headers=KEY)
    return answer.status_code == 200 and name[::-1] in answer.text


def settings_of(primary: PostgresServer, replica: PostgresServer) -> Settings:
    """Return the settings of a server that looks for the one of the two that takes writes, and reads from the other."""
    url = (
        "postgresql://footnote@/postgres?host=127.0.0.1,127.0.0.1"
        f"&port={primary.port},{replica.port}&target_session_attrs=read-write"
    )
    return Settings(_env_file=None, database_url=url, database_read_url=replica.url, api_keys="secret")


@pytest.mark.timeout(180)
def test_a_replica_takes_over() -> None:
    """Searches go on without a primary. Once the replica is promoted, it takes writes, and has all that came before."""
    with (
        serve_with_replicas() as (primary, (replica,)),
        serve(create_app(settings_of(primary, replica))) as server,
    ):
        taken_in = [ingest(server, name) for name in ("parsley", "thyme")]
        at_once = finds(server, "thyme")
        assert wait_until(lambda: replica.has_caught_up_with(primary))
        primary.kill()

        without_primary = finds(server, "parsley")
        refused = ingest(server, "rosemary")
        replica.promote()
        takes_writes = wait_until(lambda: ingest(server, "sage") == 200)
        found = [finds(server, name) for name in ("parsley", "thyme", "sage")]

    assert taken_in == [200, 200]
    assert at_once
    assert without_primary
    assert refused == 503
    assert takes_writes
    assert found == [True, True, True]
