"""A server with a replica of its database: the primary dies, the replica is promoted, and nothing acknowledged is lost."""

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

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


def test_a_replica_that_dies_fails_no_list() -> None:
    """Clients list stores, files and models while it is killed, again and again: each gets its list at the first try."""
    with (
        serve_with_replicas() as (primary, (replica,)),
        serve(create_app(settings_of(primary, replica))) as server,
        httpx.Client(base_url=f"{server.v1}/", headers=KEY, timeout=120) as client,
    ):
        ingest(server, "parsley")
        paths = ["vector_stores", "files", "models", "vector_stores/codes/files"]
        answers: list[httpx.Response] = []
        stop = threading.Event()

        def list_all() -> None:
            while not stop.is_set():
                answers.extend(client.get(path) for path in paths)

        with ThreadPoolExecutor(6) as pool:
            listing = [pool.submit(list_all) for _ in range(6)]
            try:
                for _ in range(3):
                    assert wait_until(lambda: reads_from_replica(server))
                    replica.kill()
                    time.sleep(1)
                    replica.start()
            finally:
                stop.set()
            for each in listing:
                each.result()

    assert len(answers) > 50
    assert {answer.status_code for answer in answers} == {200}, [
        answer.text for answer in answers if answer.status_code != 200
    ][:3]


def reads_from_replica(server: LiveServer) -> bool:
    """Whether reads go to the replica at this time."""

    def count() -> str | None:
        said = httpx.get(f"{server.url}/metrics", headers=KEY).text
        found = re.search(r'footnote_database_reads_total{server="replica"} (\S+)', said)
        return found and found[1]

    before = count()
    time.sleep(0.3)
    return count() != before
