"""Clients that hang up while they are answered leave nothing behind that others would miss."""

import itertools
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from tests.conftest import MakeServer, conninfo
from tests.processes import wait_until
from tests.serving import LiveServer

# Left while they were being made, or before their first use.
_UNUSED = """
    select count(*) from pg_stat_activity
    where datname = current_database() and usename = 'footnote_app' and query = ''
"""
# A request of these takes three to ten milliseconds.
_MOMENTS = [milliseconds / 1000 for milliseconds in itertools.islice(itertools.cycle(range(12)), 120)]


@pytest.mark.parametrize("path", ["files/{}/content", "files/{}", "files"])
def test_who_hangs_up_costs_no_connection(make_server: MakeServer, clean_url: str, path: str) -> None:
    """Clients that come after a hundred others find the server as it was."""
    server = make_server()
    uploaded = httpx.post(f"{server.v1}/files", data={"purpose": "assistants"}, files={"file": b"text"})
    path = "/v1/" + path.format(uploaded.json()["id"])

    with ThreadPoolExecutor(3) as clients:
        list(clients.map(lambda seconds: _hang_up(server, path, after=seconds), _MOMENTS))

    assert httpx.get(server.url + path).status_code == 200
    with psycopg.connect(conninfo(clean_url), autocommit=True) as connection:
        assert wait_until(lambda: connection.execute(_UNUSED).fetchone() == (0,), 5)


def _hang_up(server: LiveServer, path: str, *, after: float) -> None:
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
        time.sleep(after)
