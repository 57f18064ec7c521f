"""Scopes: every route says which a key needs, and a key without them is refused there."""

import re
from collections.abc import Iterator

import httpx
import pytest

from app.api.dependencies import PUBLIC, SCOPES
from app.core.permissions import Scope
from app.main import create_app
from app.settings import Settings
from tests.conftest import MakeServer
from tests.factories import make_key


def all_routes() -> Iterator[tuple[str, str]]:
    """Yield the method and path of each route of the application."""
    for route in create_app(Settings(_env_file=None)).routes:
        # The folder of the pages' files has no methods.
        for method in getattr(route, "methods", set()) - {"HEAD"}:
            yield method, getattr(route, "path", "")


def address(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "x", path)


def test_every_route_says_its_scope() -> None:
    """A new route fails here until it stands in the table, or among the public ones; no entry outlives its route."""
    assert set(SCOPES) | PUBLIC == set(all_routes())
    assert not set(SCOPES) & PUBLIC


@pytest.mark.parametrize("scope", Scope)
def test_a_key_does_what_its_scope_says(make_server: MakeServer, clean_url: str, scope: Scope) -> None:
    """It is refused with 403 everywhere else, before anything else is looked at."""
    server = make_server()
    key = make_key(clean_url, scopes=frozenset({scope}))

    with httpx.Client(base_url=server.url, headers={"authorization": f"Bearer {key}"}) as client:
        for (method, path), needed in SCOPES.items():
            answer = client.request(method, address(path), json=None)

            is_refused = answer.status_code == 403
            assert is_refused == (bool(needed) and scope not in needed), (method, path, answer.status_code)
            if is_refused and not path.startswith("/sources"):
                assert answer.json()["error"]["code"] == "insufficient_scope"


def test_without_a_key_only_public_routes_answer(make_server: MakeServer, clean_url: str) -> None:
    """Once a key exists in the database, open mode ends, on a server that runs, too."""
    server = make_server()
    make_key(clean_url)

    with httpx.Client(base_url=server.url) as client:
        for method, path in SCOPES:
            assert client.request(method, address(path)).status_code == 401, (method, path)
        for method, path in PUBLIC:
            assert client.request(method, path).status_code == 200, (method, path)
        assert client.get("/readyz").json()["auth_required"] is True
        # A foreign name reaches a server that asks for keys.
        assert client.get("/healthz", headers={"host": "footnote.example"}).status_code == 200
